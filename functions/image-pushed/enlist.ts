import { parseRevisionArn, type ServiceName } from '../../shared/domain/arn.ts';
import { parseImageRef } from '../../shared/domain/image-ref.ts';
import type { PlanSeed } from '../../shared/domain/plan/enlist.ts';
import { memberText, type Plan, planId } from '../../shared/domain/plan/state.ts';
import type { Membership } from '../../shared/domain/target/rollout.ts';
import { openRollouts, type Target } from '../../shared/domain/target/state.ts';
import { enlistMembers, loadPlan } from '../../shared/records/plan-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import { type Rule, ruleWords } from './decide/rule.ts';
import type { Push } from './decide.ts';
import type { Deps } from './deps.ts';
import type { PlannedTarget } from './plan.ts';

/** `cluster/service` → which member of which plan it is. */
export type Memberships = ReadonlyMap<string, Membership>;

export interface Enlisted {
  readonly memberships: Memberships;
  /** Those that may not roll now; what reconcile finds later may. */
  readonly left: readonly Left[];
}

interface Left extends PlannedTarget {
  readonly why: 'waits for the first' | 'left alone with its plan';
}

/**
 * Targets that one rule rolls are bounded by its plan before any of them is accepted: more than one, or one of a rule with a
 * `first`, or one that comes late to a plan.
 */
export async function enlistRolling(
  push: Push,
  rolling: readonly PlannedTarget[],
  deps: Deps,
): Promise<Enlisted> {
  const memberships = new Map<string, Membership>();
  const left: Left[] = [];
  for (const [rule, targets] of byRule(rolling)) {
    const enlisted = await enlistGroup(push, { rule, targets }, deps);
    for (const [text, one] of enlisted.memberships) memberships.set(text, one);
    left.push(...enlisted.left);
  }
  return { memberships, left };
}

interface Group {
  readonly rule: Rule;
  readonly targets: readonly PlannedTarget[];
}

function byRule(rolling: readonly PlannedTarget[]): ReadonlyMap<Rule, readonly PlannedTarget[]> {
  const groups = new Map<Rule, PlannedTarget[]>();
  for (const one of rolling) {
    if (one.decision.kind !== 'roll' || one.decision.rule.bounds === undefined) continue;
    const { rule } = one.decision;
    groups.set(rule, [...(groups.get(rule) ?? []), one]);
  }
  return groups;
}

async function enlistGroup(push: Push, { rule, targets }: Group, deps: Deps): Promise<Enlisted> {
  const { first: firstName, parallel, stopAfter } = rule.bounds ?? { parallel: 1, stopAfter: 1 };
  const { registry, repository, tag, digest } = push;
  const image = { registry, repository, tag, digest };
  const known = await loadPlan(deps.table, planId(image, ruleWords(rule)));
  if (targets.length === 1 && firstName === undefined && known === undefined) return none;
  const first = firstName && { name: firstName, ...(await standingOf(firstName, push, deps)) };
  const left = leftAlone(targets, known, first);
  if (left !== undefined) return { memberships: new Map(), left };
  const seed: PlanSeed = { image, rule: ruleWords(rule), parallel, stopAfter, first };
  const names = targets.toSorted(byPlace).map(({ name }) => name);
  const enlisted = await enlistMembers(deps, seed, names);
  const memberships = names.flatMap((name, index) => {
    const one = enlisted[index];
    return one === undefined ? [] : [[memberText(name), one] as const];
  });
  return { memberships: new Map(memberships), left: [] };
}

const none: Enlisted = { memberships: new Map(), left: [] };

interface First extends Standing {
  readonly name: ServiceName;
}

/**
 * Undefined: all of them may become members. A plan that failures have stopped stays so. One that stopped because its first did not take the image lets the first try on its
 * own, and goes on once that one is verified.
 */
function leftAlone(
  targets: readonly PlannedTarget[],
  plan: Plan | undefined,
  first: First | undefined,
): readonly Left[] | undefined {
  const isFirst = ({ name }: PlannedTarget) =>
    first !== undefined && memberText(name) === memberText(first.name);
  if (plan === undefined) {
    const isWaiting = first?.underWay === true && !targets.some(isFirst);
    return isWaiting ? targets.map((one) => ({ ...one, why: 'waits for the first' })) : undefined;
  }
  const goesOn = plan.first === 'waiting' && first?.verified === true;
  if (plan.stopped === undefined || goesOn) return undefined;
  const others = plan.failures === 0 ? targets.filter((one) => !isFirst(one)) : targets;
  return others.map((one) => ({ ...one, why: 'left alone with its plan' }));
}

/** What starts together is looked at together, and a revision is registered once: by cluster, then family, then name. */
function byPlace(a: PlannedTarget, b: PlannedTarget): number {
  const [one, other] = [placeOf(a), placeOf(b)];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function placeOf({ name, target }: PlannedTarget): string {
  const family = parseRevisionArn(target.seen?.revision ?? '')?.family ?? '';
  return `${name.cluster} ${family} ${name.service}`;
}

interface Standing {
  /** It runs this image, and has proved it good. */
  readonly verified: boolean;
  /** It is on its way to that, or stands its bake time. */
  readonly underWay: boolean;
}

async function standingOf(name: ServiceName, { digest }: Push, { table }: Deps): Promise<Standing> {
  const target = await loadTarget(table, name);
  const { good, seen, baking } = target ?? {};
  return {
    verified: good !== undefined && good.revision === seen?.revision && holds(good.images, digest),
    underWay: target !== undefined && (isRolledTo(target, digest) || holds(baking?.images ?? {}, digest)),
  };
}

function holds(images: Readonly<Record<string, string>>, digest: string): boolean {
  return Object.values(images).some((image) => parseImageRef(image)?.digest === digest);
}

function isRolledTo(target: Target, digest: string): boolean {
  return openRollouts(target).some(({ changes }) =>
    Object.values(changes).some((one) => one.digest === digest),
  );
}
