import type { BackTo } from '../../../shared/domain/command.ts';
import { parseImageRef, pinned } from '../../../shared/domain/image-ref.ts';
import { imagesOf } from '../../../shared/domain/target/images.ts';
import { defaultTerms, isOpen, isRolling, type Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';

/** A revision that ran here, and what is known of its images besides what it says itself. */
export interface Ran {
  readonly revision: string;
  /** Container → pinned image. */
  readonly pins: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch: since when it was known. */
  readonly at: number;
}

/** What ECS has the service set to, as far as Slipway knows. */
export function runningRevision({ rollouts, seen }: Target): string | undefined {
  return rollouts.find((one) => isOpen(one) && isRolling(one))?.revision ?? seen?.revision;
}

/** Every revision that was verified good here, the last one first; at the end what ran when Slipway came. */
export function verifiedGood(target: Target, now: number): readonly Ran[] {
  const { good } = target;
  const first: readonly Ran[] =
    good === undefined ? [] : [{ revision: good.revision, pins: good.images, at: good.at }];
  const completed = target.rollouts.filter(
    (one) => hasRun(one) && !isUndone(target, one) && stoodLongEnough(target, one, now),
  );
  return [...first, ...completed.flatMap(ranBy), ...ranAtFirst(target)];
}

/** A restored revision is registered, and no service is set to it. */
function hasRun({ phase, cause }: Rollout): boolean {
  return phase === 'completed' && cause !== 'restore';
}

/** A rollback went back over it. */
function isUndone({ rollouts }: Target, rollout: Rollout): boolean {
  return rollouts.some(({ generation, goBackTo, cause }) => {
    if (goBackTo === undefined || cause === 'restore' || generation <= rollout.generation) return false;
    const backTo = rollouts.find(({ revision }) => revision === goBackTo.revision)?.generation ?? 0;
    return rollout.generation > backTo;
  });
}

/** Until another rollout began, and at least for its bake. */
function stoodLongEnough({ rollouts }: Target, rollout: Rollout, now: number): boolean {
  const { bakeMs } = rollout.terms ?? defaultTerms;
  const later = rollouts.filter(({ generation }) => generation > rollout.generation);
  const until = Math.min(now, ...later.flatMap(({ startedAt }) => startedAt ?? []));
  return until - (rollout.endedAt ?? now) >= bakeMs;
}

function ranBy({ revision, changes, endedAt, acceptedAt }: Rollout): readonly Ran[] {
  return revision === undefined ? [] : [{ revision, pins: imagesOf(changes), at: endedAt ?? acceptedAt }];
}

/** What the oldest remembered rollout replaced. */
function ranAtFirst({ rollouts }: Target): readonly Ran[] {
  const oldest = rollouts.findLast(({ startedAt }) => startedAt !== undefined);
  return oldest === undefined ? [] : ranBefore(oldest);
}

function ranBefore({ baseRevision, base, from, acceptedAt }: Rollout): readonly Ran[] {
  if (baseRevision === undefined || base !== 'running') return [];
  const pins = Object.entries(from).flatMap(([container, image]) => {
    const ref = parseImageRef(image);
    if (ref?.digest === undefined) return [];
    return [[container, pinned({ ...ref, digest: ref.digest })] as const];
  });
  return [{ revision: baseRevision, pins: Object.fromEntries(pins), at: acceptedAt }];
}

/** Every revision with this digest, or one that begins so, that ran here: the newest first. */
export function ranDigest(
  target: Target,
  { digest }: BackTo & { readonly kind: 'digest' },
): readonly (Ran & { readonly digest: string })[] {
  const started = target.rollouts.filter((one) => !isOpen(one) && one.startedAt !== undefined);
  const { good, baking } = target;
  const kept = [baking, good].flatMap((one) =>
    one === undefined ? [] : [{ revision: one.revision, pins: one.images, at: one.at }],
  );
  const all = [...started.flatMap(ranBy), ...kept, ...started.flatMap(ranBefore)];
  return all.flatMap((ran) => {
    const digests = Object.values(ran.pins).flatMap((image) => parseImageRef(image)?.digest ?? []);
    const found = digests.find((one) => one.startsWith(digest));
    return found === undefined ? [] : [{ ...ran, digest: found }];
  });
}

/** ARNs of every revision that this target is known to have had. */
export function knownRevisions(target: Target): readonly string[] {
  const { seen, good, baking, rollouts } = target;
  const ofRollouts = rollouts.flatMap(({ revision, baseRevision }) => [revision, baseRevision]);
  return [seen?.revision, good?.revision, baking?.revision, ...ofRollouts].flatMap((one) => one ?? []);
}
