import { withdrawn } from '../../shared/domain/target/advance.ts';
import { restoreFirst } from '../../shared/domain/target/go-back.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import type { Deps, Done, Turn } from './deps.ts';

/** Another hand changed what the decision rested on: reconcile looks at the target, and the push is decided about again. */
export async function withdraw({ name, rollout }: Turn, { table, clock, journal }: Deps): Promise<Done> {
  const { generation, restores } = rollout;
  const now = clock.now();
  await changeKnown({ table, now }, name, (target) => {
    const step = withdrawn(target, generation);
    return step && restores === true ? restoreFirst(step.target, now) : step;
  });
  journal.record({ outcome: 'rollout withdrawn', ...name, generation });
  return restores === true ? 'lost turn' : 'done';
}
