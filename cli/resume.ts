import type { Command } from '@commander-js/extra-typings';
import { asking } from './command/asking.ts';
import type { Io } from './output.ts';
import { readTarget, targetHelp } from './state/place.ts';

/** `slipway resume SERVICE`: ends a hold. */
export function addResume(program: Command, io: Io): void {
  asking(
    program
      .command('resume')
      .description('end a hold: what was pushed meanwhile is looked for at once')
      .argument('<service>', targetHelp, readTarget),
  ).action(async (name, asked) =>
    (await import('./command/ask.ts')).ask({ ...name, name: 'resume' }, asked, io),
  );
}
