import { ended } from '../../shared/domain/target/advance.ts';
import { type Refused, Unavailable } from '../../shared/faults.ts';
import { changeTarget } from '../../shared/records/target-record.ts';
import type { Deps, End, Turn } from './deps.ts';

/** IAM takes a while to spread what a deployment of the stack has just allowed. */
const permissionsSpreadMs = 3 * 60_000;

/** How a refusal ends a rollout. A young rollout that lacks a permission is tried again instead. */
export function refused({ rollout }: Turn, error: Refused, now: number): End {
  const { code, message } = error;
  if (code === 'AccessDeniedException' && now - rollout.acceptedAt < permissionsSpreadMs) {
    throw new Unavailable(`${code}: ${message}`, { cause: error });
  }
  return { kind: 'end', outcome: 'failed', reason: `${code}: ${message}` };
}

export async function endRollout(
  { name, rollout }: Turn,
  { outcome, reason, silent = false }: End,
  { table, clock, journal }: Deps,
): Promise<'done'> {
  const at = clock.now();
  await changeTarget({ table, now: at }, name, (target) =>
    target === undefined
      ? undefined
      : ended(target, { generation: rollout.generation, at, outcome, reason, silent }),
  );
  journal.record({ outcome: `rollout ${outcome}`, ...name, generation: rollout.generation, reason });
  return 'done';
}
