import type { ServiceName } from '../domain/arn.ts';
import { chunks } from '../domain/chunks.ts';
import { ecrRegistryOf, parseImageRef } from '../domain/image-ref.ts';
import type { ContainerImage, Target } from '../domain/target/state.ts';
import { Unavailable } from '../faults.ts';
import type { Item, Key, Table } from '../ports.ts';
import { loadTarget } from './target-record.ts';

/** A repository of ECR. */
export interface RepositoryName {
  /** The first of ECR's host names for it. */
  readonly registry: string;
  readonly repository: string;
}

/** Who runs images of a repository, as somebody last saw it. */
export interface Entry extends ServiceName {
  readonly seenAt: number;
  readonly isGone: boolean;
}

const keptMs = 30 * 24 * 3_600_000;
/** Older entries are written again, so that only what nobody sees any more lapses. */
const freshMs = keptMs / 2;
const triesMax = 5;
/** So many reads of the table at once. */
const atOnce = 20;

const entryPrefix = 'target#';
const repositories: Key = { pk: 'repositories', sk: 'repo#' };

/** Images of other registries than ECR's are never pushed where Slipway could hear of it. */
export function repositoriesOf(containers: readonly ContainerImage[]): readonly RepositoryName[] {
  const found = containers.flatMap(({ image }) => {
    const ref = parseImageRef(image);
    const registry = ref === undefined ? undefined : ecrRegistryOf(ref.registry);
    return ref === undefined || registry === undefined ? [] : [{ registry, repository: ref.repository }];
  });
  return [...new Map(found.map((one) => [repositoryId(one), one])).values()];
}

export function repositoryId({ registry, repository }: RepositoryName): string {
  return `${registry}/${repository}`;
}

/** `registry/repository`, as `repositoryId` makes it. */
export function repositoryOfId(id: string): RepositoryName | undefined {
  const slash = id.indexOf('/');
  return slash <= 0 ? undefined : { registry: id.slice(0, slash), repository: id.slice(slash + 1) };
}

/** Every repository that some target was ever seen to run. */
export async function knownRepositories(table: Table): Promise<readonly RepositoryName[]> {
  const items = await table.list(repositories.pk, repositories.sk);
  return items.flatMap(({ sk }) => repositoryOfId(sk.slice(repositories.sk.length)) ?? []);
}

/** One query. Entries of targets that are gone stay for a while, so that they are known when they come back. */
export async function entriesOf(table: Table, repository: RepositoryName): Promise<readonly Entry[]> {
  const items = await table.list(`image#${repositoryId(repository)}`, entryPrefix);
  return items.flatMap((item) => entryOf(item) ?? []);
}

function entryOf({ sk, body }: Item): Entry | undefined {
  const name = sk.slice(entryPrefix.length);
  const slash = name.indexOf('/');
  if (slash <= 0) return undefined;
  const seenAt = typeof body['seenAt'] === 'number' ? body['seenAt'] : 0;
  const isGone = body['gone'] === true;
  return { cluster: name.slice(0, slash), service: name.slice(slash + 1), seenAt, isGone };
}

/** The targets that were last seen to run images of a repository: one query, and a read for each. */
export async function targetsRunning(table: Table, repository: RepositoryName): Promise<readonly Target[]> {
  const entries = (await entriesOf(table, repository)).filter(({ isGone }) => !isGone);
  const found: Target[] = [];
  for (const some of chunks(entries, atOnce)) {
    const targets = await Promise.all(some.map((name) => loadTarget(table, name)));
    found.push(...targets.filter((target) => target !== undefined));
  }
  return found;
}

interface Noted {
  readonly at: number;
  /** The target is gone. */
  readonly isGone?: boolean;
}

/** Notes who runs images of these repositories. Writes only what is missing, old, or was noted otherwise. */
export async function noteTarget(
  table: Table,
  { cluster, service }: ServiceName,
  { names, at, isGone = false }: Noted & { readonly names: readonly RepositoryName[] },
): Promise<void> {
  for (const name of names) {
    const id = repositoryId(name);
    const about = `${cluster}/${service} runs ${id}`;
    const body = { v: 1, seenAt: at, ...(isGone ? { gone: true } : {}) };
    await noteItem(
      table,
      { pk: `image#${id}`, sk: `${entryPrefix}${cluster}/${service}` },
      { body, at, about },
    );
    await noteItem(
      table,
      { pk: repositories.pk, sk: `${repositories.sk}${id}` },
      { body: { v: 1, seenAt: at }, at, about },
    );
  }
}

interface Note {
  readonly body: Item['body'];
  readonly at: number;
  readonly about: string;
}

async function noteItem(table: Table, key: Key, { body, at, about }: Note): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const known = await table.get(key);
    if (known !== undefined && !isDue(known, body, at)) return;
    const item = { ...key, version: (known?.version ?? 0) + 1, body, expiresAt: at + keptMs };
    if ((await table.write([item])) === 'written') return;
  }
  throw new Unavailable(`others kept writing that ${about}`);
}

function isDue(known: Item, body: Item['body'], at: number): boolean {
  return isOld(Number(known.body['seenAt'] ?? 0), at) || known.body['gone'] !== body['gone'];
}

/** Whether an entry has to be written again, for somebody still sees the target. */
export function isOld(seenAt: number, at: number): boolean {
  return at - seenAt >= freshMs;
}
