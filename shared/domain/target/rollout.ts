/** One container's image as a push and a rule want it. */
export interface Wanted {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** When the tag was pushed, in milliseconds since the epoch. */
  readonly pushedAt: number;
  /** When the registry had said that the tag names this digest. Missing: nobody asked it. Milliseconds since the epoch. */
  readonly answeredAt?: number | undefined;
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
  /** Of the image that the plan rolls. Missing in what an earlier version of Slipway wrote. */
  readonly digest?: string | undefined;
}

/** A call that has its turn at a time of its own; `turn`: the rollout has had its turn, and looks again at that time. */
export interface Slot {
  readonly call: 'register' | 'update' | 'turn';
  readonly at: number;
  /** What its plan gave it: the slot of its update, and the services that it is looked at with. */
  readonly given?: { readonly slot: number; readonly mates: readonly string[] } | undefined;
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
  /** It took the place of a restore that had still to be done: it does that too, by being registered. */
  readonly restores?: boolean | undefined;
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
  /** Container → image in that revision, of every container. Missing in what an earlier version of Slipway wrote. */
  readonly holds?: Readonly<Record<string, string>> | undefined;
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

export function memberships({ plan, alsoOf = [] }: Pick<Rollout, 'plan' | 'alsoOf'>): readonly Membership[] {
  return plan === undefined ? alsoOf : [plan, ...alsoOf];
}

/** It is of these plans no longer. Where the one that decides when it begins is among them, the next decides. */
export function leavePlans(rollout: Rollout, left: readonly Membership[]): Rollout {
  const { plan, alsoOf = [] } = rollout;
  const isLeft = (one: Membership) => left.some((other) => isSameMember(one, other));
  const rest = alsoOf.filter((one) => !isLeft(one));
  if (plan === undefined || !isLeft(plan)) return { ...rollout, alsoOf: rest };
  const [next, ...others] = rest;
  return { ...rollout, plan: next, alsoOf: others, slot: undefined };
}

export function isSameMember(a: Membership, b: Membership): boolean {
  return a.plan === b.plan && a.index === b.index;
}

export function isOpen(rollout: Rollout): rollout is Rollout & { readonly phase: OpenPhase } {
  return (openPhases as readonly string[]).includes(rollout.phase);
}

/** When it fails, nobody knows which of its images it was. */
export function isOfSeveral({ changes }: Pick<Rollout, 'changes'>): boolean {
  return new Set(Object.values(changes).map(({ digest }) => digest)).size > 1;
}

const failures: readonly Rollout['phase'][] = ['failed', 'timed-out', 'rolled-back'];

export function isFailure({ phase }: Rollout): boolean {
  return failures.includes(phase);
}

/** ECS has been set to its revision. */
export function isRolling({ phase }: Rollout): boolean {
  return phase === 'rolling' || phase === 'rolling-back';
}

/** An item of the table may have 400 KB; ECS's own reasons are at most 1,024 characters. */
const reasonMax = 1_024;

export function close(rollout: Rollout, outcome: Outcome, end: { at: number; reason: string }): Rollout {
  // Of what began it is known by now what runs.
  const holds = rollout.startedAt === undefined ? rollout.holds : undefined;
  return { ...rollout, holds, phase: outcome, endedAt: end.at, reason: end.reason.slice(0, reasonMax) };
}
