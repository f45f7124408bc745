import { accept, type Step } from './accept.ts';
import { isFailure, isOpen, type Rollout } from './rollout.ts';
import { openRollouts, type Seen, type Target } from './state.ts';

/** What ECS has the service set to. */
interface Found {
  readonly seen: Pick<Seen, 'revision'>;
  /** When ECS began that. Milliseconds since the epoch. */
  readonly since?: number | undefined;
}

/** The rollout that failed, and that nobody has undone. */
export function leftOnFailed(target: Target): Rollout | undefined {
  const last = target.rollouts.find(({ startedAt }) => startedAt !== undefined);
  const isLeft = last !== undefined && isFailure(last) && last.revision === target.seen?.revision;
  return isLeft && openRollouts(target).length === 0 ? last : undefined;
}

/** A failure that nobody undid, and that ECS undid in the end: it set the service to no new deployment, as another hand would. */
export function undoneLate(target: Target, { seen, since }: Found): Rollout | undefined {
  const last = leftOnFailed(target);
  const isBack = since !== undefined && since < (last?.startedAt ?? 0);
  return isBack && seen.revision !== last?.revision ? last : undefined;
}

/**
 * The service was set to the revision of this rollout, and whoever set it died before that was written down; a newer one that took
 * its turn has ended without setting another.
 */
export function neverRecorded(target: Target, { seen: { revision } }: Found): Rollout | undefined {
  const { seen, rollouts } = target;
  const isNew = revision !== undefined && seen?.revision !== revision;
  if (!isNew || openRollouts(target).length > 0) return undefined;
  return rollouts.find(
    (one) => one.revision === revision && one.startedAt === undefined && !isOpen(one) && !isRestore(one),
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
