import { recordOf } from '../../shared/domain/outcome.ts';
import { stopped } from '../../shared/domain/target/advance.ts';
import { OutcomeUnknown, Refused } from '../../shared/faults.ts';
import { isPaused } from '../../shared/records/control-record.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import type { Deps, Done, Turn } from './deps.ts';
import { park } from './later.ts';

/**
 * A deployment that shifts traffic is undone best by ECS itself, which shifts it back. What ECS refuses, or does not answer, comes
 * due again as a rollout without progress.
 */
export async function stopDeployment(turn: Turn, deps: Deps): Promise<Done> {
  const { name, rollout } = turn;
  const { table, services, clock, journal } = deps;
  if (await isPaused(table)) return park(turn, deps);
  const records = await services.deploymentRecords(name.cluster, name.service);
  const record = recordOf(records, rollout);
  const said = record === undefined ? 'ECS knows no such deployment' : await rollBack(record.arn, deps);
  const at = clock.now();
  const { generation } = rollout;
  const step = await changeKnown({ table, now: at }, name, (target) => {
    const next = stopped(target, { generation, at });
    return next === undefined ? undefined : { ...next, lookAt: at + lookAgainMs };
  });
  journal.record({ outcome: 'deployment stopped', ...name, generation, reason: said });
  if (step !== undefined) await remind(deps, step);
  return 'done';
}

/** ECS was back on the old revision in 45 seconds where it was seen. */
const lookAgainMs = 2 * 60_000;

async function rollBack(arn: string, { services }: Deps): Promise<string> {
  try {
    await services.rollBack(arn);
    return 'asked';
  } catch (error) {
    if (error instanceof Refused || error instanceof OutcomeUnknown) return error.message;
    throw error;
  }
}
