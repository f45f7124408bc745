import type { ServiceName } from '../arn.ts';

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
  'superseded',
  'joined',
  'stopped',
  'failed',
  'skipped',
] as const;
export type Outcome = (typeof outcomes)[number];

export type Base = 'running' | 'latest';

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
  readonly acceptedAt: number;
  /** When RegisterTaskDefinition was first tried; a later try looks for what the first one left. */
  readonly registeringSince?: number | undefined;
  readonly baseRevision?: string | undefined;
  /** Generations of older rollouts, still rolling, whose images the clone holds as well. */
  readonly carries?: readonly number[] | undefined;
  readonly revision?: string | undefined;
  readonly deploymentId?: string | undefined;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** ECS's own words, or ours, for how it ended. */
  readonly reason?: string | undefined;
}

/** All that Slipway remembers of one service. Version 1. */
export interface Target extends ServiceName {
  readonly v: 1;
  readonly generation: number;
  /** Container → the newest accepted image. */
  readonly wanted: WantedImages;
  /** Newest first: every open one, and the last closed ones. */
  readonly rollouts: readonly Rollout[];
}

/** For each container: a late event of a digest that failed here must still be recognised. */
const closedKept = 10;
/** An item of the table may have 400 KB; ECS's own reasons are at most 1,024 characters. */
const reasonMax = 1_024;

export function newTarget({ cluster, service }: ServiceName): Target {
  return { v: 1, cluster, service, generation: 0, wanted: {}, rollouts: [] };
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
  return { ...target, rollouts: all.filter((one) => isOpen(one) || kept.includes(one)) };
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
