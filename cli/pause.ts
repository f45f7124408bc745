import type { Command } from '@commander-js/extra-typings';
import { asking, nonEmpty } from './command/asking.ts';
import type { Io } from './output.ts';

const about = `
What ECS is rolling already goes on; what is pushed meanwhile waits. To leave one target alone: slipway hold.
`;

/** `slipway pause`: nothing is rolled any more, anywhere. */
export function addPause(program: Command, io: Io): void {
  asking(
    program
      .command('pause')
      .description('roll nothing any more, in no cluster, until `slipway unpause`')
      .option('--reason <text>', 'why, for the announcement', nonEmpty),
  )
    .addHelpText('after', about)
    .action(async ({ reason, ...asked }) =>
      (await import('./command/ask.ts')).ask({ name: 'pause', reason }, asked, io),
    );
}
