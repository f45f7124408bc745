import { withdrawn } from '../../shared/domain/target/advance.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import type { Deps, Done, Turn } from './deps.ts';

/** Another hand changed what the decision rested on: reconcile looks at the target, and the push is decided about again. */
export async function withdraw({ name, rollout }: Turn, { table, clock, journal }: Deps): Promise<Done> {
  const { generation } = rollout;
  await changeKnown({ table, now: clock.now() }, name, (target) => withdrawn(target, generation));
  journal.record({ outcome: 'rollout withdrawn', ...name, generation });
  return 'done';
}
