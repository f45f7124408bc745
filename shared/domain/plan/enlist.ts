import type { ServiceName } from '../arn.ts';
import {
  hasBegun,
  isDone,
  memberText,
  type Plan,
  type PlannedImage,
  type PlanStep,
  planId,
} from './state.ts';
import { announced, stop } from './stop.ts';

/** What a push and a rule make a plan of. */
export interface PlanSeed {
  readonly image: PlannedImage;
  readonly rule: string;
  readonly parallel: number;
  readonly stopAfter: number;
  /** The rule's `first`. `verified`: it runs this image already, and has proved it good. */
  readonly first?: { readonly name: ServiceName; readonly verified: boolean } | undefined;
}

export interface Enlisting {
  readonly seed: PlanSeed;
  /** `cluster/service` → the newest number that it has in the plan. */
  readonly members: ReadonlyMap<string, number>;
  readonly names: readonly ServiceName[];
  readonly at: number;
}

export interface Enlisted extends PlanStep {
  /** The number of each name, in their order. */
  readonly indices: readonly number[];
  /** `cluster/service` of those that were added, in the order of their numbers. */
  readonly added: readonly string[];
}

/** The rule's first before the others; the others as they come: what starts together best stands together. */
export function inOrder(names: readonly ServiceName[], { first }: PlanSeed): readonly ServiceName[] {
  const text = first === undefined ? undefined : memberText(first.name);
  const isFirst = (name: ServiceName) => memberText(name) === text;
  return [...names.filter(isFirst), ...names.filter((name) => !isFirst(name))];
}

/** Adds the targets that are not members yet, or that are done. Twice the same changes nothing. Names stand as `inOrder` has them. */
export function enlist(before: Plan | undefined, { seed, members, names, at }: Enlisting): Enlisted {
  const plan = before ?? newPlan(seed, at);
  const open = new Set(plan.open);
  const texts = names.map(memberText);
  const isMember = (index: number | undefined) => index !== undefined && !isDone(plan, open, index);
  const added = [...new Set(texts)].filter((text) => !isMember(members.get(text)));
  const numbers = new Map([...members, ...added.map((text, place) => [text, plan.total + place] as const)]);
  const { parallel, stopAfter } = seed;
  const joined = joining(plan, added.length, at);
  const grown = { ...plan, parallel, stopAfter, total: plan.total + added.length, joined };
  const settled = before === undefined ? begin(grown, seed, added[0]) : settle(grown, seed);
  const isSame = added.length === 0 && settled.stopped === plan.stopped && settled.first === plan.first;
  return {
    ...(isSame && before !== undefined ? kept(before, seed) : announced({ ...settled, at }, at)),
    indices: texts.map((text) => Number(numbers.get(text))),
    added,
  };
}

/** Whoever enlists targets has them accept it next, and one that is told too early knows nothing of its plan. */
const joiningMs = 30_000;

function joining(plan: Plan, added: number, at: number): Plan['joined'] {
  if (added === 0 || !hasBegun(plan)) return plan.joined;
  const isEarlier = plan.joined !== undefined && plan.joined.until > at;
  return { from: isEarlier ? plan.joined.from : plan.total, until: at + joiningMs };
}

/** The same plan, unless the rule bounds it in another way by now. */
function kept(plan: Plan, { parallel, stopAfter }: PlanSeed): PlanStep {
  const isSame = plan.parallel === parallel && plan.stopAfter === stopAfter;
  return { plan: isSame ? plan : { ...plan, parallel, stopAfter }, notices: [] };
}

function newPlan({ image, rule, parallel, stopAfter }: PlanSeed, at: number): Plan {
  const bounds = { first: 'none', parallel, stopAfter } as const;
  const counters = { total: 0, next: 0, sent: 0, open: [], failures: 0, failed: [] };
  return { v: 1, id: planId(image, rule), image, rule, ...bounds, ...counters, at };
}

function begin(plan: Plan, { first }: PlanSeed, zero: string | undefined): Plan {
  if (first === undefined || first.verified) return plan;
  const waiting: Plan = { ...plan, first: 'waiting' };
  const name = memberText(first.name);
  return zero === name ? waiting : stop(waiting, `${name}, which goes first, does not run it`);
}

/** The first was verified in another way meanwhile, or the rule has none any more. */
function settle(plan: Plan, { first }: PlanSeed): Plan {
  const isOver = first === undefined ? plan.stopped === undefined : first.verified;
  if (plan.first !== 'waiting' || !isOver) return plan;
  const { stopped: _stopped, told: _told, ...going } = plan;
  return { ...going, first: 'verified', open: plan.open.filter((index) => index > 0) };
}
