import { chunks } from '../../shared/domain/chunks.ts';
import { parseImageRef } from '../../shared/domain/image-ref.ts';
import { openRollouts, type Target } from '../../shared/domain/target/state.ts';
import type { Images, Table } from '../../shared/ports.ts';
import { pushTime } from '../../shared/records/push-record.ts';
import type { Image } from './decide/rule.ts';
import { inWholeSeconds, type LookUp, type Registered } from './decide/running.ts';
import { containersUsing } from './decide.ts';

/** So many questions to the registry at once. */
const atOnce = 5;
/** A digest with more tags is known by when it was pushed itself. */
const tagsMax = 20;

interface Sources {
  readonly images: Images;
  readonly table: Table;
}

/** Asks the registry once for each tag or digest that runs, or is on its way: what a policy has to compare the push with. */
export async function lookUpRunning(
  image: Image,
  targets: readonly Target[],
  sources: Sources,
): Promise<LookUp> {
  const known = new Map<string, Registered | undefined>();
  const references = [...new Set(targets.flatMap((target) => referencesOf(target, image)))];
  for (const some of chunks(references, atOnce)) {
    const found = await Promise.all(some.map((reference) => lookUp(image, reference, sources)));
    for (const [index, reference] of some.entries()) known.set(reference, found[index]);
  }
  return (reference) => known.get(reference);
}

async function lookUp(
  image: Image,
  reference: string,
  { images, table }: Sources,
): Promise<Registered | undefined> {
  const found = await images.tagsOf(image.repository, reference);
  const registered = found && { ...found, pushedAt: inWholeSeconds(found.pushedAt) };
  if (registered === undefined || registered.tags.length > tagsMax) return registered;
  const { digest, tags } = registered;
  const times = await Promise.all(tags.map((tag) => pushTime(table, { ...image, tag, digest })));
  const heard = tags.flatMap((tag, index) => {
    const at = times[index];
    return at === undefined ? [] : [[tag, at] as const];
  });
  return { ...registered, heard: Object.fromEntries(heard) };
}

function referencesOf(target: Target, image: Image): readonly string[] {
  if (target.seen === undefined) return [];
  const running = containersUsing(target, target.seen, image).flatMap((container) => {
    const ref = parseImageRef(container.image);
    return ref === undefined ? [] : [ref.digest ?? ref.tag ?? 'latest'];
  });
  const all = [...openRollouts(target), ...(target.alone ?? [])];
  const wanted = all.flatMap(({ changes }) => Object.values(changes));
  const onTheWay = wanted.filter(({ repository }) => repository === image.repository);
  return [...running, ...onTheWay.map(({ digest }) => digest)];
}
