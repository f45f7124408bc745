import { ended } from '../../shared/domain/target/advance.ts';
import type { Refused } from '../../shared/faults.ts';
import { changeTarget } from '../../shared/records/target-record.ts';
import type { Deps, End, Turn } from './deps.ts';

export function refusal({ code, message }: Refused): string {
  return `${code}: ${message}`;
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
