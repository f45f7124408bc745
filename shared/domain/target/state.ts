import type { ServiceName } from '../arn.ts';
import type { Platform } from '../platform.ts';

/** One container's image as a push and a rule want it. */
export interface Wanted {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** When the tag was pushed, in milliseconds since the epoch. */
  readonly pushedAt: number;
  /** Which rule wanted it, in words: `semver ^1`. */
  readonly rule: string;
  /** What the image's own labels say of its origin. Hostile text. */
  readonly commit?: string | undefined;
  readonly author?: string | undefined;
}

export type WantedImages = Readonly<Record<string, Wanted>>;

/** On the way: its final state is still owed. */
export const openPhases = ['accepted', 'registering', 'registered', 'rolling', 'rolling-back'] as const;
export type OpenPhase = (typeof openPhases)[number];

/** The final state of a rollout. */
export const outcomes = [
  'completed',
  'rolled-back',
  'timed-out',
  'superseded',
  'joined',
  'stopped',
  'failed',
  'skipped',
] as const;
export type Outcome = (typeof outcomes)[number];

export type Base = 'running' | 'latest';

/** What a rule of `slipway.yml` asks of a rollout. Times in milliseconds. */
export interface Terms {
  /** At least so long between two rollouts of a target. */
  readonly everyMs: number;
  /** So long without progress, bake time of ECS aside: failed. */
  readonly timeoutMs: number;
  /** So long after completion, and the revision is verified good. */
  readonly bakeMs: number;
  readonly rollback: 'automatic' | 'notify';
}

/** What a rollout has that an earlier version of Slipway accepted, and what a service's own tag asks for. */
export const defaultTerms: Terms = {
  everyMs: 60_000,
  timeoutMs: 15 * 60_000,
  bakeMs: 10 * 60_000,
  rollback: 'automatic',
};

/** Why there is a rollout. */
export const causes = [
  'push',
  /** Reconcile found that a push was lost. */
  'found',
  /** A person asked for an image. */
  'deploy',
  /** The rollout before failed, and ECS did not undo it. */
  'rollback',
  /** A person asked for what ran before. */
  'manual-rollback',
  /** One of several images that failed together. */
  'alone',
  /** ECS rolled back by itself: a good revision is registered, so that it is the family's newest again. No service is set. */
  'restore',
] as const;
export type Cause = (typeof causes)[number];

/** Which member of which plan a rollout is: so `first`, `parallel` and `stopAfter` bound it. */
export interface Membership {
  readonly plan: string;
  readonly index: number;
}

/** A call that has its turn at a time of its own; `turn`: the rollout has had its turn, and looks again at that time. */
export interface Slot {
  readonly call: 'register' | 'update' | 'turn';
  readonly at: number;
}

/** How far ECS had come when somebody last looked. Each number only ever gets better. */
export interface Progress {
  /** Most tasks of ours seen running. */
  readonly ours: number;
  /** Fewest tasks of other revisions seen running. */
  readonly others: number;
  /** When one of them last changed. */
  readonly at: number;
}

export interface Rollout {
  /** Names the rollout together with its target; raised by each acceptance. */
  readonly generation: number;
  readonly phase: OpenPhase | Outcome;
  /** Container → what it was accepted for. Only the containers that this push changes. */
  readonly changes: WantedImages;
  /** Container → image reference that ran when the rollout began. */
  readonly from: Readonly<Record<string, string>>;
  /** Which revision is cloned: the one that runs, or the family's newest. */
  readonly base: Base;
  /** Missing: a push. */
  readonly cause?: Cause | undefined;
  /** The generation that is undone, restored, or whose images are tried alone. */
  readonly of?: number | undefined;
  /** Who asked, where a person did. */
  readonly by?: string | undefined;
  /** A rollback: this revision is cloned, with `images`, whatever runs. */
  readonly goBackTo?: Good | undefined;
  /** ARN of the failed revision that it undoes. */
  readonly undoes?: string | undefined;
  readonly terms?: Terms | undefined;
  readonly plan?: Membership | undefined;
  /** Plans of the rollouts that joined it. */
  readonly alsoOf?: readonly Membership[] | undefined;
  /** `every`: not before. */
  readonly notBefore?: number | undefined;
  readonly slot?: Slot | undefined;
  readonly acceptedAt: number;
  /** When RegisterTaskDefinition was first tried; a later try looks for what the first one left. */
  readonly registeringSince?: number | undefined;
  readonly baseRevision?: string | undefined;
  /** Generations of older rollouts, still rolling, whose images the clone holds as well. */
  readonly carries?: readonly number[] | undefined;
  readonly revision?: string | undefined;
  readonly deploymentId?: string | undefined;
  readonly startedAt?: number | undefined;
  readonly progress?: Progress | undefined;
  /** When ECS was first seen to have failed it; its own rollback has two minutes from there. */
  readonly failedAt?: number | undefined;
  /** When roll-service was asked to stop it with StopServiceDeployment, and when it did. */
  readonly stopAskedAt?: number | undefined;
  readonly stoppedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** ECS's own words, or ours, for how it ended. */
  readonly reason?: string | undefined;
}

/** A revision that can be gone back to. */
export interface Good {
  readonly revision: string;
  /** Container → image reference, by digest wherever the digest is known. */
  readonly images: Readonly<Record<string, string>>;
  readonly at: number;
}

/** A revision that completed and is not verified yet. */
export interface Baking extends Good {
  readonly generation: number;
  readonly until: number;
  readonly plans: readonly Membership[];
}

/** Images that are taken up once nothing is open: those that failed together with others, and those that a rollback overtook. */
export interface Alone {
  readonly changes: WantedImages;
  readonly of: number;
  readonly cause: Cause;
  readonly terms?: Terms | undefined;
  readonly by?: string | undefined;
  readonly plan?: Membership | undefined;
  readonly alsoOf?: readonly Membership[] | undefined;
}

export interface ContainerImage {
  readonly name: string;
  readonly image: string;
}

/** What a service was when it was last looked at: enough to decide about a push without asking ECS. */
export interface Seen {
  readonly at: number;
  readonly status: string;
  readonly controller: string;
  readonly managedByEcs: boolean;
  readonly revision?: string | undefined;
  readonly containers: readonly ContainerImage[];
  /** Undefined where the container instance decides. */
  readonly platform?: Platform | undefined;
  /** Of the service's tags, only `slipway:hold` and `slipway:tags`. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Quarantined {
  readonly repository: string;
  readonly digest: string;
  readonly tag: string;
  readonly reason: string;
  readonly at: number;
}

export interface Hold {
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

/** What has to be said to somebody else once a state is written; owed until it has been sent. */
export type Debt =
  | {
      readonly kind: 'plan';
      readonly plan: string;
      readonly index: number;
      readonly result: PlanResult;
      readonly why?: string | undefined;
    }
  /** Ask reconcile to look at this target again, and to select for its repositories. */
  | { readonly kind: 'see' };

/** `verified` lets the others of a plan start after its first; `done` alone does not. */
export type PlanResult = 'done' | 'verified' | 'failed' | 'left alone';

/** All that Slipway remembers of one service, or of one schedule that runs a task. Version 1. */
export interface Target extends ServiceName {
  readonly v: 1;
  readonly generation: number;
  /** Container → the newest accepted image. */
  readonly wanted: WantedImages;
  /** Newest first: every open one, and the last closed ones. */
  readonly rollouts: readonly Rollout[];
  readonly seen?: Seen | undefined;
  /** What another hand replaced, until somebody has judged whether it went backwards. */
  readonly movedFrom?: readonly ContainerImage[] | undefined;
  /** Container → digest that the policy selected when the target was first looked at; not rolled out. */
  readonly baseline?: Readonly<Record<string, string>> | undefined;
  readonly good?: Good | undefined;
  readonly baking?: Baking | undefined;
  /** Every digest that ran here, newest first, at most `ranKept`. */
  readonly ran?: readonly string[] | undefined;
  readonly quarantine?: readonly Quarantined[] | undefined;
  readonly hold?: Hold | undefined;
  /** What is taken up next, in this order. */
  readonly alone?: readonly Alone[] | undefined;
  readonly owes?: readonly Debt[] | undefined;
  /** When what ECS rolls has to be looked at, event or not. */
  readonly lookAt?: number | undefined;
}

/** For each container: a late event of a digest that failed here must still be recognised. */
const closedKept = 10;
/** An item of the table may have 400 KB; ECS's own reasons are at most 1,024 characters. */
const reasonMax = 1_024;

/** `schedule:…` or `rule:…`: what it starts runs the image; nothing runs all the time. */
export function isScheduled({ service }: ServiceName): boolean {
  return service.includes(':');
}

export function newTarget({ cluster, service }: ServiceName): Target {
  return { v: 1, cluster, service, generation: 0, wanted: {}, rollouts: [] };
}

export function memberships({ plan, alsoOf = [] }: Pick<Rollout, 'plan' | 'alsoOf'>): readonly Membership[] {
  return plan === undefined ? alsoOf : [plan, ...alsoOf];
}

export function isOpen(rollout: Rollout): rollout is Rollout & { readonly phase: OpenPhase } {
  return (openPhases as readonly string[]).includes(rollout.phase);
}

export function openRollouts(target: Target): readonly Rollout[] {
  return target.rollouts.filter(isOpen);
}

/** ECS has been set to its revision. */
export function isRolling({ phase }: Rollout): boolean {
  return phase === 'rolling' || phase === 'rolling-back';
}

/** Accepted, and still to be handed to ECS. Newest first. */
export function waitingRollouts(target: Target): readonly Rollout[] {
  return openRollouts(target).filter((rollout) => !isRolling(rollout));
}

/** Images of these rollouts that no later push has replaced. */
export function unfinished({ wanted }: Target, rollouts: readonly Rollout[]): WantedImages {
  const changes = rollouts.flatMap((rollout) => Object.entries(rollout.changes));
  return Object.fromEntries(changes.filter(([name, { digest }]) => wanted[name]?.digest === digest));
}

/** The newest rollout, while its final state is owed. */
export function currentRollout(target: Target): Rollout | undefined {
  const [newest] = target.rollouts;
  return newest !== undefined && isOpen(newest) ? newest : undefined;
}

export function withRollout(target: Target, rollout: Rollout): Target {
  const others = target.rollouts.filter(({ generation }) => generation !== rollout.generation);
  const all = [rollout, ...others].toSorted((a, b) => b.generation - a.generation);
  const closed = all.filter((one) => !isOpen(one));
  const names = new Set(closed.flatMap(({ changes }) => Object.keys(changes)));
  const kept = [...names].flatMap((name) =>
    closed.filter(({ changes }) => Object.hasOwn(changes, name)).slice(0, closedKept),
  );
  const ofNone = closed.filter(({ changes }) => Object.keys(changes).length === 0).slice(0, closedKept);
  return { ...target, rollouts: all.filter((one) => isOpen(one) || [...kept, ...ofNone].includes(one)) };
}

export function close(rollout: Rollout, outcome: Outcome, end: { at: number; reason: string }): Rollout {
  return { ...rollout, phase: outcome, endedAt: end.at, reason: end.reason.slice(0, reasonMax) };
}

/** Names a rollout in tags, logs and notices: `prod/web/7`. */
export function rolloutId({ cluster, service }: ServiceName, generation: number): string {
  return `${cluster}/${service}/${generation}`;
}

/** The tag under which Slipway once wanted this digest here: what runs is pinned and names no tag. */
export function tagOf(target: Target, digest: string | undefined): string | undefined {
  return knownBy(target, digest)?.tag;
}

/** Slipway's own memory of a digest that it once wanted here, the newest first. */
export function knownBy(target: Target, digest: string | undefined): Wanted | undefined {
  return [target.wanted, ...target.rollouts.map(({ changes }) => changes)]
    .flatMap((images) => Object.values(images))
    .find((wanted) => wanted.digest === digest);
}
