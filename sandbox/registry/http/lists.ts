import { ociIndex } from '../manifest.ts';
import { checkDigest } from '../names.ts';
import { type Referrer, referrersOf } from '../referrers.ts';
import { invalid } from '../refusal.ts';
import { findRepository, repositoryOf } from '../repositories.ts';
import type { Exchange, Reply } from './exchange.ts';

const PAGE_MAX = 1000;

export function listTags({ registry, name, query }: Exchange): Reply {
  const tags = [...repositoryOf(registry, name).tags.keys()].toSorted();
  const { entries, next } = page(tags, query);
  return json({ name, tags: entries }, next && link(`/v2/${name}/tags/list`, next));
}

export function listRepositories({ registry, query }: Exchange): Reply {
  const names = [...registry.repositories.keys()].toSorted();
  const { entries, next } = page(names, query);
  return json({ repositories: entries }, next && link('/v2/_catalog', next));
}

/** An index that is made up for the answer: a subject that nobody pushed has no referrers, which is no error. */
export function listReferrers({ registry, name, reference: digest, query }: Exchange): Reply {
  checkDigest(digest);
  const artifactType = query.get('artifactType');
  const wanted = (referrer: Referrer) => artifactType === null || referrer.artifactType === artifactType;
  const referrers = referrersOf(findRepository(registry, name), digest).filter(wanted);
  const byDigest = new Map(referrers.map((referrer) => [referrer.digest, referrer]));
  const { entries, next } = page([...byDigest.keys()].toSorted(), query);
  const filter: Record<string, string> = artifactType === null ? {} : { artifactType };
  const reply = json(
    { schemaVersion: 2, mediaType: ociIndex, manifests: entries.map((entry) => byDigest.get(entry)) },
    next && link(`/v2/${name}/referrers/${digest}`, { ...filter, ...next }),
  );
  const applied: Record<string, string> =
    artifactType === null ? {} : { 'OCI-Filters-Applied': 'artifactType' };
  return { ...reply, headers: { ...reply.headers, ...applied, 'Content-Type': ociIndex } };
}

interface Page {
  readonly entries: readonly string[];
  /** The query of the next page, if there is one. */
  readonly next: Readonly<Record<string, string>> | undefined;
}

function page(sorted: readonly string[], query: URLSearchParams): Page {
  const size = pageSize(query.get('n'));
  const last = query.get('last');
  const rest = last === null ? sorted : sorted.filter((entry) => entry > last);
  const entries = rest.slice(0, size);
  const end = entries.at(-1);
  const next = end === undefined || rest.length <= size ? undefined : { n: String(size), last: end };
  return { entries, next };
}

function pageSize(text: string | null): number {
  if (text === null) return PAGE_MAX;
  if (!/^\d{1,9}$/.test(text)) {
    throw invalid('PAGINATION_NUMBER_INVALID', `n is '${text.slice(0, 20)}', which is no number of entries`);
  }
  return Math.min(Number(text), PAGE_MAX);
}

function link(path: string, query: Readonly<Record<string, string>>): string {
  return `<${path}?${new URLSearchParams(query)}>; rel="next"`;
}

function json(body: unknown, next: string | undefined): Reply {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json', ...(next === undefined ? {} : { Link: next }) },
    body: JSON.stringify(body),
  };
}
