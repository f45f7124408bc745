import { isSameRegistry, parseImageRef } from '../../shared/domain/image-ref.ts';
import type { Images } from '../../shared/ports.ts';
import type { LookUp, Registered } from './decide/running.ts';
import type { Candidate, Push } from './decide.ts';

/** Asks the registry once for each tag or digest that runs: what a policy has to compare the push with. */
export async function lookUpRunning(
  { registry, repository }: Push,
  candidates: readonly Candidate[],
  images: Images,
): Promise<LookUp> {
  const refs = candidates.flatMap(({ containers }) => containers.map(({ image }) => parseImageRef(image)));
  const references = refs.flatMap((ref) =>
    ref?.repository === repository && isSameRegistry(ref.registry, registry)
      ? [ref.digest ?? ref.tag ?? 'latest']
      : [],
  );
  const known = new Map<string, Registered | undefined>();
  for (const reference of new Set(references))
    known.set(reference, await images.tagsOf(repository, reference));
  return (reference) => known.get(reference);
}
