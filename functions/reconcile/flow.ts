import type { ServiceName } from '../../shared/domain/arn.ts';
import type { JsonObject, JsonValue } from '../../shared/domain/lossless-json.ts';
import { selectMessage } from '../../shared/domain/reconcile-messages.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import { RejectedInput, Throttled } from '../../shared/faults.ts';
import { repositoriesOf } from '../../shared/records/inventory-record.ts';
import { takeLease } from '../../shared/records/lease.ts';
import { foreignOwner } from '../../shared/records/owner-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import { sendAgain } from '../../shared/records/throttled.ts';
import { claimClusters } from './claim.ts';
import type { Deps } from './deps.ts';
import { seeGone, seeScheduled, seeServices } from './look.ts';
import { type Part, pageMessage, type ReconcileMessage, readMessage } from './message.ts';
import { seePage, selectAll } from './pages.ts';
import { beginPass } from './pass.ts';

/** A pass that comes early, for a message that came twice, is none. */
const leaseShare = 0.9;

/** Looks at what runs, notes it in the inventory, and has image-pushed see whether a push was lost. */
export async function reconcile(message: JsonValue, deps: Deps): Promise<void> {
  const asked = readMessage(message);
  if (asked === undefined)
    throw new RejectedInput('not a message to reconcile that this version of Slipway understands');
  try {
    await handle(asked, deps);
  } catch (error) {
    if (!(error instanceof Throttled)) throw error;
    await sendAgain(message as JsonObject, error, { queue: deps.reconciles, journal: deps.journal });
  }
}

function handle(asked: ReconcileMessage, deps: Deps): Promise<void> {
  switch (asked.kind) {
    case 'all':
      return begin(deps);
    case 'page':
      return seePage(asked, deps);
    case 'see':
      return seeOne(asked.name, deps);
    default:
      return unreachable(asked);
  }
}

async function begin(deps: Deps): Promise<void> {
  const { table, clock, intervalMs, movesSchedules, journal } = deps;
  const owned = await claimClusters(deps);
  const now = clock.now();
  if (!(await takeLease(table, 'reconcile', { now, ms: intervalMs * leaseShare }))) {
    journal.record({ outcome: 'another pass is under way' });
    return;
  }
  const services: readonly Part[] = owned.map((cluster) => ({ of: 'services', cluster }));
  const parts: readonly Part[] = movesSchedules
    ? [...services, { of: 'schedules' }, { of: 'rules' }]
    : services;
  const before = await beginPass(table, now, parts);
  // A part that fails for good must not keep the others from being looked after.
  if (before !== undefined && before.pending.length > 0) await selectAll(deps);
  for (const part of parts) await deps.reconciles.send({ body: pageMessage({ part, pass: now }) });
  journal.record({ outcome: 'pass begun', parts: parts.length });
}

async function seeOne(name: ServiceName, deps: Deps): Promise<void> {
  const { table, pushes, journal, clusterNames } = deps;
  const { cluster, service } = name;
  const owner = await foreignOwner(table, cluster);
  if (owner !== undefined || !clusterNames.includes(cluster)) {
    journal.record({ outcome: 'target left', reason: 'its cluster is not ours', ...name });
    return;
  }
  if (service.includes(':')) await seeOneScheduled(name, deps);
  else await seeServices(cluster, [service], deps);
  const target = await loadTarget(table, name);
  const isThere = target?.seen !== undefined && target.seen.status !== 'INACTIVE';
  for (const repository of isThere ? repositoriesOf(target.seen.containers) : []) {
    await pushes.send({ body: selectMessage({ ...repository, only: name }) });
  }
}

async function seeOneScheduled(name: ServiceName, deps: Deps): Promise<void> {
  const scheduled = await deps.scheduledTargets.read(name);
  if (scheduled === undefined) await seeGone(name, deps);
  else await seeScheduled(scheduled, deps);
}
