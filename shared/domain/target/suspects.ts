import { parseImageRef, pinned } from '../image-ref.ts';
import type { Blame } from '../stop-cause.ts';
import { isPinned } from './images.ts';
import { isFailure, type Rollout, type WantedImages } from './rollout.ts';
import type { Target } from './state.ts';

/** A push that took over a rollback, or a tag that was set back, brings images that are known to be good: nobody suspects those. */
export function suspects({ good: known }: Target, { changes }: Rollout): WantedImages {
  const good = known?.images ?? {};
  return Object.fromEntries(
    Object.entries(changes).filter(([name, wanted]) => good[name] !== pinned(wanted)),
  );
}

export interface Suspected {
  readonly rollout: Rollout;
  /** What of it may have failed. */
  readonly tried: WantedImages;
  /** What the stopped tasks say. */
  readonly found: Blame | undefined;
}

/** Another container failed, or may have: the image is tried where the others are good, once. */
export function isInnocent(target: Target, { rollout, tried, found }: Suspected): boolean {
  if (rollout.cause === 'alone') return false;
  const { container, digests } = found ?? {};
  if (container !== undefined) return !Object.hasOwn(tried, container);
  return isPutIntoUnproven(target, rollout, tried) || isBesideAnother(target, tried, digests);
}

/** A container that is set by a tag ran something else beside it than is known to be good: that is what the tag means by now. */
function isBesideAnother(
  { seen, good }: Target,
  tried: WantedImages,
  digests: Readonly<Record<string, string>> = {},
): boolean {
  return (seen?.containers ?? []).some(({ name, image }) => {
    const known = parseImageRef(good?.images[name] ?? '')?.digest;
    const ran = digests[name];
    const isLoose = !(isPinned(image) || Object.hasOwn(tried, name));
    return isLoose && known !== undefined && ran !== undefined && ran !== known;
  });
}

/**
 * What it was put into had failed before, or had not completed yet and holds an image that it does not replace; or another hand had
 * set it, and nobody knows yet that it is good.
 */
function isPutIntoUnproven(
  target: Target,
  { generation, baseRevision }: Rollout,
  tried: WantedImages,
): boolean {
  const base = target.rollouts.find(
    (one) => one.generation < generation && one.revision !== undefined && one.revision === baseRevision,
  );
  if (base === undefined) return isUnknown(target, baseRevision);
  if (base.phase === 'completed') return false;
  const holdsAnother = Object.keys(base.changes).some((name) => !Object.hasOwn(tried, name));
  return isFailure(base) || holdsAnother || isPutIntoUnproven(target, base, tried);
}

function isUnknown({ good }: Target, revision: string | undefined): boolean {
  return good !== undefined && revision !== undefined && revision !== good.revision;
}

/** Where a container is named, it is one that was changed. */
export function isOurs(tried: WantedImages, { container }: Blame): boolean {
  return container === undefined || Object.hasOwn(tried, container);
}
