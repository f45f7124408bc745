import { revisionName } from '../../../shared/domain/arn.ts';
import type { Rollback } from '../../../shared/domain/command.ts';
import { goBack } from '../../../shared/domain/target/go-back.ts';
import { putOnHold } from '../../../shared/domain/target/hold.ts';
import { type Good, isOpen, isRolling } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import type { CommandAnswer } from '../../../shared/records/command-record.ts';
import { loadTarget } from '../../../shared/records/target-record.ts';
import {
  accepted,
  type CommandDeps,
  changeAnswered,
  type Decided,
  refuse,
  refused,
  unknownTarget,
} from './answer.ts';
import { findGood } from './find-good.ts';

/** Looks for what to go back to first, which may ask ECS; then puts the target on hold and accepts the rollout at once. */
export async function rollback(command: Rollback, deps: CommandDeps): Promise<CommandAnswer> {
  const target = await loadTarget(deps.table, command);
  if (target === undefined) return refuse(command, unknownTarget(command), deps);
  const found = await findGood(target, command.to, deps);
  if (!found.ok) return refuse(command, found.problem, deps);
  const at = deps.clock.now();
  return changeAnswered(command, deps, (current) => back(current, { command, to: found.good, at }));
}

interface Back {
  readonly command: Rollback;
  readonly to: Good;
  readonly at: number;
}

function back(target: Target | undefined, { command, to, at }: Back): Decided {
  if (target === undefined) return refused(unknownTarget(command));
  const { by, cluster, service } = command;
  const why = command.reason === undefined ? '' : `: ${command.reason}`;
  const held = putOnHold(target, { reason: `rolled back by ${by}${why}`, by, at });
  const of = target.rollouts.find((one) => isOpen(one) && isRolling(one))?.generation;
  const step = goBack(held.target, { to, cause: 'manual-rollback', of, by, at });
  const name = `${cluster}/${service}`;
  const text = `${name} goes back to ${revisionName(to.revision)}, and is on hold until \`slipway resume ${name}\``;
  return accepted(text, { ...step, notices: [...held.notices, ...step.notices] }, step.target.generation);
}
