import type { ServiceName } from '../../shared/domain/arn.ts';
import { isScheduled } from '../../shared/domain/scheduled-name.ts';
import { primaryOf } from '../../shared/domain/service.ts';
import { silently } from '../../shared/domain/target/accept.ts';
import { unbaked, verify } from '../../shared/domain/target/bake.ts';
import { owe } from '../../shared/domain/target/debts.ts';
import { isPinned } from '../../shared/domain/target/images.ts';
import type { Baking } from '../../shared/domain/target/state.ts';
import { Refused } from '../../shared/faults.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import type { Deps, Done } from './deps.ts';

/** A revision has stood for `bake`, if it still stands: from now on it is what a rollback goes back to. */
export async function verifyBaked(name: ServiceName, baking: Baking, deps: Deps): Promise<Done> {
  const { generation, revision } = baking;
  const stands = await isStanding(name, baking, deps);
  const isLoose = !Object.values(baking.images).every(isPinned);
  const digests = stands && isLoose ? await digestsRunning(name, revision, deps) : {};
  await changeKnown({ table: deps.table, now: deps.clock.now() }, name, (target) => {
    if (target.baking?.generation !== generation) return undefined;
    return stands ? verify(target, baking, digests) : silently(owe(unbaked(target), { kind: 'see' }));
  });
  const outcome = stands ? 'revision verified' : 'revision stands no longer';
  deps.journal.record({ outcome, ...name, generation, revision });
  return 'lost turn';
}

/** Another hand may have moved the service meanwhile, of which no event of a rollout tells. */
async function isStanding(name: ServiceName, { revision }: Baking, deps: Deps): Promise<boolean> {
  if (isScheduled(name)) return (await deps.scheduledTargets.read(name))?.taskDefinition === revision;
  const [service] = await deps.services.describe(name.cluster, [name.service]);
  const primary = service === undefined ? undefined : primaryOf(service);
  return primary?.taskDefinition === revision && primary.rolloutState !== 'FAILED';
}

/** Container → digest. Images that nobody pinned may be something else by the time that they are needed: what runs now is what was good. */
export async function digestsRunning(
  name: ServiceName,
  revision: string,
  { tasks }: Deps,
): Promise<Readonly<Record<string, string>>> {
  if (isScheduled(name)) return {};
  try {
    return await tasks.runningDigests(name.cluster, name.service, revision);
  } catch (error) {
    if (error instanceof Refused) return {};
    throw error;
  }
}
