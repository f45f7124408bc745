import { type Ownership, ownership } from '../domain/cluster-owner.ts';
import { systemNotice } from '../domain/notice.ts';
import { Unavailable } from '../faults.ts';
import type { Item, Key, Table } from '../ports.ts';
import { noticeItem } from './notice-record.ts';

/** Who owns a cluster, as reconcile last read it from the cluster's tag. */
export interface KnownOwner {
  readonly owner: string;
  readonly ours: boolean;
}

const triesMax = 5;

function keyOf(cluster: string): Key {
  return { pk: `cluster#${cluster}`, sk: 'owner' };
}

function read(item: Item | undefined): KnownOwner | undefined {
  const { owner, ours } = item?.body ?? {};
  return typeof owner === 'string' && typeof ours === 'boolean' ? { owner, ours } : undefined;
}

/** Undefined: nobody has looked yet. */
async function loadOwner(table: Table, cluster: string): Promise<KnownOwner | undefined> {
  return read(await table.get(keyOf(cluster)));
}

/** The stack that forbids touching the cluster. Undefined: none does. */
export async function foreignOwner(table: Table, cluster: string): Promise<string | undefined> {
  const known = await loadOwner(table, cluster);
  return known === undefined || known.ours ? undefined : known.owner;
}

interface Read {
  readonly cluster: string;
  /** The value of the cluster's tag. */
  readonly tag: string | undefined;
  /** This stack. */
  readonly owner: string;
  readonly at: number;
}

/** Notes what the tag says, and announces a foreign owner once, with the change that brought it. */
export async function rememberOwner(table: Table, { cluster, tag, owner, at }: Read): Promise<Ownership> {
  const found = ownership(tag, owner);
  const [theirs, ours] = [tag ?? '', found !== 'foreign'];
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await table.get(keyOf(cluster));
    const known = read(item);
    if (known?.owner === theirs && known.ours === ours) return found;
    const version = (item?.version ?? 0) + 1;
    const next: Item = { ...keyOf(cluster), version, body: { v: 1, owner: theirs, ours, at } };
    const told = ours ? [] : [noticeItem(foreignCluster(cluster, theirs, at))];
    if ((await table.write([next, ...told])) === 'written') return found;
  }
  throw new Unavailable(`others kept writing whose the cluster ${cluster} is`);
}

function foreignCluster(cluster: string, owner: string, at: number) {
  const text = `Cluster ${cluster} belongs to ${owner}: this stack does nothing there`;
  const reason = `its tag slipway:owner names ${owner}`;
  return systemNotice({
    kind: 'system.foreign-cluster',
    about: `${cluster} ${owner}`,
    at,
    text,
    cluster,
    system: { reason },
  });
}
