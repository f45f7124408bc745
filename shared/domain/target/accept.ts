import type { ServiceName } from '../arn.ts';
import { type Notice, rolloutNotice } from '../notice.ts';
import { owePlan } from './debts.ts';
import {
  type Base,
  type Cause,
  close,
  defaultTerms,
  type Good,
  isSameMember,
  type Membership,
  memberships,
  type Rollout,
  type Terms,
  type WantedImages,
} from './rollout.ts';
import { newTarget, type Target, waitingRollouts, withRollout } from './state.ts';

export const observing = 'observe mode';

/** A new state together with the notices it causes: both are written at once, or neither. */
export interface Step {
  readonly target: Target;
  readonly notices: readonly Notice[];
  /** When deployment-changed, or roll-service, has to look again, where that is sooner than usual. Milliseconds since the epoch. */
  readonly lookAt?: number | undefined;
  readonly wakeAt?: number | undefined;
}

/** A new state that nobody has to hear of. */
export function silently(target: Target): Step {
  return { target, notices: [] };
}

export interface Acceptance extends ServiceName {
  readonly changes: WantedImages;
  readonly from: Readonly<Record<string, string>>;
  readonly base: Base;
  readonly at: number;
  readonly cause?: Cause | undefined;
  readonly of?: number | undefined;
  readonly by?: string | undefined;
  readonly goBackTo?: Good | undefined;
  readonly undoes?: string | undefined;
  readonly terms?: Terms | undefined;
  readonly plan?: Membership | undefined;
  readonly alsoOf?: readonly Membership[] | undefined;
}

/** A push is accepted: a new rollout, and what waited for its turn with the same images is superseded. */
export function accept(before: Target | undefined, acceptance: Acceptance): Step {
  const { changes, from, base, at, cluster, service, ...why } = acceptance;
  const known = before ?? newTarget({ cluster, service });
  const generation = known.generation + 1;
  const waiting = waitingRollouts(known);
  const undoing = waiting.find(({ goBackTo, cause }) => goBackTo !== undefined && cause !== 'restore');
  const rollout: Rollout = {
    ...why,
    // What undoes a failure waits for no plan, which hears of it all the same.
    plan: undoing === undefined ? why.plan : undefined,
    alsoOf: undoing === undefined ? why.alsoOf : memberships(why),
    restores: waiting.some(({ cause, restores }) => cause === 'restore' || restores === true) || undefined,
    generation,
    phase: 'accepted',
    changes: { ...merged(waiting.map((one) => one.changes)), ...changes },
    from: { ...merged(waiting.map((one) => one.from)), ...from },
    base,
    goBackTo: why.goBackTo ?? undoing?.goBackTo,
    notBefore: undoing === undefined ? notBefore(known, acceptance) : undefined,
    acceptedAt: at,
  };
  const target: Target = {
    ...known,
    generation,
    wanted: { ...known.wanted, ...changes },
    alone: goesBack(acceptance) ? known.alone : without(known.alone, changes),
  };
  return replace(silently(target), { older: waiting, by: withRollout(target, rollout), newer: rollout, at });
}

const unhurried: readonly Cause[] = ['push', 'found'];

/** `every` spaces what pushes cause. A person, and what undoes a failure, need not wait. */
export function notBefore(
  { rollouts }: Pick<Target, 'rollouts'>,
  { cause = 'push', terms = defaultTerms, at }: Pick<Acceptance, 'cause' | 'terms' | 'at'>,
): number | undefined {
  if (!unhurried.includes(cause)) return undefined;
  const last = Math.max(...rollouts.map(({ startedAt = 0 }) => startedAt), 0);
  return last + terms.everyMs > at ? last + terms.everyMs : undefined;
}

/** What it replaces is tried, or taken up, after it. */
function goesBack({ goBackTo }: Acceptance): boolean {
  return goBackTo !== undefined;
}

/** A newer push of a container leaves nothing of it to try alone. */
function without(alone: Target['alone'], changes: WantedImages): Target['alone'] {
  return alone?.flatMap((one) => {
    const kept = Object.entries(one.changes).filter(([name]) => !Object.hasOwn(changes, name));
    return kept.length === 0 ? [] : [{ ...one, changes: Object.fromEntries(kept) }];
  });
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
  const after = passOn(withRollout(target, closed), closed, { joins, newer });
  const untold = joins && rollout.startedAt === undefined;
  const told = untold ? [] : [rolloutNotice(after, closed, { kind: `rollout.${outcome}`, at })];
  return { target: after, notices: [...notices, ...told] };
}

/** Images that go on in the newer rollout keep to their plans, which hear of them when that ends. */
function passOn(
  target: Target,
  closed: Rollout,
  { joins, newer }: { readonly joins: boolean; readonly newer: Rollout },
): Target {
  const current = { ...newer, ...target.rollouts.find(({ generation }) => generation === newer.generation) };
  const digests = Object.values(current.changes).map(({ digest }) => digest);
  const known = memberships(current);
  const kept = memberships(closed).filter(
    (one) =>
      (joins || (one.digest !== undefined && digests.includes(one.digest))) &&
      !known.some((other) => isSameMember(one, other)),
  );
  const alsoOf = [...(current.alsoOf ?? []), ...kept];
  const after = kept.length === 0 ? target : withRollout(target, { ...current, alsoOf });
  return joins ? after : owePlan(after, closed, 'superseded');
}

/** Observe mode: the decision is recorded and told, and nothing else happens. What still waited from before is left alone too. */
export function observe(before: Target | undefined, { changes, from, base, at, ...name }: Acceptance): Step {
  const earlier = silently(before ?? newTarget(name));
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
  const after = owePlan(withRollout(target, closed), closed, 'skipped');
  return {
    target: after,
    notices: [...notices, rolloutNotice(after, closed, { kind: 'rollout.skipped', at })],
  };
}
