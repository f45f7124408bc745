import { isSameMember, type Membership, memberships, type Outcome, type Rollout } from './rollout.ts';
import { type Debt, openRollouts, type PlanResult, type Target } from './state.ts';

function isSame(a: Debt, b: Debt): boolean {
  if (a.kind === 'plan' && b.kind === 'plan') return isSameMember(a, b) && a.result === b.result;
  return a.kind === b.kind;
}

/** Written with the state that causes it; paid by roll-service, which sends it and then forgets it. */
export function owe(target: Target, debt: Debt): Target {
  const { owes = [] } = target;
  return owes.some((one) => isSame(one, debt)) ? target : { ...target, owes: [...owes, debt] };
}

export function pay(target: Target, debt: Debt): Target {
  return { ...target, owes: (target.owes ?? []).filter((one) => !isSame(one, debt)) };
}

const resultOf: Readonly<Record<Outcome, PlanResult>> = {
  completed: 'done',
  'rolled-back': 'failed',
  'timed-out': 'failed',
  superseded: 'left alone',
  joined: 'left alone',
  stopped: 'left alone',
  failed: 'failed',
  skipped: 'left alone',
};

/** A member of a plan owes it a word on how it ended, once nothing else of it is on the way: its digest may have been pushed again. */
export function owePlan(target: Target, rollout: Rollout, outcome: Outcome): Target {
  const { reason: why } = rollout;
  const result = resultOf[outcome];
  const over = endingWith(target, rollout);
  const told = oweEach(target, over, { result, why });
  // A failure counts whatever else is on the way, which keeps the place.
  const others = result === 'failed' ? memberships(rollout).filter((one) => !over.includes(one)) : [];
  return oweEach(told, others, { result, why, goesOn: true });
}

/** The plans of a rollout of which nothing else of the target is on the way, or still to be verified. */
export function endingWith(target: Target, rollout: Rollout): readonly Membership[] {
  const others = openRollouts(target).filter(({ generation }) => generation !== rollout.generation);
  const held = [...others.flatMap(memberships), ...(target.baking?.plans ?? [])];
  return memberships(rollout).filter((one) => !held.some((other) => isSameMember(one, other)));
}

export function oweEach(
  target: Target,
  plans: readonly Membership[],
  said: Omit<Debt & { readonly kind: 'plan' }, 'kind' | 'plan' | 'index'>,
): Target {
  return plans.reduce((known, plan) => owe(known, { kind: 'plan', ...plan, ...said }), target);
}
