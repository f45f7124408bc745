import { standing } from '../../shared/domain/plan/state.ts';
import { loadPlan } from '../../shared/records/plan-record.ts';
import type { Deps, Turn } from './deps.ts';

/** A digest that may not be rolled here, and why. */
export interface Barred {
  readonly digest: string;
  readonly reason: string;
  /** Others announce it. */
  readonly silent: boolean;
}

/** A member of a plan begins when it is told to, and not at all once so many others have failed. */
export async function turnOfPlan({ rollout }: Turn, { table }: Deps): Promise<Barred | 'wait' | undefined> {
  const { plan: membership, phase } = rollout;
  if (membership === undefined) return undefined;
  const plan = await loadPlan(table, membership.plan);
  const stands = standing(plan, membership.index);
  if (stands === 'waits' && phase === 'accepted') return 'wait';
  if (stands !== 'left alone' || plan === undefined) return undefined;
  return { digest: plan.image.digest, reason: plan.stopped ?? 'its plan was stopped', silent: true };
}
