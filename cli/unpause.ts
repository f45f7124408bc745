import type { Command } from '@commander-js/extra-typings';
import { asking } from './command/asking.ts';
import type { Io } from './output.ts';

/** `slipway unpause`: everything that a pause held up goes on. */
export function addUnpause(program: Command, io: Io): void {
  asking(
    program.command('unpause').description('end a pause: everything that it held up goes on at once'),
  ).action(async (asked) => (await import('./command/ask.ts')).ask({ name: 'unpause' }, asked, io));
}
