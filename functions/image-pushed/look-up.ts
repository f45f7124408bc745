import { chunks } from '../../shared/domain/chunks.ts';
import { parseImageRef } from '../../shared/domain/image-ref.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import type { Images } from '../../shared/ports.ts';
import type { Image } from './decide/rule.ts';
import type { LookUp, Registered } from './decide/running.ts';
import { containersUsing } from './decide.ts';

/** So many questions to the registry at once. */
const atOnce = 5;

/** Asks the registry once for each tag or digest that runs: what a policy has to compare the push with. */
export async function lookUpRunning(
  image: Image,
  targets: readonly Target[],
  images: Images,
): Promise<LookUp> {
  const known = new Map<string, Registered | undefined>();
  const references = [...new Set(targets.flatMap((target) => referencesOf(target, image)))];
  for (const some of chunks(references, atOnce)) {
    const found = await Promise.all(some.map((reference) => images.tagsOf(image.repository, reference)));
    for (const [index, reference] of some.entries()) known.set(reference, found[index]);
  }
  return (reference) => known.get(reference);
}

function referencesOf(target: Target, image: Image): readonly string[] {
  if (target.seen === undefined) return [];
  return containersUsing(target, target.seen, image).flatMap((container) => {
    const ref = parseImageRef(container.image);
    return ref === undefined ? [] : [ref.digest ?? ref.tag ?? 'latest'];
  });
}
