import { accept, type Step } from './accept.ts';
import { isFailure, isOpen, type Rollout } from './rollout.ts';
import type { Sighting } from './see.ts';
import { openRollouts, type Target } from './state.ts';

/** The rollout that failed, and that nobody has undone. */
export function leftOnFailed(target: Target): Rollout | undefined {
  const last = target.rollouts.find(({ startedAt }) => startedAt !== undefined);
  const isLeft = last !== undefined && isFailure(last) && last.revision === target.seen?.revision;
  return isLeft && openRollouts(target).length === 0 ? last : undefined;
}

/** A failure that nobody undid, and that ECS undid in the end: it set the service to no new deployment, as another hand would. */
export function undoneLate(target: Target, { seen, since }: Sighting): Rollout | undefined {
  const last = leftOnFailed(target);
  const isBack = since !== undefined && since < (last?.startedAt ?? 0);
  return isBack && seen.revision !== last?.revision ? last : undefined;
}

/**
 * The service was set to the revision of this rollout, and whoever set it died before that was written down; a newer one that took
 * its turn has ended without setting another.
 */
export function neverRecorded(target: Target, { seen: { revision } }: Sighting): Rollout | undefined {
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

/** Somebody follows to its end what ECS was set to. */
export function follow(target: Target, { changes, from, base, terms }: Rollout, at: number): Step {
  const { cluster, service } = target;
  return accept(target, { cluster, service, changes, from, base, at, cause: 'found', terms });
}
