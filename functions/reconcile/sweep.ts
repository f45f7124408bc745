import type { ServiceName } from '../../shared/domain/arn.ts';
import {
  type Entry,
  entriesOf,
  isOld,
  knownRepositories,
  noteTarget,
  repositoryId,
  repositoryOfId,
} from '../../shared/records/inventory-record.ts';
import type { Deps } from './deps.ts';
import { seeGone, seeScheduled, seeServices } from './look.ts';
import type { PageMessage, Part } from './message.ts';
import { pagesOf } from './pass.ts';

/** The next pass finds the rest. */
const goneMax = 500;

/** After a part's last page: entries that are missing or old are written again, and what nobody saw is looked at. */
export async function sweep(page: PageMessage, deps: Deps): Promise<void> {
  const compared = await compare(page, deps);
  await noteMissing(page.part, compared, deps);
  await lookAtUnseen(page.part, [...compared.unseen.values()].slice(0, goneMax), deps);
}

interface Compared {
  /** Target → ids of the repositories that it runs, as the pages showed them. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
  /** Target and repository of the entries that are as they should be. */
  readonly fresh: ReadonlySet<string>;
  /** Targets with entries, and on no page. */
  readonly unseen: ReadonlyMap<string, ServiceName>;
}

/** What the pages showed with what the inventory says. */
async function compare(page: PageMessage, { table, clock }: Deps): Promise<Compared> {
  const { part } = page;
  const seen = await pagesOf(table, page);
  const unseen = new Map<string, ServiceName>();
  const fresh = new Set<string>();
  for (const repository of await knownRepositories(table)) {
    const id = repositoryId(repository);
    const entries = await entriesOf(table, repository);
    for (const entry of entries.filter((one) => isIn(part, one) && !one.isGone)) {
      const held = keyIn(part, entry);
      if (!seen.has(held)) unseen.set(held, entry);
      else if (!isOld(entry.seenAt, clock.now())) fresh.add(pair(held, id));
    }
  }
  return { seen, fresh, unseen };
}

function pair(held: string, id: string): string {
  return JSON.stringify([held, id]);
}

async function noteMissing(part: Part, { seen, fresh }: Compared, { table, clock }: Deps): Promise<void> {
  for (const [held, ids] of seen) {
    const due = ids.filter((id) => !fresh.has(pair(held, id)));
    const names = due.flatMap((id) => repositoryOfId(id) ?? []);
    if (names.length > 0) await noteTarget(table, nameIn(part, held), { names, at: clock.now() });
  }
}

async function lookAtUnseen(part: Part, unseen: readonly ServiceName[], deps: Deps): Promise<void> {
  if (part.of === 'services') {
    await seeServices(
      part.cluster,
      unseen.map(({ service }) => service),
      deps,
    );
    return;
  }
  for (const name of unseen) {
    const scheduled = await deps.scheduledTargets.read(name);
    if (scheduled === undefined) await seeGone(name, deps);
    else await seeScheduled(scheduled, deps);
  }
}

/** Whether an entry belongs to what this part walks through. */
function isIn(part: Part, { cluster, service }: Entry): boolean {
  switch (part.of) {
    case 'services':
      return cluster === part.cluster && !service.includes(':');
    case 'schedules':
      return service.startsWith('schedule:');
    default:
      return service.startsWith('rule:');
  }
}

/** How a page of this part names a target. */
function keyIn(part: Part, { cluster, service }: ServiceName): string {
  return part.of === 'services' ? service : `${cluster}/${service}`;
}

function nameIn(part: Part, held: string): ServiceName {
  if (part.of === 'services') return { cluster: part.cluster, service: held };
  const slash = held.indexOf('/');
  return { cluster: held.slice(0, slash), service: held.slice(slash + 1) };
}
