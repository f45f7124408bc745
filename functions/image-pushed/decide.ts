import { isSameRegistry, parseImageRef } from '../../shared/domain/image-ref.ts';
import { canRun, type Platform, platformName } from '../../shared/domain/platform.ts';
import { holdTag, type Obstacle, obstacle, type ServiceSnapshot } from '../../shared/domain/service.ts';
import { chooseTag, wantsTag } from '../../shared/domain/tag-policy/choose.ts';
import { describePolicy, type TagPolicy } from '../../shared/domain/tag-policy/policy.ts';
import type { Base, Target, Wanted, WantedImages } from '../../shared/domain/target/state.ts';
import { chooseRule, type NoRule, type Rules } from './decide/rule.ts';
import {
  answeredBy,
  bestTag,
  type ContainerImage,
  type Current,
  currentOf,
  type LookUp,
  type Place,
} from './decide/running.ts';

/** A tag as it resolves now, and what is known of its image. */
export interface Push {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly pushedAt: number;
  readonly platforms: readonly Platform[];
  readonly commit?: string | undefined;
  readonly author?: string | undefined;
}

/** A service with what its running revision says. */
export interface Candidate {
  readonly service: ServiceSnapshot;
  readonly containers: readonly ContainerImage[];
  /** Undefined where the container instance decides. */
  readonly platform: Platform | undefined;
}

export type Decision =
  | {
      readonly kind: 'roll';
      readonly changes: WantedImages;
      readonly from: Readonly<Record<string, string>>;
      readonly base: Base;
    }
  | { readonly kind: 'skip'; readonly reason: SkipReason; readonly detail?: string | undefined };

export type SkipReason =
  | Obstacle
  | NoRule
  | 'image not used'
  | 'tag not wanted'
  | 'not newer than what runs'
  | 'pushed before what runs'
  | 'already accepted'
  | 'already running'
  | 'platform cannot run it';

export interface Context {
  readonly rules: Rules;
  readonly candidate: Candidate;
  readonly target: Target | undefined;
  readonly lookUp: LookUp;
}

/** Decides one service. Order of the checks is the order in which operators would ask the questions. */
export function decide(push: Push, { rules, candidate, target, lookUp }: Context): Decision {
  const { service } = candidate;
  const using = candidate.containers.filter(({ name, image }) => name !== '__proto__' && runs(image, push));
  if (using.length === 0) return skip('image not used');
  const stopped = obstacle(service);
  if (stopped !== undefined) return skip(stopped, service.tags[holdTag]);
  const choice = chooseRule(rules, push.repository, service);
  if (choice.kind === 'none') return skip(choice.reason, choice.detail);
  const { policy, containers = using.map(({ name }) => name), base } = choice.rule;
  const chosen = using.filter(({ name }) => containers.includes(name));
  if (chosen.length === 0) return skip('image not used', `not by ${containers.join(', ')}`);
  const { platform } = candidate;
  if (platform !== undefined && !canRun(platform, push.platforms))
    return skip('platform cannot run it', mismatch(push, platform));

  const verdicts = chosen.map((container) => ({
    container,
    no: refuse(push, { container, target, policy, pushed: push.tag, lookUp }),
  }));
  const rolled = verdicts.filter(({ no }) => no === undefined).map(({ container }) => container);
  const [first] = verdicts;
  if (rolled.length === 0 && first?.no !== undefined) return first.no;
  const wanted = wantedBy(push, policy);
  return {
    kind: 'roll',
    changes: Object.fromEntries(
      rolled.map(({ name, image }) => [name, { ...wanted, registry: hostOf(image) }]),
    ),
    from: Object.fromEntries(rolled.map(({ name, image }) => [name, named(image, policy, lookUp)])),
    base,
  };
}

function skip(reason: SkipReason, detail?: string): Skip {
  return { kind: 'skip', reason, detail };
}

function runs(image: string, push: Push): boolean {
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
function refuse(push: Push, place: Place): Skip | undefined {
  const answered = answeredBy(place.target, place.container.name, push);
  if (answered !== undefined)
    return skip('already accepted', `rollout ${answered.generation}: ${answered.phase}`);
  const current = currentOf(place);
  if (current.digest === push.digest) return skip('already running', current.tag);
  const isOlder = current.pushedAt !== undefined && push.pushedAt < current.pushedAt;
  if (current.tag === push.tag && isOlder) return skip('pushed before what runs', current.tag);
  return unwanted(push, place.policy, current);
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
