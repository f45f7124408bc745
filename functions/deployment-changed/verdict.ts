import { judge, judgeByRecord, ownRollbackMs, recordOf, type Verdict } from '../../shared/domain/outcome.ts';
import { deadlineOf, progressOf } from '../../shared/domain/progress.ts';
import type { ServiceSnapshot } from '../../shared/domain/service.ts';
import { defaultTerms, type Progress, type Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { Refused } from '../../shared/faults.ts';
import type { Deps } from './deps.ts';

/** How a rollout stands, time included. */
export type Standing =
  | Exclude<Verdict, { readonly kind: 'rolling' } | { readonly kind: 'gone' }>
  | {
      readonly kind: 'rolling';
      readonly progress?: Progress | undefined;
      readonly lookAt?: number | undefined;
    }
  /** It makes no progress, and StopServiceDeployment undoes it better than a new deployment. */
  | { readonly kind: 'stuck'; readonly reason: string };

/** A cluster that slipway.yml names no longer is refused for good; IAM spreading a new permission, for minutes. */
const permissionsSpreadMs = 60 * 60_000;

interface Asked {
  readonly target: Target;
  readonly rollout: Rollout;
}

function newerThan({ generation }: Rollout, { rollouts }: Target): readonly string[] {
  return rollouts.flatMap((one) => (one.generation > generation ? (one.revision ?? []) : []));
}

export async function standingOf({ target, rollout }: Asked, deps: Deps): Promise<Standing> {
  try {
    return await askEcs({ target, rollout }, deps);
  } catch (error) {
    const { startedAt = 0 } = rollout;
    const isYoung = deps.clock.now() - startedAt < permissionsSpreadMs;
    if (!(error instanceof Refused) || isYoung) throw error;
    return { kind: 'ended', outcome: 'failed', reason: `nobody can tell: ${error.code}: ${error.message}` };
  }
}

async function askEcs({ target, rollout }: Asked, deps: Deps): Promise<Standing> {
  const [service] = await deps.services.describe(target.cluster, [target.service]);
  if (service === undefined) {
    return { kind: 'ended', outcome: 'failed', reason: 'the service no longer exists' };
  }
  const at = deps.clock.now();
  const newer = newerThan(rollout, target);
  const verdict = judge(service, rollout, { at, newer });
  if (verdict.kind !== 'gone') return unlessOnPurpose(service, rollout, { verdict, at, deps });
  const records = await deps.services.deploymentRecords(service.cluster, service.service);
  return inTime(service, rollout, { verdict: judgeByRecord(service, rollout, { records, at, newer }), at });
}

/** A deployment that bakes, or waits for a person in a hook that pauses it, makes no progress on purpose. */
async function unlessOnPurpose(
  service: ServiceSnapshot,
  rollout: Rollout,
  { verdict, at, deps }: Moment & { readonly deps: Deps },
): Promise<Standing> {
  const standing = inTime(service, rollout, { verdict, at });
  if (verdict.kind !== 'rolling' || service.strategy === 'ROLLING') return standing;
  const records = await deps.services.deploymentRecords(service.cluster, service.service);
  const { paused, lifecycleStage } = recordOf(records, rollout) ?? {};
  if (paused !== true && lifecycleStage !== 'BAKE_TIME') return standing;
  const { timeoutMs } = rollout.terms ?? defaultTerms;
  // It may go on at any moment until the next look: its time without progress begins there.
  const lookAt = at + timeoutMs;
  return { kind: 'rolling', progress: { ...progressOf(service, rollout, at), at: lookAt }, lookAt };
}

interface Moment {
  readonly verdict: Verdict;
  readonly at: number;
}

function inTime(service: ServiceSnapshot, rollout: Rollout, { verdict, at }: Moment): Standing {
  switch (verdict.kind) {
    case 'rolling':
      return stillRolling(service, rollout, at);
    case 'rolling back':
      return stillRollingBack(service, rollout, { verdict, at });
    case 'gone':
      return { kind: 'rolling' };
    default:
      return verdict;
  }
}

function stillRolling(service: ServiceSnapshot, rollout: Rollout, at: number): Standing {
  const progress = progressOf(service, rollout, at);
  const { stopAskedAt, stoppedAt } = rollout;
  if (stopAskedAt !== undefined && stoppedAt === undefined && at < stopAskedAt + ownRollbackMs)
    return { kind: 'rolling', progress, lookAt: stopAskedAt + ownRollbackMs };
  const lookAt = deadlineOf(service, rollout, Math.max(progress.at, rollout.stoppedAt ?? 0));
  if (at < lookAt) return { kind: 'rolling', progress, lookAt };
  const { timeoutMs } = rollout.terms ?? defaultTerms;
  const reason = `no progress for ${minutes(timeoutMs + service.bakeMs)}`;
  return service.strategy !== 'ROLLING' && rollout.stopAskedAt === undefined
    ? { kind: 'stuck', reason }
    : { kind: 'ended', outcome: 'timed-out', reason, undo: true };
}

interface Back {
  readonly verdict: Verdict & { readonly kind: 'rolling back' };
  readonly at: number;
}

/** ECS's own rollback may hang as well. */
function stillRollingBack(service: ServiceSnapshot, rollout: Rollout, { verdict, at }: Back): Standing {
  const { failedAt = at } = rollout;
  const isStuck = at >= deadlineOf(service, rollout, failedAt + ownRollbackMs);
  const reason = `${verdict.reason}; ECS's rollback made no progress`;
  return isStuck ? { kind: 'ended', outcome: 'failed', reason, undo: true } : verdict;
}

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
