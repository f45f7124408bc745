import type { ServiceName } from '../arn.ts';
import { parseImageRef } from '../image-ref.ts';
import { type Step, silently } from './accept.ts';
import { unbaked } from './bake.ts';
import { restore } from './go-back.ts';
import { asImages, digestsOf, type Images, isPinned, remember } from './images.ts';
import { isQuarantined } from './quarantine.ts';
import { defaultTerms, isRolling } from './rollout.ts';
import { type ContainerImage, lastBegun, newTarget, openRollouts, type Seen, type Target } from './state.ts';
import { follow, gaveWay, leftNewest, neverRecorded, undoneLate } from './stray.ts';

/** A target as it stands, read just now. */
export interface Sighting extends ServiceName {
  readonly seen: Omit<Seen, 'at'>;
  /** Container → digest that its running tasks run. Empty where nobody asked, or nothing runs. */
  readonly digests: Images;
  /** When ECS began what runs. Milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Nothing is being deployed: what runs may be taken for good. */
  readonly isSteady: boolean;
  /** It names a family alone, so that it changes with each revision that anybody registers: no hand moves it. */
  readonly isFollowing?: boolean | undefined;
}

/** Reads of ECS may be as old as this: they say nothing against an end that is younger. */
const readsLagMs = 120_000;

/**
 * What a look at a target changes in what is known of it: at first sight it is adopted as it runs, and what another hand has
 * changed is noted for somebody to judge. What a rollout of ours changes is not. Undefined: nothing is new.
 */
export function see(before: Target | undefined, sighting: Sighting, at: number): Step | undefined {
  const known = before ?? newTarget(sighting);
  const failed = undoneLate(known, sighting);
  if (failed !== undefined) return restore(withSeen(known, sighting, at), failed.generation, at);
  const lost = neverRecorded(known, sighting);
  if (lost !== undefined) return follow(withSeen(unbaked(known), sighting, at), lost);
  const target = takenForGood(looked(known, sighting, at), sighting, at);
  const left = sighting.isSteady && target.movedFrom === undefined ? leftNewest(target, sighting) : undefined;
  // An old read counts for nothing: what it shows is not what is known from now on.
  if (left !== undefined && target.seen?.revision === sighting.seen.revision)
    return restore(target, left.generation, at);
  return target === before ? undefined : silently(target);
}

/** It is no longer there. Undefined: that is known. */
export function vanish(target: Target, at: number): Step | undefined {
  const { seen } = target;
  if (seen === undefined || seen.status === 'INACTIVE') return undefined;
  return silently({ ...target, seen: { ...seen, status: 'INACTIVE', at } });
}

/** Whether somebody should ask what the running tasks run: before a revision that pins nothing is taken for good. */
export function needsDigests(
  target: Target | undefined,
  { revision, containers }: Pick<Seen, 'revision' | 'containers'>,
): boolean {
  const isKnown = target?.good !== undefined && target.good.revision === revision;
  return revision !== undefined && !isKnown && containers.some(({ image }) => !isPinned(image));
}

function looked(known: Target, sighting: Sighting, at: number): Target {
  const { seen } = sighting;
  if (known.seen === undefined) return isRolled(known) ? known : withSeen(known, sighting, at);
  const { revision, containers, platform } = known.seen;
  if (isEqual(known.seen, seen)) return known;
  if (revision === seen.revision) return { ...known, seen: { ...seen, at } };
  if (isUnsettled(known, sighting, at))
    return refreshed(known, { ...seen, revision, containers, platform }, at);
  if (isLastOfOurs(known, seen.revision)) return { ...known, seen: { ...seen, at } };
  const moved = withSeen(unbaked(known), sighting, at);
  return sighting.isFollowing === true ? moved : movedBy(moved, containers);
}

/** What ran before is unknown just now, and may be back in a moment: it is adopted once that is over. */
function isRolled(target: Target): boolean {
  return target.rollouts.some(isRolling);
}

function refreshed(known: Target, seen: Omit<Seen, 'at'>, at: number): Target {
  return known.seen !== undefined && isEqual(known.seen, seen) ? known : { ...known, seen: { ...seen, at } };
}

function withSeen(known: Target, { seen, digests }: Sighting, at: number): Target {
  const running = digestsOf(Object.values(asImages(seen.containers, digests)));
  const ran = remember(remember(known.ran, rolledBefore(known)), running);
  return { ...known, seen: { ...seen, at }, ran };
}

/** An earlier version of Slipway kept no list of what ran, but its rollouts. */
function rolledBefore({ rollouts }: Target): readonly string[] {
  const began = rollouts.filter(({ startedAt }) => startedAt !== undefined);
  return began.flatMap(({ changes }) => Object.values(changes).map(({ digest }) => digest));
}

/** A rollout of ours is on its way, or ended so lately that the read may be older: an old read shows only what we knew before, and nothing that began later. */
function isUnsettled(target: Target, { seen: { revision }, since = 0 }: Sighting, at: number): boolean {
  const lastEnd = Math.max(0, ...target.rollouts.map(({ endedAt = 0 }) => endedAt));
  const begun = target.rollouts.filter(({ startedAt }) => startedAt !== undefined);
  const known = [
    ...begun.map((one) => one.revision),
    ...target.rollouts.flatMap((one) => [one.baseRevision, one.undoes]),
  ];
  const isOld = [...known, target.good?.revision].includes(revision);
  return openRollouts(target).length > 0 || (isOld && since <= lastEnd && at - lastEnd < readsLagMs);
}

/** Whoever goes back to an older one of our revisions is another hand. */
function isLastOfOurs(target: Target, revision: string | undefined): boolean {
  return lastBegun(target)?.revision === revision;
}

/** What it ran before is kept where it can be compared: the same container with another image of the same repository. */
function movedBy(target: Target, before: readonly ContainerImage[]): Target {
  const now = new Map(target.seen?.containers.map(({ name, image }) => [name, image]));
  const replaced = before.filter(({ name, image }) => {
    const [old, fresh] = [parseImageRef(image), parseImageRef(now.get(name) ?? '')];
    return old !== undefined && old.repository === fresh?.repository && image !== now.get(name);
  });
  return { ...target, movedFrom: target.movedFrom ?? (replaced.length === 0 ? undefined : replaced) };
}

/**
 * On adoption what runs is good. Later so is what another hand put there, once it has stood as long as a revision of ours would
 * have to: else a rollback would undo its change.
 */
function takenForGood(target: Target, { digests, isSteady }: Sighting, at: number): Target {
  const { seen, good, baking, movedFrom } = target;
  const revision = seen?.revision;
  const isBusy =
    !isSteady || baking !== undefined || movedFrom !== undefined || openRollouts(target).length > 0;
  if (seen === undefined || revision === undefined || isBusy || good?.revision === revision) return target;
  const hasStood = good === undefined || at - seen.at >= defaultTerms.bakeMs;
  if (!hasStood || !isTrusted(target, seen)) return target;
  return { ...target, good: { revision, images: asImages(seen.containers, digests), at } };
}

function isTrusted(target: Target, { revision, containers }: Seen): boolean {
  const ours = target.rollouts.filter((rollout) => rollout.revision === revision);
  return (
    ours.every((one) => one.phase === 'completed' || gaveWay(one)) &&
    containers.every(({ image }) => {
      const { repository = '', digest = '' } = parseImageRef(image) ?? {};
      return isQuarantined(target, repository, digest) === undefined;
    })
  );
}

function isEqual(a: Omit<Seen, 'at'>, b: Omit<Seen, 'at'>): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered({
  status,
  controller,
  managedByEcs,
  revision,
  containers,
  platform,
  tags,
}: Omit<Seen, 'at'>) {
  return [
    [status, controller, managedByEcs, revision, platform?.os, platform?.architecture],
    containers.map(({ name, image }) => [name, image]),
    Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ];
}
