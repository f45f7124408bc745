import { isSameRegistry, parseImageRef } from '../../shared/domain/image-ref.ts';
import { canRun, type Platform, platformName } from '../../shared/domain/platform.ts';
import { holdTag, type Obstacle, obstacle } from '../../shared/domain/service.ts';
import { chooseTag, wantsTag } from '../../shared/domain/tag-policy/choose.ts';
import { describePolicy, type TagPolicy } from '../../shared/domain/tag-policy/policy.ts';
import { isQuarantined } from '../../shared/domain/target/quarantine.ts';
import type { Base, Wanted, WantedImages } from '../../shared/domain/target/rollout.ts';
import type { ContainerImage, Seen, Target } from '../../shared/domain/target/state.ts';
import { chooseRule, type NoRule, type Rule, type Rules } from './decide/rule.ts';
import {
  answeredBy,
  bestTag,
  type Current,
  currentOf,
  type Found,
  isPushedAnew,
  isResolvedBefore,
  isResolvedSince,
  type LookUp,
  type Place,
  running,
} from './decide/running.ts';

/** A tag as it resolves now, and what is known of its image. */
export interface Push {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly pushedAt: number;
  /** When the registry had said what the tag names. Missing: nobody asked it. */
  readonly answeredAt?: number | undefined;
  readonly platforms: readonly Platform[];
  readonly commit?: string | undefined;
  readonly author?: string | undefined;
}

export type Decision =
  | {
      readonly kind: 'roll';
      readonly changes: WantedImages;
      readonly from: Readonly<Record<string, string>>;
      readonly base: Base;
      readonly rule: Rule;
    }
  | {
      readonly kind: 'skip';
      readonly reason: SkipReason;
      readonly detail?: string | undefined;
      /** Containers that run what was pushed already: its tag was pushed again. */
      readonly confirms?: WantedImages | undefined;
    };

export type SkipReason =
  | Obstacle
  | NoRule
  | 'not in the inventory'
  | 'image not used'
  | 'tag not wanted'
  | 'not newer than what runs'
  | 'pushed before what runs'
  | 'already accepted'
  | 'already running'
  | 'quarantined'
  | 'ran before'
  | 'baseline'
  | 'platform cannot run it';

export interface Context {
  readonly rules: Rules;
  readonly target: Target;
  readonly lookUp: LookUp;
  /** When the registry was asked what the tag names. Milliseconds since the epoch. */
  readonly resolvedAt?: number | undefined;
  /** Nobody pushed: reconcile found it. */
  readonly found?: Found | undefined;
}

/** Decides one target. Order of the checks is the order in which operators would ask the questions. */
export function decide(push: Push, context: Context): Decision {
  const { rules, target, lookUp, resolvedAt, found } = context;
  const { seen, hold } = target;
  if (seen === undefined) return skip('not in the inventory');
  const using = containersUsing(target, seen, push);
  if (using.length === 0) return skip('image not used');
  const stopped = obstacle({ ...seen, taskDefinition: seen.revision });
  if (stopped !== undefined) return skip(stopped, seen.tags[holdTag]);
  if (hold !== undefined) return skip('on hold', hold.reason);
  const choice = chooseRule(rules, push, target);
  if (choice.kind === 'none') return skip(choice.reason, choice.detail);
  const { rule } = choice;
  const { policy, containers = using.map(({ name }) => name) } = rule;
  const chosen = using.filter(({ name }) => containers.includes(name));
  if (chosen.length === 0) return skip('image not used', `not by ${containers.join(', ')}`);
  const { platform } = seen;
  if (platform !== undefined && !canRun(platform, push.platforms))
    return skip('platform cannot run it', mismatch(push, platform));

  const verdicts = chosen.map((container) => ({
    container,
    no: refuse(push, { container, target, policy, pushed: push, lookUp, resolvedAt }, found),
  }));
  const rolled = verdicts.filter(({ no }) => no === undefined).map(({ container }) => container);
  const [first] = verdicts;
  if (rolled.length === 0 && first?.no !== undefined)
    return { ...first.no, confirms: confirmedBy(push, policy, verdicts) };
  return roll(push, rolled, { rule, lookUp });
}

/** Containers that run the very image that was pushed, by the very tag. */
function confirmedBy(push: Push, policy: TagPolicy, verdicts: readonly Verdict[]): WantedImages | undefined {
  const names = verdicts.flatMap(({ container, no }) =>
    no?.reason === 'already running' && no.detail === push.tag ? [container.name] : [],
  );
  const wanted = wantedBy(push, policy);
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, wanted]));
}

interface Verdict {
  readonly container: ContainerImage;
  readonly no: Skip | undefined;
}

/** Containers of this repository, each with what it is known to run. */
export function containersUsing(
  target: Target,
  { containers }: Pick<Seen, 'containers'>,
  image: Pick<Push, 'registry' | 'repository'>,
): readonly ContainerImage[] {
  const using = containers.filter((one) => one.name !== '__proto__' && runs(one.image, image));
  return using.map((container) => running(target, container));
}

function roll(
  push: Push,
  rolled: readonly ContainerImage[],
  { rule, lookUp }: { readonly rule: Rule; readonly lookUp: LookUp },
): Decision {
  const wanted = wantedBy(push, rule.policy);
  return {
    kind: 'roll',
    changes: Object.fromEntries(
      rolled.map(({ name, image }) => [name, { ...wanted, registry: hostOf(image) }]),
    ),
    from: Object.fromEntries(rolled.map(({ name, image }) => [name, named(image, rule.policy, lookUp)])),
    base: rule.base,
    rule,
  };
}

function skip(reason: SkipReason, detail?: string): Skip {
  return { kind: 'skip', reason, detail };
}

function runs(image: string, push: Pick<Push, 'registry' | 'repository'>): boolean {
  const ref = parseImageRef(image);
  return (
    ref !== undefined && ref.repository === push.repository && isSameRegistry(ref.registry, push.registry)
  );
}

/** ECR has several host names for one registry; the one that somebody chose stays. */
function hostOf(image: string): string {
  return image.slice(0, image.indexOf('/'));
}

/** What ran, with the tag that people know it by. */
function named(image: string, policy: TagPolicy, lookUp: LookUp): string {
  const ref = parseImageRef(image);
  if (ref?.tag !== undefined || ref?.digest === undefined) return image;
  const best = bestTag(policy, lookUp(ref.digest));
  return best === undefined ? image : `${ref.registry}/${ref.repository}:${best}@${ref.digest}`;
}

type Skip = Decision & { readonly kind: 'skip' };

/** Why this push does not replace what a container runs. Undefined: it does. */
function refuse(push: Push, place: Place, found: Found | undefined): Skip | undefined {
  const { target, container } = place;
  const answered = answeredBy(target, { container: container.name, push, found });
  if (answered !== undefined)
    return skip('already accepted', `rollout ${answered.generation}: ${answered.phase}`);
  const waits = waiting(push, target, container.name);
  if (waits !== undefined) return waits;
  const current = currentOf(place);
  if (current.digest === push.digest) return skip('already running', current.tag);
  const no = barred(push, target) ?? (found && settled(push, place, found));
  if (no !== undefined) return no;
  if (current.tag === push.tag && isOlder(push, place, current) && !isResolvedSince(place))
    return skip('pushed before what runs', current.tag);
  return unwanted(push, place.policy, current);
}

function isOlder({ pushedAt }: Push, place: Place, current: Current): boolean {
  const { pushedAt: known } = current;
  if (known === undefined || pushedAt !== known) return known !== undefined && pushedAt < known;
  return isResolvedBefore(place, current);
}

/** A digest that waits to be tried alone. */
function waiting({ digest }: Push, { alone }: Target, container: string): Skip | undefined {
  const waits = alone?.some(({ changes }) => changes[container]?.digest === digest);
  return waits === true ? skip('already accepted', 'it waits for its turn') : undefined;
}

/** A digest that failed here. */
function barred({ repository, digest }: Push, target: Target): Skip | undefined {
  const quarantined = isQuarantined(target, repository, digest);
  return quarantined && skip('quarantined', quarantined.reason);
}

/** What reconcile finds is no lost push when somebody had it here before, or when Slipway found it here. */
function settled({ digest }: Push, { target, container: { name } }: Place, found: Found): Skip | undefined {
  if (target.baseline?.[name] === digest) return skip('baseline');
  const isOld = target.ran?.includes(digest) === true && !isPushedAnew(target, name, found);
  return isOld ? skip('ran before') : undefined;
}

/**
 * What runs and has no known time was pushed before Slipway was there to see it: earlier than any push. Events tell whole
 * seconds, so what the pushed tag named before was earlier too, even where the times are equal.
 */
function unwanted(push: Push, policy: TagPolicy, { tag, pushedAt: known = 0 }: Current): Skip | undefined {
  const pushedAt = tag === push.tag ? Math.min(known, push.pushedAt - 1) : known;
  const wanted = wantsTag(policy, push.tag, tag);
  if (!wanted.wanted) return skip('tag not wanted', wanted.reason);
  const choice = chooseTag(policy, [push], tag === undefined ? undefined : { tag, pushedAt });
  if (choice.kind === 'chosen') return undefined;
  return skip('not newer than what runs', choice.kind === 'none' ? choice.reason : choice.problem);
}

function mismatch({ platforms }: Push, platform: Platform): string {
  return `the task needs ${platformName(platform)}, the image has ${platforms.map(platformName).join(', ')}`;
}

function wantedBy(push: Push, policy: TagPolicy): Wanted {
  const { platforms: _platforms, ...image } = push;
  return { ...image, rule: describePolicy(policy) };
}
