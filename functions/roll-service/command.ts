import { parseCommand } from '../../shared/domain/command/parse.ts';
import type { Command, TargetCommand } from '../../shared/domain/command.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import { nudge } from '../../shared/domain/nudge.ts';
import { RejectedInput } from '../../shared/faults.ts';
import { type CommandAnswer, loadAnswer } from '../../shared/records/command-record.ts';
import { foreignOwner } from '../../shared/records/owner-record.ts';
import { type CommandDeps, changeAnswered, refuse } from './command/answer.ts';
import { decideDeploy } from './command/deploy.ts';
import { hold, resume, unquarantine } from './command/keep.ts';
import { applyPause, releaseAll } from './command/pause.ts';
import { rollback } from './command/rollback.ts';

/** Past this whoever asked has long gone, and would be surprised. What stops things is carried out however late it comes. */
const tooLateMs = 3_600_000;

/** Carries out what a person asked for, once: a command that comes again finds its answer, and only what follows is repeated. */
export async function applyCommand(message: JsonValue, deps: CommandDeps): Promise<void> {
  const parsed = parseCommand(message);
  if (!parsed.ok) throw new RejectedInput(`not a command that can be carried out: ${parsed.problem}`);
  const { command } = parsed;
  const answered = await loadAnswer(deps.table, command.id);
  const answer = answered ?? (await apply(command, deps));
  const { id, name, by, reason } = command;
  const where = 'cluster' in command ? { cluster: command.cluster, service: command.service } : {};
  deps.journal.record({
    outcome: `command ${answer.status}`,
    command: name,
    id,
    by,
    reason,
    text: answer.text,
    ...where,
  });
  if (answer.status === 'accepted') await follow(command, answer, deps);
}

function apply(command: Command, deps: CommandDeps): Promise<CommandAnswer> {
  return 'cluster' in command ? applyToTarget(command, deps) : applyPause(command, deps);
}

async function applyToTarget(command: TargetCommand, deps: CommandDeps): Promise<CommandAnswer> {
  const no = await obstacleTo(command, deps);
  if (no !== undefined) return refuse(command, no, deps);
  const at = deps.clock.now();
  switch (command.name) {
    case 'hold':
      return changeAnswered(command, deps, (target) => hold(target, command, at));
    case 'resume':
      return changeAnswered(command, deps, (target) => resume(target, command, at));
    case 'unquarantine':
      return changeAnswered(command, deps, (target) => unquarantine(target, command, at));
    case 'deploy':
      return changeAnswered(command, deps, (target) => decideDeploy(target, command, at));
    default:
      return rollback(command, deps);
  }
}

/** Why a command that rolls anything is not carried out here and now. */
async function obstacleTo(command: TargetCommand, deps: CommandDeps): Promise<string | undefined> {
  if (command.name !== 'deploy' && command.name !== 'rollback') return undefined;
  if (deps.mode === 'observe') return 'Slipway only observes here: slipway.yml says `mode: observe`';
  if (deps.clock.now() - command.at > tooLateMs) return 'it came more than an hour late: ask again';
  const owner = await foreignOwner(deps.table, command.cluster);
  return owner === undefined
    ? undefined
    : `cluster ${command.cluster} belongs to ${owner}, another stack of Slipway`;
}

/** What the answer leads to: safe to repeat. */
async function follow(command: Command, answer: CommandAnswer, deps: CommandDeps): Promise<void> {
  if ('cluster' in command) {
    const { cluster, service, at } = command;
    await deps.rollouts.send(nudge({ cluster, service, generation: answer.generation ?? 0 }, at));
  } else if (command.name === 'unpause') await releaseAll(command, deps);
}
