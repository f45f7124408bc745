import type { ServiceName } from '../../shared/domain/arn.ts';
import type { PlanTurn } from '../../shared/domain/nudge.ts';
import { isSameMember, memberships } from '../../shared/domain/target/rollout.ts';
import { openRollouts, type Target } from '../../shared/domain/target/state.ts';
import { tellPlan } from './debts.ts';
import type { Deps } from './deps.ts';

/**
 * The plan counts on a member of which its target knows nothing: whoever enlisted it died before it was accepted. Or it waits by
 * itself as long as a hold.
 */
export function isPhantom(target: Target, given: PlanTurn): boolean {
  const { owes = [], alone = [], baking, hold } = target;
  const known = [
    ...openRollouts(target).flatMap(memberships),
    ...(hold === undefined ? alone.flatMap(memberships) : []),
    ...(baking?.plans ?? []),
    ...owes.filter((debt) => debt.kind === 'plan'),
  ];
  return !known.some((one) => isSameMember(one, given));
}

export function reportPhantom(name: ServiceName, { plan, index }: PlanTurn, deps: Deps): Promise<void> {
  return tellPlan(
    name,
    { kind: 'plan', plan, index, result: 'left alone', why: 'it knows nothing of it' },
    deps,
  );
}
