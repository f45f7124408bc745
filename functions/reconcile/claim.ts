import { ownership, ownerTag } from '../../shared/domain/cluster-owner.ts';
import { Refused } from '../../shared/faults.ts';
import { rememberOwner } from '../../shared/records/owner-record.ts';
import type { Deps } from './deps.ts';

/** Two stacks that claim a cluster at once both find the later one's name after this long. */
const settleMs = 2_000;

type Tag = { readonly value: string | undefined } | undefined;

/** The configured clusters that this stack owns. One that nobody owns is claimed, unless Slipway only observes. */
export async function claimClusters(deps: Deps): Promise<readonly string[]> {
  const { clusterNames, owner, mode, clock } = deps;
  const tags = new Map<string, Tag>();
  for (const cluster of clusterNames) tags.set(cluster, await readTag(cluster, deps));
  const existing = clusterNames.filter((cluster) => tags.get(cluster) !== undefined);
  const free = existing.filter((cluster) => ownership(tags.get(cluster)?.value, owner) === 'free');
  if (mode === 'act' && free.length > 0) {
    for (const cluster of free) await deps.clusters.setTag(cluster, ownerTag, owner);
    await clock.pause(settleMs);
    for (const cluster of free) tags.set(cluster, await readTag(cluster, deps));
  }
  const owned: string[] = [];
  for (const cluster of existing) if (await isOurs(cluster, tags.get(cluster), deps)) owned.push(cluster);
  return owned;
}

async function readTag(cluster: string, { clusters, journal }: Deps): Promise<Tag> {
  try {
    const tag = await clusters.tag(cluster, ownerTag);
    if (tag === undefined) journal.record({ outcome: 'cluster does not exist', cluster });
    return tag;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    journal.record({ outcome: 'cluster cannot be read', cluster, reason: error.message });
    return undefined;
  }
}

/** A claim that nobody can read yet is no claim. */
async function isOurs(cluster: string, tag: Tag, deps: Deps): Promise<boolean> {
  const { table, owner, mode, clock, journal } = deps;
  if (tag === undefined) return false;
  const found = await rememberOwner(table, { cluster, tag: tag.value, owner, at: clock.now() });
  if (found === 'foreign') journal.record({ outcome: 'cluster of another stack', cluster, owner: tag.value });
  return found === 'ours' || (found === 'free' && mode === 'observe');
}
