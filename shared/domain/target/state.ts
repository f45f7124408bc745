import type { ServiceName } from '../arn.ts';
import type { Platform } from '../platform.ts';
import {
  type Base,
  type Cause,
  type Good,
  isOpen,
  isRolling,
  type Membership,
  type Rollout,
  type Terms,
  type Wanted,
  type WantedImages,
} from './rollout.ts';

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
  /** Missing: the revision that runs. */
  readonly base?: Base | undefined;
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
      /** Its digest was pushed again meanwhile: it keeps its place. */
      readonly goesOn?: boolean | undefined;
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

export function newTarget({ cluster, service }: ServiceName): Target {
  return { v: 1, cluster, service, generation: 0, wanted: {}, rollouts: [] };
}

export function openRollouts(target: Target): readonly Rollout[] {
  return target.rollouts.filter(isOpen);
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

/** The newest that ECS was set to, as far as was written down. */
export function lastBegun({ rollouts }: Pick<Target, 'rollouts'>): Rollout | undefined {
  return rollouts.find(({ startedAt }) => startedAt !== undefined);
}

export function withRollout(target: Target, rollout: Rollout): Target {
  const others = target.rollouts.filter(({ generation }) => generation !== rollout.generation);
  const all = [rollout, ...others].toSorted((a, b) => b.generation - a.generation);
  // By their ends: one that was long on its way is not forgotten the moment that it ends.
  const closed = all
    .filter((one) => !isOpen(one))
    .toSorted(
      (a, b) => (b.endedAt ?? b.acceptedAt) - (a.endedAt ?? a.acceptedAt) || b.generation - a.generation,
    );
  const names = new Set(closed.flatMap(({ changes }) => Object.keys(changes)));
  const kept = [...names].flatMap((name) =>
    closed.filter(({ changes }) => Object.hasOwn(changes, name)).slice(0, closedKept),
  );
  const ofNone = closed.filter(({ changes }) => Object.keys(changes).length === 0).slice(0, closedKept);
  return { ...target, rollouts: all.filter((one) => isOpen(one) || [...kept, ...ofNone].includes(one)) };
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
