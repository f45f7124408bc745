import { parseRevisionArn, type ServiceName } from '../../shared/domain/arn.ts';
import { parseImageRef } from '../../shared/domain/image-ref.ts';
import type { PlanSeed } from '../../shared/domain/plan/enlist.ts';
import { memberText, planId } from '../../shared/domain/plan/state.ts';
import { type Membership, openRollouts, type Target } from '../../shared/domain/target/state.ts';
import { enlistMembers, loadPlan } from '../../shared/records/plan-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import { type Rule, ruleWords } from './decide/rule.ts';
import type { Push } from './decide.ts';
import type { Deps } from './deps.ts';
import type { PlannedTarget } from './plan.ts';

/** `cluster/service` → which member of which plan it is. */
export type Memberships = ReadonlyMap<string, Membership>;

/**
 * Targets that one rule rolls are bounded by its plan before any of them is accepted: more than one, or one of a rule with a
 * `first`, or one that comes late to a plan. Undefined: the rule's first is under way on its own, so the others wait for it.
 */
export async function enlistRolling(
  push: Push,
  rolling: readonly PlannedTarget[],
  deps: Deps,
): Promise<{ readonly memberships: Memberships; readonly waiting: readonly PlannedTarget[] }> {
  const memberships = new Map<string, Membership>();
  const waiting: PlannedTarget[] = [];
  for (const [rule, targets] of byRule(rolling)) {
    const names = await namesToEnlist(push, { rule, targets }, deps);
    if (names === 'wait for the first') waiting.push(...targets);
    else for (const [text, one] of names) memberships.set(text, one);
  }
  return { memberships, waiting };
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

async function namesToEnlist(
  push: Push,
  { rule, targets }: Group,
  deps: Deps,
): Promise<Memberships | 'wait for the first'> {
  const { first: firstName, parallel, stopAfter } = rule.bounds ?? { parallel: 1, stopAfter: 1 };
  const { registry, repository, tag, digest } = push;
  const image = { registry, repository, tag, digest };
  const isKnown = (await loadPlan(deps.table, planId(image, ruleWords(rule)))) !== undefined;
  if (targets.length === 1 && firstName === undefined && !isKnown) return new Map();
  const first = firstName && { name: firstName, ...(await standingOf(firstName, push, deps)) };
  const isMember = targets.some(
    ({ name }) => firstName !== undefined && memberText(name) === memberText(firstName),
  );
  if (first?.underWay === true && !isMember && !isKnown) return 'wait for the first';
  const seed: PlanSeed = { image, rule: ruleWords(rule), parallel, stopAfter, first };
  const names = targets.toSorted(byPlace).map(({ name }) => name);
  const enlisted = await enlistMembers(deps, seed, names);
  return new Map(
    names.flatMap((name, index) => {
      const one = enlisted[index];
      return one === undefined ? [] : [[memberText(name), one] as const];
    }),
  );
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
