import type { Clock, Images, Table } from '../../shared/ports.ts';
import { pushTimes } from '../../shared/records/push-record.ts';
import type { Image } from './decide/rule.ts';
import { inWholeSeconds, type Registered } from './decide/running.ts';
import type { Shelf, Tagged } from './decide/selection.ts';

interface Sources {
  readonly table: Table;
  readonly images: Images;
  readonly clock: Clock;
}

/** Every tag, with when it was pushed: as its event told, else as the registry knows of its digest. */
export async function readShelf(image: Image, { table, images, clock }: Sources): Promise<Shelf> {
  const readAt = clock.now();
  const digests = new Map<string, Registered>();
  for await (const one of images.all(image.repository))
    digests.set(one.digest, { ...one, pushedAt: inWholeSeconds(one.pushedAt) });
  const registered = [...digests.values()].flatMap(({ digest, tags, pushedAt }) =>
    tags.map((tag): Tagged => ({ tag, digest, pushedAt })),
  );
  const times = await pushTimes(
    table,
    image,
    registered.map(({ tag }) => tag),
  );
  const tagged = registered.map((one): Tagged => {
    const heardAt = times.get(`${one.tag}#${one.digest}`);
    return { ...one, heardAt, pushedAt: heardAt ?? one.pushedAt };
  });
  const tags = new Map(tagged.map((one) => [one.tag, one]));
  const lookUp = (reference: string): Registered | undefined => {
    const known = digests.get(tags.get(reference)?.digest ?? reference);
    return known && { ...known, heard: heardOf(known.tags, tags) };
  };
  return { ...image, tags, lookUp, readAt };
}

function heardOf(
  names: readonly string[],
  tags: ReadonlyMap<string, Tagged>,
): Readonly<Record<string, number>> {
  const heard = names.flatMap((tag) => {
    const at = tags.get(tag)?.heardAt;
    return at === undefined ? [] : [[tag, at] as const];
  });
  return Object.fromEntries(heard);
}

/** The same without these tags. */
export function without(shelf: Shelf, tags: readonly string[]): Shelf {
  return { ...shelf, tags: new Map([...shelf.tags].filter(([tag]) => !tags.includes(tag))) };
}
