import { conclude } from '../../shared/domain/target/conclude.ts';
import { type Refused, Unavailable } from '../../shared/faults.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import type { Deps, Done, End, Turn } from './deps.ts';

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

/** What may have to be done next is done in another turn. */
export async function endRollout({ name, rollout }: Turn, end: End, deps: Deps): Promise<Done> {
  const at = deps.clock.now();
  const { generation } = rollout;
  const { kind: _kind, ...how } = end;
  const step = await changeKnown({ table: deps.table, now: at }, name, (target) =>
    conclude(target, { generation, at, ...how }),
  );
  deps.journal.record({ outcome: `rollout ${end.outcome}`, ...name, generation, reason: end.reason });
  if (step !== undefined) await remind(deps, step);
  return 'lost turn';
}

/** What it was to register is registered: nothing is set to it. */
export const restored = {
  kind: 'end',
  outcome: 'completed',
  reason: "a good revision is the family's newest again",
  silent: true,
} as const;
