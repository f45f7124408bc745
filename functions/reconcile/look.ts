import type { ServiceName } from '../../shared/domain/arn.ts';
import { chunks } from '../../shared/domain/chunks.ts';
import type { ServiceSnapshot } from '../../shared/domain/service.ts';
import { needsDigests, type Sighting, see, vanish } from '../../shared/domain/target/see.ts';
import type { Seen, Target } from '../../shared/domain/target/state.ts';
import type { ScheduledTarget } from '../../shared/ports.ts';
import { noteTarget, repositoriesOf, repositoryId } from '../../shared/records/inventory-record.ts';
import { changeKnown, changeTarget, loadTarget } from '../../shared/records/target-record.ts';
import type { Deps } from './deps.ts';
import { sightScheduled, sightService } from './sighting.ts';

/** As many as DescribeServices takes. */
const describedMax = 10;
/** So many targets at once. */
const atOnce = 5;

/** Target's `service` → ids of the repositories that it runs. */
export type Found = Map<string, readonly string[]>;

/** Looks at these services of a cluster; those that ECS does not know are gone. */
export async function seeServices(cluster: string, names: readonly string[], deps: Deps): Promise<Found> {
  const found: Found = new Map();
  for (const some of chunks(names, describedMax)) {
    const at = deps.clock.now();
    const services = await deps.services.describe(cluster, some);
    for (const few of chunks(services, atOnce)) {
      const seen = await Promise.all(few.map((service) => seeService(service, at, deps)));
      for (const [index, one] of few.entries()) found.set(one.service, seen[index] ?? []);
    }
    const missing = some.filter((name) => services.every(({ service }) => service !== name));
    for (const service of missing) await seeGone({ cluster, service }, deps);
  }
  return found;
}

async function seeService(service: ServiceSnapshot, at: number, deps: Deps): Promise<readonly string[]> {
  const name = { cluster: service.cluster, service: service.service };
  const sighted = await sightService(service, deps.definitions);
  if (sighted === undefined) return unreadable(name, service.taskDefinition, deps);
  const target = await loadTarget(deps.table, name);
  const { revision = '' } = sighted.seen;
  const digests = needsDigests(target, sighted.seen)
    ? await deps.tasks.runningDigests(name.cluster, name.service, revision)
    : {};
  return note(target, { sighting: { ...sighted, digests }, at }, deps);
}

/** Looks at something that fires tasks. */
export async function seeScheduled(scheduled: ScheduledTarget, deps: Deps): Promise<readonly string[]> {
  const at = deps.clock.now();
  const name = { cluster: scheduled.cluster, service: scheduled.service };
  const sighting = await sightScheduled(scheduled, deps.definitions);
  if (sighting === undefined) return unreadable(name, scheduled.taskDefinition, deps);
  return note(await loadTarget(deps.table, name), { sighting, at }, deps);
}

/** What cannot be read keeps what is known of it. */
function unreadable(name: ServiceName, revision: string | undefined, { journal }: Deps): readonly string[] {
  journal.record({ outcome: 'target cannot be read', reason: 'no such task definition', ...name, revision });
  return [];
}

interface Looked {
  readonly sighting: Sighting;
  readonly at: number;
}

/** The index comes first: an entry without a target leads to nothing, and a target without an entry is never asked. */
async function note(
  target: Target | undefined,
  { sighting, at }: Looked,
  deps: Deps,
): Promise<readonly string[]> {
  const { cluster, service, seen } = sighting;
  const name = { cluster, service };
  const names = repositoriesOf(seen.containers);
  const isGone = seen.status === 'INACTIVE';
  const ids = isGone ? [] : names.map(repositoryId);
  if (see(target, sighting, at) === undefined) return ids;
  if (isGone || !isIndexed(target?.seen, ids)) await noteTarget(deps.table, name, { names, at, isGone });
  const step = await changeTarget({ table: deps.table, now: deps.clock.now() }, name, (now) =>
    see(now, sighting, at),
  );
  if (step !== undefined)
    deps.journal.record({ outcome: outcomeOf(target, step.target), ...name, revision: seen.revision });
  return ids;
}

function isIndexed(before: Seen | undefined, ids: readonly string[]): boolean {
  if (before === undefined || before.status === 'INACTIVE') return false;
  const known = repositoriesOf(before.containers).map(repositoryId);
  return ids.every((id) => known.includes(id));
}

function outcomeOf(before: Target | undefined, after: Target): string {
  if (before?.seen === undefined) return 'target adopted';
  return before.movedFrom === undefined && after.movedFrom !== undefined
    ? 'target moved by another hand'
    : 'target refreshed';
}

/** It is not there: its entries say so, for as long as they last. */
export async function seeGone(name: ServiceName, deps: Deps): Promise<void> {
  const { table, clock, journal } = deps;
  const now = clock.now();
  const target = await loadTarget(table, name);
  if (target?.seen === undefined) return;
  const names = repositoriesOf(target.seen.containers);
  await noteTarget(table, name, { names, at: now, isGone: true });
  const step = await changeKnown({ table, now }, name, (known) => vanish(known, now));
  if (step !== undefined) journal.record({ outcome: 'target gone', ...name });
}
