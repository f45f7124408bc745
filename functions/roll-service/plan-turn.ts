import { standing } from '../../shared/domain/plan/state.ts';
import { loadPlan } from '../../shared/records/plan-record.ts';
import type { Deps, End, Turn } from './deps.ts';

/** A member of a plan begins when it is told to, and not at all once so many others have failed. */
export async function turnOfPlan({ rollout }: Turn, { table }: Deps): Promise<End | 'wait' | undefined> {
  const { plan: membership, phase } = rollout;
  if (membership === undefined || phase !== 'accepted') return undefined;
  const plan = await loadPlan(table, membership.plan);
  switch (standing(plan, membership.index)) {
    case 'waits':
      return 'wait';
    case 'left alone':
      return {
        kind: 'end',
        outcome: 'skipped',
        reason: plan?.stopped ?? 'its plan was stopped',
        silent: true,
      };
    default:
      return undefined;
  }
}
