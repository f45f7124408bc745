import type { Inbox } from '../inbox.ts';
import type { World } from '../stories/world.ts';

/** A world that is up: what its stories use, and how it ends. */
export interface RunningWorld {
  readonly world: World;
  /** So many times faster than AWS's is its ECS. */
  readonly pace: number;
  readonly inbox: Inbox;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly root: string;
  readonly signal: AbortSignal;
  /** What Slack was sent, for whoever watches. */
  readonly saw: (line: string) => void;
  /** A push that leads to nothing, and why. */
  readonly sawNothing?: ((line: string) => void) | undefined;
  /** What went wrong in the background. */
  readonly onFault: (fault: unknown) => void;
  /** Functions that get no events, to show that the stories need them. */
  readonly off?: readonly string[] | undefined;
  readonly patienceMs?: number | undefined;
  /** False: without the thirty services, for who does not play their story. */
  readonly fleet?: boolean | undefined;
}

export const secretName = 'slipway/slack';
export const seed = 7;
