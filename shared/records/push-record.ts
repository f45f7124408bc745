import { Unavailable } from '../faults.ts';
import type { Item, Key, Table } from '../ports.ts';

export interface TaggedDigest {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const triesMax = 5;
/** Older pushes are compared by the registry's own time. */
const keptMs = 400 * 24 * 3_600_000;

function keyOf({ registry, repository, tag, digest }: TaggedDigest): Key {
  return { pk: `push#${registry}/${repository}`, sk: `${tag}#${digest}` };
}

function timeOf(item: Item | undefined): number | undefined {
  const at = item?.body['pushedAt'];
  return typeof at === 'number' ? at : undefined;
}

/** When a tag was last seen to be pushed with this digest. Undefined: no event of it was ever seen. */
export async function pushTime(table: Table, push: TaggedDigest): Promise<number | undefined> {
  return timeOf(await table.get(keyOf(push)));
}

/** When each of these tags was last seen to be pushed with each digest, under `tag#digest`: a query for each first letter. */
export async function pushTimes(
  table: Table,
  { registry, repository }: Pick<TaggedDigest, 'registry' | 'repository'>,
  tags: Iterable<string>,
): Promise<ReadonlyMap<string, number>> {
  const letters = new Set([...tags].map((tag) => tag.slice(0, 1)));
  const pk = `push#${registry}/${repository}`;
  const found = await Promise.all([...letters].map((letter) => table.list(pk, letter)));
  return new Map(
    found.flat().flatMap((item) => {
      const at = timeOf(item);
      return at === undefined ? [] : [[item.sk, at] as const];
    }),
  );
}

/** Remembers the latest time; a late or repeated event changes nothing. */
export async function rememberPush(table: Table, push: TaggedDigest, at: number): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await table.get(keyOf(push));
    if ((timeOf(item) ?? Number.NEGATIVE_INFINITY) >= at) return;
    const next: Item = {
      ...keyOf(push),
      version: (item?.version ?? 0) + 1,
      body: { v: 1, pushedAt: at },
      expiresAt: at + keptMs,
    };
    if ((await table.write([next])) === 'written') return;
  }
  throw new Unavailable(`${push.repository}:${push.tag}: others kept writing when it was pushed`);
}
