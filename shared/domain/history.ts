import { type ImageChange, imageChanges } from './notice/image-change.ts';
import { type Cause, isOpen, type Outcome, type Rollout } from './target/rollout.ts';
import type { Target } from './target/state.ts';

/** What became of one rollout, kept after the target's own memory has dropped it. Version 1. Times in milliseconds since the epoch. */
export interface HistoryEntry {
  readonly v: 1;
  readonly generation: number;
  readonly cause: Cause;
  /** The generation that is undone, restored, or whose images are tried alone. */
  readonly of?: number | undefined;
  /** Who asked, where a person did. */
  readonly by?: string | undefined;
  readonly changes: readonly PushedChange[];
  readonly acceptedAt: number;
  readonly startedAt?: number | undefined;
  readonly endedAt: number;
  readonly durationMs?: number | undefined;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly baseRevision?: string | undefined;
  readonly revision?: string | undefined;
  readonly deploymentId?: string | undefined;
}

/** From what, to what, by which rule, and when that was pushed. */
export interface PushedChange extends ImageChange {
  readonly pushedAt?: number | undefined;
}

/** An item of the table has 400 KB at most: texts from outside are cut, and so is a list that no task definition can have. */
const changesMax = 100;
const textMax = 256;

/** Undefined for a rollout that has not ended. */
export function historyOf(target: Target, rollout: Rollout): HistoryEntry | undefined {
  const { phase, acceptedAt, startedAt, generation } = rollout;
  if (isOpen(rollout)) return undefined;
  const endedAt = rollout.endedAt ?? acceptedAt;
  return {
    v: 1,
    generation,
    cause: rollout.cause ?? 'push',
    of: rollout.of,
    by: cut(rollout.by),
    changes: pushedChanges(target, rollout),
    acceptedAt,
    startedAt,
    endedAt,
    durationMs: startedAt === undefined ? undefined : Math.max(0, endedAt - startedAt),
    outcome: phase as Outcome,
    reason: rollout.reason ?? '',
    baseRevision: rollout.baseRevision,
    revision: rollout.revision,
    deploymentId: rollout.deploymentId,
  };
}

function pushedChanges(target: Target, rollout: Rollout): readonly PushedChange[] {
  return imageChanges(target, rollout)
    .slice(0, changesMax)
    .map((change) => ({
      ...change,
      commit: cut(change.commit),
      author: cut(change.author),
      pushedAt: knownTime(rollout.changes[change.container]?.pushedAt),
    }));
}

/** A rollback to what was there before Slipway has images of which it saw no push. */
function knownTime(at: number | undefined): number | undefined {
  return at === 0 ? undefined : at;
}

function cut(text: string | undefined): string | undefined {
  return text === undefined ? undefined : [...text].slice(0, textMax).join('');
}

/** Every rollout that is over in the new state, and was not, or was not there, in the one before. Oldest first. */
export function closedBetween(before: Target | undefined, after: Target): readonly HistoryEntry[] {
  const over = new Set(before?.rollouts.filter((one) => !isOpen(one)).map(({ generation }) => generation));
  return after.rollouts
    .filter(({ generation }) => !over.has(generation))
    .flatMap((rollout) => historyOf(after, rollout) ?? [])
    .toSorted((a, b) => a.generation - b.generation);
}
