import { targetNotice } from '../notice.ts';
import type { Step } from './accept.ts';
import { owe, oweEach } from './debts.ts';
import { memberships } from './rollout.ts';
import type { Hold, Target } from './state.ts';

/** Automation leaves the target alone from now on. A second hold replaces the first one's reason. */
export function putOnHold(target: Target, hold: Hold): Step {
  const { reason, by, at } = hold;
  return {
    target: { ...outOfPlans(target), hold, movedFrom: undefined },
    notices: [targetNotice(target, { kind: 'target.held', at, reason, by })],
  };
}

/** What waits to be taken up waits as long as the hold: no plan counts on it, and it takes its place again after that. */
export function outOfPlans(target: Target): Target {
  const { alone = [] } = target;
  return alone.reduce((known, one) => oweEach(known, memberships(one), { result: 'left alone' }), target);
}

interface Resumed {
  readonly by: string;
  readonly at: number;
}

/** Undefined: it was not on hold. What was pushed meanwhile is looked for at once. */
export function resume(target: Target, { by, at }: Resumed): Step | undefined {
  if (target.hold === undefined) return undefined;
  const { reason } = target.hold;
  return {
    target: owe({ ...target, hold: undefined }, { kind: 'see' }),
    notices: [targetNotice(target, { kind: 'target.resumed', at, reason, by })],
  };
}
