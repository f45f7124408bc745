import type { Command } from '@commander-js/extra-typings';
import { ask, asking } from './command/ask.ts';
import type { Io } from './output.ts';

/** `slipway unpause`: everything that a pause held up goes on. */
export function addUnpause(program: Command, io: Io): void {
  asking(
    program.command('unpause').description('end a pause: everything that it held up goes on at once'),
  ).action((asked) => ask({ name: 'unpause' }, asked, io));
}
