import type { ServiceName } from '../../shared/domain/arn.ts';
import { verify } from '../../shared/domain/target/bake.ts';
import { isPinned } from '../../shared/domain/target/images.ts';
import type { Baking } from '../../shared/domain/target/state.ts';
import { Refused } from '../../shared/faults.ts';
import { changeTarget } from '../../shared/records/target-record.ts';
import type { Deps, Done } from './deps.ts';

/** A revision has stood for `bake`: from now on it is what a rollback goes back to. */
export async function verifyBaked(name: ServiceName, baking: Baking, deps: Deps): Promise<Done> {
  const digests = await digestsOf(name, baking, deps);
  await changeTarget({ table: deps.table, now: deps.clock.now() }, name, (target) =>
    target?.baking?.generation === baking.generation ? verify(target, baking, digests) : undefined,
  );
  const { generation, revision } = baking;
  deps.journal.record({ outcome: 'revision verified', ...name, generation, revision });
  return 'lost turn';
}

/** Images that nobody pinned may be something else by the time of a rollback: what runs now is what was good. */
async function digestsOf(
  { cluster, service }: ServiceName,
  { revision, images }: Baking,
  { tasks }: Deps,
): Promise<Readonly<Record<string, string>>> {
  if (service.includes(':') || Object.values(images).every(isPinned)) return {};
  try {
    return await tasks.runningDigests(cluster, service, revision);
  } catch (error) {
    if (error instanceof Refused) return {};
    throw error;
  }
}
