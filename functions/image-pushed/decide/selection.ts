import { chooseTag } from '../../../shared/domain/tag-policy/choose.ts';
import type { TagPolicy } from '../../../shared/domain/tag-policy/policy.ts';
import type { ContainerImage, Target } from '../../../shared/domain/target/state.ts';
import { containersUsing } from '../decide.ts';
import { chooseRule, type Image, type Rule, type Rules } from './rule.ts';
import { type Current, currentOf, type LookUp } from './running.ts';

/** One tag of a repository, and what it resolves to. */
export interface Tagged {
  readonly tag: string;
  readonly digest: string;
  /** When it was pushed, as far as anybody knows. Milliseconds since the epoch. */
  readonly pushedAt?: number | undefined;
  /** The same, where its event came. */
  readonly heardAt?: number | undefined;
}

/** A repository as it is now. */
export interface Shelf extends Image {
  readonly tags: ReadonlyMap<string, Tagged>;
  readonly lookUp: LookUp;
  /** When it was asked for. Milliseconds since the epoch. */
  readonly readAt: number;
}

export interface Selection {
  /** Container → digest selected when it was first looked at; empty text where nothing was. Only of those never looked at. */
  readonly baseline: Readonly<Record<string, string>>;
  /** What the policy selects in place of what runs. */
  readonly chosen?: Tagged | undefined;
}

/** What the target's rule selects among all tags of the repository. Undefined: no rule is about it. */
export function selectFor(target: Target, rules: Rules, shelf: Shelf): Selection | undefined {
  const { seen, baseline: known = {} } = target;
  const choice = chooseRule(rules, shelf, target);
  if (seen === undefined || choice.kind === 'none') return undefined;
  const { rule } = choice;
  const found = containersUsing(target, seen, shelf)
    .filter(({ name }) => rule.containers?.includes(name) ?? true)
    .map((container) => ({ name: container.name, chosen: replacing(target, { container, rule, shelf }) }));
  const rolled = new Set(target.rollouts.flatMap(({ changes }) => Object.keys(changes)));
  // What Slipway rolled before it kept baselines was looked at by then.
  const isFirst = ({ name }: { readonly name: string }) => known[name] === undefined && !rolled.has(name);
  const isKept = rule.adopt === 'baseline';
  const baseline = found
    .filter(isFirst)
    .map(({ name, chosen }) => [name, isKept ? (chosen?.digest ?? '') : ''] as const);
  const fresh = found.filter((one) => !(isKept && isFirst(one)) && known[one.name] !== one.chosen?.digest);
  return {
    baseline: Object.fromEntries(baseline),
    chosen: fresh.find(({ chosen }) => chosen !== undefined)?.chosen,
  };
}

interface Asked {
  readonly container: ContainerImage;
  readonly rule: Rule;
  readonly shelf: Shelf;
}

function replacing(target: Target, { container, rule, shelf }: Asked): Tagged | undefined {
  const { policy } = rule;
  const current = currentOf({ container, target, policy, lookUp: shelf.lookUp });
  const chosen = chosenBy(policy, current, shelf);
  return chosen === undefined || chosen.digest === current.digest ? undefined : chosen;
}

function chosenBy(policy: TagPolicy, { tag, pushedAt }: Current, { tags }: Shelf): Tagged | undefined {
  const choice = chooseTag(policy, [...tags.values()], tag === undefined ? undefined : { tag, pushedAt });
  return choice.kind === 'chosen' ? tags.get(choice.tag) : undefined;
}
