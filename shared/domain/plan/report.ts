import type { ServiceName } from '../arn.ts';
import type { PlanResult } from '../target/state.ts';
import { failedKept, memberText, type Plan, type PlanStep } from './state.ts';
import { announced, stop } from './stop.ts';

/** What became of a member. */
export interface Report {
  readonly index: number;
  readonly name: ServiceName;
  /** A member whose target knows nothing of it was left alone. */
  readonly result: PlanResult;
  readonly why?: string | undefined;
  /** It keeps its place. */
  readonly goesOn?: boolean | undefined;
  readonly at: number;
}

/** Undefined where it changes nothing: it was said before, or the member has not been released. */
export function report(plan: Plan, said: Report): PlanStep | undefined {
  const isFirst = said.index === 0 && plan.first === 'waiting' && plan.stopped === undefined;
  const after = isFirst ? reportFirst(plan, said) : reportMember(plan, said);
  return after === undefined ? undefined : announced({ ...after, at: said.at }, said.at);
}

/** The others wait for more than that it is done. */
function reportFirst(plan: Plan, { name, result, why, goesOn }: Report): Plan | undefined {
  if (result === 'done') return undefined;
  const released = { next: Math.max(1, plan.next), sent: Math.max(1, plan.sent) };
  const closed = {
    ...plan,
    ...released,
    open: goesOn === true ? plan.open : plan.open.filter((index) => index > 0),
  };
  if (result === 'verified') return { ...closed, first: 'verified' };
  const words = result === 'failed' ? 'failed' : 'was left alone';
  const counted = result === 'failed' ? withFailure(closed, memberText(name)) : closed;
  return stop(counted, `${memberText(name)}, which goes first, ${words}${because(why)}`);
}

function reportMember(plan: Plan, { index, name, result, why, goesOn }: Report): Plan | undefined {
  const wasOpen = plan.open.includes(index);
  // One that went with a rollback was not released.
  const isFailure = result === 'failed' && !plan.failed.includes(memberText(name));
  if (!wasOpen && !isFailure) return undefined;
  const closed = goesOn === true ? plan : { ...plan, open: plan.open.filter((one) => one !== index) };
  if (!isFailure) return closed;
  const counted = withFailure(closed, memberText(name));
  return counted.failures < plan.stopAfter
    ? counted
    : stop(counted, `${failedInWords(counted)}${because(why)}`);
}

function withFailure(plan: Plan, name: string): Plan {
  return { ...plan, failures: plan.failures + 1, failed: [...plan.failed, name].slice(0, failedKept) };
}

const namesTold = 3;

function failedInWords({ failures, failed }: Plan): string {
  const more = failures - Math.min(namesTold, failed.length);
  return `it failed on ${failed.slice(0, namesTold).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function because(why: string | undefined): string {
  return why === undefined || why === '' ? '' : `: ${why}`;
}
