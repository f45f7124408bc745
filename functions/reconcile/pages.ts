import { chunks } from '../../shared/domain/chunks.ts';
import { selectMessage } from '../../shared/domain/reconcile-messages.ts';
import { Refused } from '../../shared/faults.ts';
import { knownRepositories } from '../../shared/records/inventory-record.ts';
import { foreignOwner } from '../../shared/records/owner-record.ts';
import type { Deps } from './deps.ts';
import { type Found, seeScheduled, seeServices } from './look.ts';
import { type PageMessage, pageMessage } from './message.ts';
import { currentPass, endPart, notePage } from './pass.ts';
import { sweep } from './sweep.ts';

/** So many targets at once. */
const atOnce = 5;

/** One page of a part: sees what it holds, then sends the next one; after the last, ends the part. */
export async function seePage(page: PageMessage, deps: Deps): Promise<void> {
  const { table, journal, reconciles } = deps;
  const { part, pass } = page;
  if ((await currentPass(table))?.id !== pass) {
    journal.record({ outcome: 'page left', reason: 'another pass has begun', ...part });
    return;
  }
  const read = await readPage(page, deps);
  if (read === undefined) return endOfPart(page, deps);
  await notePage(table, page, Object.fromEntries(read.found));
  journal.record({ outcome: 'page seen', ...part, targets: read.found.size });
  if (read.next !== undefined) {
    await reconciles.send({ body: pageMessage({ part, pass, token: read.next }) });
    return;
  }
  await sweep(page, deps);
  await endOfPart(page, deps);
}

interface Read {
  readonly found: Found;
  readonly next?: string | undefined;
}

/** Undefined where AWS refuses it for good: then nothing is known of who is there, and the other parts go on. */
async function readPage(page: PageMessage, deps: Deps): Promise<Read | undefined> {
  try {
    return page.part.of === 'services'
      ? await readServices(page.part.cluster, page.token, deps)
      : await readScheduled(page.part.of, page.token, deps);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    deps.journal.record({ outcome: 'page refused', reason: error.message, code: error.code, ...page.part });
    return undefined;
  }
}

async function readServices(cluster: string, token: string | undefined, deps: Deps): Promise<Read> {
  const { items, next } = await deps.services.page(cluster, token);
  return { found: await seeServices(cluster, items, deps), next };
}

/** Only what fires tasks in clusters that are ours. */
async function readScheduled(
  kind: 'schedules' | 'rules',
  token: string | undefined,
  deps: Deps,
): Promise<Read> {
  const { items, next } = await deps.scheduledTargets.page(kind, token);
  const ours = await ourClusters(deps);
  const found: Found = new Map();
  for (const some of chunks(
    items.filter(({ cluster }) => ours.has(cluster)),
    atOnce,
  )) {
    const seen = await Promise.all(some.map((scheduled) => seeScheduled(scheduled, deps)));
    for (const [index, { cluster, service }] of some.entries())
      found.set(`${cluster}/${service}`, seen[index] ?? []);
  }
  return { found, next };
}

async function ourClusters({ clusterNames, table }: Deps): Promise<ReadonlySet<string>> {
  const ours = new Set<string>();
  for (const cluster of clusterNames)
    if ((await foreignOwner(table, cluster)) === undefined) ours.add(cluster);
  return ours;
}

async function endOfPart({ part, pass }: PageMessage, deps: Deps): Promise<void> {
  if (await endPart(deps.table, pass, part)) await selectAll(deps);
}

/** Everything has been seen: what do the policies select now? */
export async function selectAll({ table, pushes, journal }: Deps): Promise<void> {
  const repositories = await knownRepositories(table);
  for (const some of chunks(repositories, atOnce)) {
    await Promise.all(some.map((repository) => pushes.send({ body: selectMessage(repository) })));
  }
  journal.record({ outcome: 'pass over', repositories: repositories.length });
}
