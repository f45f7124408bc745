import type { Command } from '@commander-js/extra-typings';
import { asking, nonEmpty } from './command/asking.ts';
import type { Io } from './output.ts';
import { readTarget, targetHelp } from './state/place.ts';

/** `slipway hold SERVICE`: automation leaves it alone. */
export function addHold(program: Command, io: Io): void {
  asking(
    program
      .command('hold')
      .description('leave a target alone, whatever is pushed, until `slipway resume`')
      .argument('<service>', targetHelp, readTarget)
      .option('--reason <text>', 'why, for the announcement and for whoever asks', nonEmpty),
  ).action(async (name, { reason, ...asked }) =>
    (await import('./command/ask.ts')).ask({ ...name, name: 'hold', reason }, asked, io),
  );
}
