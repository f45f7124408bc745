import { accept, type Step } from './accept.ts';
import { isFailure, type Rollout } from './rollout.ts';
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

/** It sets no service. */
function isRestore({ cause }: Rollout): boolean {
  return cause === 'restore';
}

/** Somebody follows to its end what ECS was set to. It was accepted when the lost one was: pushes since then are newer. */
export function follow(target: Target, { changes, from, base, terms, acceptedAt }: Rollout): Step {
  const { cluster, service } = target;
  return accept(target, { cluster, service, changes, from, base, at: acceptedAt, cause: 'found', terms });
}
