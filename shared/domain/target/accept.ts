import type { ServiceName } from '../arn.ts';
import { type Notice, rolloutNotice } from '../notice.ts';
import {
  type Base,
  close,
  newTarget,
  type Rollout,
  type Target,
  type WantedImages,
  waitingRollouts,
  withRollout,
} from './state.ts';

export const observing = 'observe mode';

/** A new state together with the notices it causes: both are written at once, or neither. */
export interface Step {
  readonly target: Target;
  readonly notices: readonly Notice[];
  /** When somebody has to look again, where that is sooner than usual. Milliseconds since the epoch. */
  readonly lookAt?: number | undefined;
}

export interface Acceptance extends ServiceName {
  readonly changes: WantedImages;
  readonly from: Readonly<Record<string, string>>;
  readonly base: Base;
  readonly at: number;
}

/** A push is accepted: a new rollout, and what waited for its turn with the same images is superseded. */
export function accept(before: Target | undefined, { changes, from, base, at, ...name }: Acceptance): Step {
  const known = before ?? newTarget(name);
  const generation = known.generation + 1;
  const waiting = waitingRollouts(known);
  const rollout: Rollout = {
    generation,
    phase: 'accepted',
    changes: { ...merged(waiting.map((one) => one.changes)), ...changes },
    from: { ...merged(waiting.map((one) => one.from)), ...from },
    base,
    acceptedAt: at,
  };
  const target: Target = { ...known, generation, wanted: { ...known.wanted, ...changes } };
  return replace(
    { target, notices: [] },
    { older: waiting, by: withRollout(target, rollout), newer: rollout, at },
  );
}

/** The first one to name a container decides. */
function merged<T>(newestFirst: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> {
  return Object.fromEntries(newestFirst.toReversed().flatMap((one) => Object.entries(one)));
}

interface Replacement {
  readonly older: readonly Rollout[];
  readonly by: Target;
  readonly newer: Rollout;
  readonly at: number;
}

function replace({ notices }: Step, { older, by, newer, at }: Replacement): Step {
  return older.reduce<Step>((step, rollout) => giveWay(step, { rollout, newer, at }), {
    target: by,
    notices,
  });
}

/**
 * An older rollout ends because a newer one takes its place: joined when none of its images was replaced. One that joins
 * before anybody heard of it ends without a word: the newer one tells of its images too.
 */
export function giveWay(
  { target, notices }: Step,
  { rollout, newer, at }: { readonly rollout: Rollout; readonly newer: Rollout; readonly at: number },
): Step {
  const joins = Object.entries(rollout.changes).every(
    ([container, { digest }]) => target.wanted[container]?.digest === digest,
  );
  const outcome = joins ? 'joined' : 'superseded';
  const closed = close(rollout, outcome, { at, reason: `rollout ${newer.generation} took its place` });
  const after = withRollout(target, closed);
  const untold = joins && rollout.startedAt === undefined;
  const told = untold ? [] : [rolloutNotice(after, closed, { kind: `rollout.${outcome}`, at })];
  return { target: after, notices: [...notices, ...told] };
}

/** Observe mode: the decision is recorded and told, and nothing else happens. What still waited from before is left alone too. */
export function observe(before: Target | undefined, { changes, from, base, at, ...name }: Acceptance): Step {
  const earlier: Step = { target: before ?? newTarget(name), notices: [] };
  const { target: known, notices } = waitingRollouts(earlier.target).reduce(
    (step, rollout) => leaveAlone(step, rollout, at),
    earlier,
  );
  const generation = known.generation + 1;
  const rollout: Rollout = { generation, phase: 'accepted', changes, from, base, acceptedAt: at };
  const told = close(rollout, 'skipped', { at, reason: observing });
  const target = withRollout({ ...known, generation, wanted: { ...known.wanted, ...changes } }, told);
  return { target, notices: [...notices, rolloutNotice(target, told, { kind: 'rollout.observed', at })] };
}

function leaveAlone({ target, notices }: Step, rollout: Rollout, at: number): Step {
  const closed = close(rollout, 'skipped', { at, reason: observing });
  const after = withRollout(target, closed);
  return {
    target: after,
    notices: [...notices, rolloutNotice(after, closed, { kind: 'rollout.skipped', at })],
  };
}
