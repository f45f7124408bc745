import { parseImageRef } from '../../../shared/domain/image-ref.ts';
import { chooseTag, wantsTag } from '../../../shared/domain/tag-policy/choose.ts';
import type { TagPolicy } from '../../../shared/domain/tag-policy/policy.ts';
import { observing } from '../../../shared/domain/target/accept.ts';
import { isOfSeveral, isOpen, type Rollout, type Wanted } from '../../../shared/domain/target/rollout.ts';
import {
  type ContainerImage,
  knownBy,
  openRollouts,
  type Target,
} from '../../../shared/domain/target/state.ts';
import { gaveWay } from '../../../shared/domain/target/stray.ts';

/** What a container runs, or is on its way to run: a push has to beat it. */
export interface Current {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
  readonly pushedAt?: number | undefined;
}

export interface Registered {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: number | undefined;
  /** Tag → when it was pushed with this digest, where its event came. Milliseconds since the epoch. */
  readonly heard?: Readonly<Record<string, number>> | undefined;
}

/** What the registry knows of a tag or digest that runs and that Slipway has not rolled out itself. */
export type LookUp = (reference: string) => Registered | undefined;

export interface Place {
  readonly container: ContainerImage;
  readonly target: Target;
  readonly policy: TagPolicy;
  /** Missing where nobody pushed. */
  readonly pushed?: Pushed | undefined;
  readonly lookUp: LookUp;
  /** When the registry was asked what the tag names. Milliseconds since the epoch. */
  readonly resolvedAt?: number | undefined;
}

interface Pushed {
  readonly tag: string;
  readonly digest: string;
}

/** With the digest that its tasks were found to run, where it is set by tag. */
export function running({ seen, good }: Target, container: ContainerImage): ContainerImage {
  const ref = parseImageRef(container.image);
  if (ref === undefined || ref.digest !== undefined || good?.revision !== seen?.revision) return container;
  const digest = parseImageRef(good?.images[container.name] ?? '')?.digest;
  return digest === undefined ? container : { ...container, image: `${container.image}@${digest}` };
}

/** A digest that bears several tags is known by the one that the policy would choose: a push has to beat that. */
export function currentOf({ container, target, policy, pushed, lookUp }: Place): Current {
  const ref = parseImageRef(container.image);
  const onTheWay = wantedNow(target, container.name);
  if (onTheWay !== undefined && onTheWay.repository === ref?.repository)
    return atItsBest(onTheWay, policy, lookUp(onTheWay.digest));
  const [tag, digest] = [ref?.tag, ref?.digest];
  const registered = lookUp(digest ?? tag ?? 'latest');
  const remembered = knownBy(target, digest);
  if (remembered !== undefined && isBestKnown(remembered, policy, registered))
    return atItsBest(remembered, policy, registered);
  // A container that runs by the very tag that was pushed: the registry tells of the new image by now, not of what runs.
  const pushedAt = digest === undefined && tag === pushed?.tag ? undefined : registered?.pushedAt;
  const current = { digest, tag: tag ?? bestTag(policy, registered), pushedAt };
  const isKnown = digest !== undefined || isAnother(registered, tag, pushed);
  return isKnown ? atItsBest(current, policy, registered) : current;
}

/** What runs by its tag is what that names, as far as anybody knows: another digest than the pushed one. */
function isAnother(
  registered: Registered | undefined,
  tag: string | undefined,
  pushed: Pushed | undefined,
): boolean {
  return pushed !== undefined && tag !== pushed.tag && registered?.digest !== pushed.digest;
}

/** A rule that has changed since may know the digest by another of its tags, while the registry still has it. */
function isBestKnown({ tag }: Wanted, policy: TagPolicy, registered: Registered | undefined): boolean {
  return registered === undefined || wantsTag(policy, tag).wanted;
}

function atItsBest(current: Current, policy: TagPolicy, registered: Registered | undefined): Current {
  if (current.tag === '') return byDigest(current, policy, registered);
  if (current.tag === undefined || registered === undefined) return current;
  const own = { tag: current.tag, pushedAt: latest(current.pushedAt, registered.heard?.[current.tag]) };
  const others = tagsOf(registered).filter(({ tag }) => tag !== own.tag);
  const choice = chooseTag(policy, [own, ...others]);
  const best = choice.kind === 'chosen' ? others.find(({ tag }) => tag === choice.tag) : undefined;
  return { digest: current.digest, ...(best ?? own) };
}

/** What goes back to an image that was known by its digest alone: its tags are the registry's to tell. */
function byDigest({ digest }: Current, policy: TagPolicy, registered: Registered | undefined): Current {
  const tag = bestTag(policy, registered);
  const found = registered === undefined ? undefined : tagsOf(registered).find((one) => one.tag === tag);
  return { digest, tag, pushedAt: found?.pushedAt };
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function tagsOf({ tags, pushedAt, heard = {} }: Registered) {
  return tags.map((tag) => ({ tag, pushedAt: heard[tag] ?? pushedAt }));
}

/**
 * What waits to be taken up comes after all that is open. The newest rollout that is still open may be of another container. One
 * that ECS rolls back is on its way no longer; but of several images that failed together each will be tried alone.
 */
function wantedNow(target: Target, container: string): Wanted | undefined {
  const next = target.alone?.findLast(({ changes }) => Object.hasOwn(changes, container));
  if (next !== undefined) return next.changes[container];
  const going = openRollouts(target).filter((one) => one.phase !== 'rolling-back' || isOfSeveral(one));
  return going.find(({ changes }) => Object.hasOwn(changes, container))?.changes[container];
}

/** A digest may bear many tags: the one that the policy would choose, else any that is the same for everybody. */
export function bestTag(policy: TagPolicy, registered: Registered | undefined): string | undefined {
  if (registered === undefined) return undefined;
  const choice = chooseTag(policy, tagsOf(registered));
  return choice.kind === 'chosen' ? choice.tag : registered.tags.toSorted().at(-1);
}

/** Events tell whole seconds, the registry milliseconds: only what is as coarse can be compared. */
export function inWholeSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms / 1_000) * 1_000;
}

/** Clocks of ours differ by less. */
const skewMs = 5_000;

/** The tag was resolved after everything that was accepted in this container: what it named before was pushed earlier. */
export function isResolvedSince({ target, container: { name }, resolvedAt }: Place): boolean {
  const accepted = target.rollouts.filter(({ changes }) => Object.hasOwn(changes, name));
  const known = [target.wanted[name]?.answeredAt ?? 0, ...accepted.map(({ acceptedAt }) => acceptedAt)];
  return resolvedAt !== undefined && Math.max(...known) + skewMs < resolvedAt;
}

/**
 * Of two pushes in one second the one that was resolved later is the newer one. Where one was still being resolved when the other
 * was, nobody knows: reconcile asks again.
 */
export function isResolvedBefore({ target, resolvedAt }: Place, { digest }: Current): boolean {
  const { answeredAt } = knownBy(target, digest) ?? {};
  return resolvedAt !== undefined && answeredAt !== undefined && resolvedAt < answeredAt;
}

interface Answered {
  readonly container: string;
  readonly push: { readonly tag: string; readonly digest: string; readonly pushedAt: number };
  /** Nobody pushed: reconcile found it. */
  readonly found?: Found | undefined;
}

/** How reconcile asks. */
export interface Found {
  readonly mode: 'act' | 'observe';
  /** When the tag was pushed, where its event came. Milliseconds since the epoch. */
  readonly heardAt?: number | undefined;
}

/**
 * The rollout that already answered this very push of this container, however it ended: a repeated event is no new push. Nor
 * is an event that is older than the rollout, for the tag was resolved to this digest since.
 */
export function answeredBy(target: Target, { container, push, found }: Answered): Rollout | undefined {
  return target.rollouts.find((rollout) => {
    const known = rollout.changes[container];
    const until = Math.max(known?.pushedAt ?? 0, rollout.acceptedAt);
    const isSame = known?.digest === push.digest && known.tag === push.tag && until >= push.pushedAt;
    return isSame && (found === undefined || stillCounts(rollout, found));
  });
}

/** Whether it ran is another question. What was left alone before it began was not answered, but what cannot begin was. */
function stillCounts(rollout: Rollout, { mode }: Found): boolean {
  const { startedAt, phase, reason } = rollout;
  if (isOpen(rollout)) return true;
  const isObserved = reason === observing && mode === 'observe';
  return startedAt === undefined && (phase === 'failed' || isObserved);
}

/** Its tag was pushed after everything that was rolled in this container: then it is wanted again, though it ran before. */
export function isPushedAnew({ rollouts }: Target, container: string, { heardAt }: Found): boolean {
  const known = rollouts.filter(({ changes }) => Object.hasOwn(changes, container));
  // What gave way before it began has answered nothing.
  const done = known.filter((one) => !gaveWay(one));
  return heardAt !== undefined && done.length > 0 && done.every(({ acceptedAt }) => acceptedAt < heardAt);
}
