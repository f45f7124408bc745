import { parseRevisionArn } from '../arn.ts';
import { holdTag } from '../service.ts';
import { accept, type Step } from './accept.ts';
import { asImages, containersAfter, digestsOf, remember } from './images.ts';
import { isFailure, isOpen, type Rollout } from './rollout.ts';
import { lastBegun, openRollouts, type Seen, type Target } from './state.ts';

/** What ECS has the service set to. */
interface Found {
  readonly seen: Pick<Seen, 'revision'>;
  /** When ECS began that. Milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** It names a family, and shows whatever is registered last. */
  readonly isFollowing?: boolean | undefined;
}

/** The rollout that failed, and that nobody has undone. */
export function leftOnFailed(target: Target): Rollout | undefined {
  const last = lastBegun(target);
  const isLeft = last !== undefined && isFailure(last) && last.revision === target.seen?.revision;
  return isLeft && openRollouts(target).length === 0 ? last : undefined;
}

/**
 * A failure that nobody undid, and that ECS undid in the end, by itself or because somebody stopped the deployment: the service is
 * back on a deployment that is older than the failed one. Another hand sets a new one.
 */
export function undoneLate(target: Target, { seen, since }: Found): Rollout | undefined {
  const last = leftOnFailed(target);
  const isBack = since !== undefined && since < (last?.startedAt ?? 0);
  return isBack && seen.revision !== last?.revision ? last : undefined;
}

/**
 * The service was set to the revision of this rollout, and whoever set it died before that was written down. Nothing newer of ours
 * has begun since, or what has failed, and ECS went back to where that had begun: an old read would show no such thing, and who
 * goes back on purpose goes back to something older.
 */
export function neverRecorded(
  target: Target,
  { seen: { revision }, isFollowing }: Found,
): Rollout | undefined {
  const isNew = revision !== undefined && target.seen?.revision !== revision;
  if (!isNew || isFollowing === true || openRollouts(target).length > 0) return undefined;
  return lostOn(target, revision);
}

/** The rollout of this revision of which nobody wrote down that it began. */
export function lostOn(target: Pick<Target, 'rollouts'>, revision: string): Rollout | undefined {
  const last = lastBegun(target);
  const isBack = last !== undefined && isFailure(last) && last.baseRevision === revision;
  const since = last === undefined || isBack ? 0 : last.generation;
  return target.rollouts.find(
    (one) =>
      one.revision === revision && one.startedAt === undefined && one.generation > since && !isRestore(one),
  );
}

/** ECS went back to a revision of ours that it had been set to, which nobody wrote down: that is what runs, and is no other hand's. */
export function backOn(target: Target, { runs, at }: { runs?: string | undefined; at: number }): Target {
  const { seen } = target;
  const lost = target.rollouts.find(
    (one) => one.revision === runs && one.startedAt === undefined && !isOpen(one),
  );
  if (seen === undefined || runs === undefined || seen.revision === runs || lost === undefined) return target;
  const containers = containersAfter(seen.containers, lost);
  const ran = remember(target.ran, digestsOf(Object.values(asImages(containers))));
  return { ...target, ran, seen: { ...seen, at, revision: runs, containers } };
}

/**
 * The rollout that registered a revision last, and gave way before anybody wrote down that a service was set to it: the family's
 * newest is something that nobody wants, or that has failed.
 */
export function leftNewest(
  target: Target,
  { seen: { revision, tags }, isFollowing }: Found & { readonly seen: Pick<Seen, 'tags'> },
): Rollout | undefined {
  const mayAct = isFollowing !== true && tags[holdTag] === undefined && openRollouts(target).length === 0;
  if (revision === undefined || !mayAct) return undefined;
  const [last] = target.rollouts
    .filter((one) => one.startedAt !== undefined || one.registeringSince !== undefined || isRestore(one))
    .toSorted((a, b) => b.generation - a.generation);
  const isLeft = last !== undefined && gaveWay(last) && !isRestore(last);
  return isLeft && isYounger(last, revision) ? last : undefined;
}

/** What it registered may have been lost with the answer: then it is younger than what was cloned. */
function isYounger({ revision, baseRevision = '' }: Rollout, running: string): boolean {
  const [ours, its] = [parseRevisionArn(revision ?? baseRevision), parseRevisionArn(running)];
  if (ours === undefined || its === undefined || ours.family !== its.family) return false;
  return ours.number > its.number || (revision === undefined && ours.number === its.number);
}

/** Before it began, as far as anybody knows. */
export function gaveWay({ phase, startedAt }: Rollout): boolean {
  return startedAt === undefined && (phase === 'superseded' || phase === 'joined');
}

/** It sets no service. */
function isRestore({ cause }: Rollout): boolean {
  return cause === 'restore';
}

/** Somebody follows to its end what ECS was set to. It was accepted when the lost one was: pushes since then are newer. */
export function follow(target: Target, { changes, from, base, terms, acceptedAt }: Rollout): Step {
  const { cluster, service } = target;
  return accept(target, { cluster, service, changes, from, base, at: acceptedAt, cause: 'found', terms });
}
