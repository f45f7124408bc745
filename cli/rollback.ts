import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { type BackTo, parseBackTo } from '../shared/domain/command.ts';
import { asking, nonEmpty } from './command/asking.ts';
import type { Io } from './output.ts';
import { readTarget, targetHelp } from './state/place.ts';

const about = `
Without --to: the last verified good revision other than what runs. The target is then on hold, whatever is pushed,
until \`slipway resume\`.

Examples:
  slipway rollback prod/web --stage prod
  slipway rollback prod/web --to web:41       or 41, its ARN, or a digest (twelve digits of it are enough)
`;

/** `slipway rollback SERVICE`: back to what ran well before. */
export function addRollback(program: Command, io: Io): void {
  asking(
    program
      .command('rollback')
      .description('go back to a revision that ran well, and put the target on hold')
      .argument('<service>', targetHelp, readTarget)
      .option('--to <revision|digest>', 'what to go back to', readTo)
      .option('--reason <text>', 'why, for the announcement', nonEmpty),
  )
    .addHelpText('after', about)
    .action(async (name, { to, reason, ...asked }) =>
      (await import('./command/ask.ts')).ask({ ...name, name: 'rollback', to, reason }, asked, io),
    );
}

function readTo(text: string): BackTo {
  const to = parseBackTo(text);
  if (to === undefined)
    throw new InvalidArgumentError(
      'Write web:41, 41, the ARN of a revision, or at least 12 digits of a digest.',
    );
  return to;
}
