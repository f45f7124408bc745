import { withdrawn } from '../../shared/domain/target/advance.ts';
import { changeTarget } from '../../shared/records/target-record.ts';
import type { Deps, Done, Turn } from './deps.ts';

/** Another hand changed what the decision rested on: reconcile looks at the target, and the push is decided about again. */
export async function withdraw({ name, rollout }: Turn, { table, clock, journal }: Deps): Promise<Done> {
  const { generation } = rollout;
  await changeTarget({ table, now: clock.now() }, name, (target) =>
    target === undefined ? undefined : withdrawn(target, generation),
  );
  journal.record({ outcome: 'rollout withdrawn', ...name, generation });
  return 'done';
}
