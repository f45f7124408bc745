import { type Notice, type RolloutNoticeKind, rolloutNotice } from '../notice.ts';
import { giveWay, type Step, silently } from './accept.ts';
import { bakedOn } from './bake.ts';
import { owe, oweEach } from './debts.ts';
import { type Images, remember } from './images.ts';
import {
  close,
  isOpen,
  isRolling,
  leavePlans,
  type Membership,
  type Outcome,
  type Progress,
  type Rollout,
  type Slot,
} from './rollout.ts';
import { openRollouts, type Target, unfinished, waitingRollouts, withRollout } from './state.ts';

/** Undefined from any of these: the rollout lost its turn (a newer one was accepted, or it has ended), so nothing changes. */
export type Advance = Step | undefined;

interface Turn {
  readonly generation: number;
  readonly at: number;
}

/** The rollout, while it is open and nothing newer has been accepted. */
export function turnOf(target: Target, generation: number): Rollout | undefined {
  const rollout = target.rollouts.find((one) => one.generation === generation);
  return rollout !== undefined && isOpen(rollout) && generation === target.generation ? rollout : undefined;
}

function quietly(target: Target, rollout: Rollout): Step {
  return silently(withRollout(target, rollout));
}

export interface Registering extends Turn {
  readonly base: string;
  readonly carries: readonly number[];
  readonly holds: Images;
}

/** About to call RegisterTaskDefinition: from here on a revision may exist that nobody has recorded. */
export function registering(target: Target, { generation, at, base, carries, holds }: Registering): Advance {
  const rollout = turnOf(target, generation);
  if (rollout === undefined) return undefined;
  const earlier = rollout.baseRevision === base ? rollout.registeringSince : undefined;
  return quietly(target, {
    ...rollout,
    phase: 'registering',
    registeringSince: earlier ?? at,
    baseRevision: base,
    carries,
    holds,
    revision: undefined,
  });
}

export function registered(
  target: Target,
  { generation, revision }: { readonly generation: number; readonly revision: string },
): Advance {
  const rollout = turnOf(target, generation);
  if (rollout?.phase !== 'registering') return undefined;
  return quietly(target, { ...rollout, phase: 'registered', revision, slot: undefined });
}

/** Its next call has its turn at a time of its own. */
export function slotted(target: Target, { generation, slot }: { generation: number; slot: Slot }): Advance {
  const rollout = turnOf(target, generation);
  return rollout === undefined ? undefined : quietly(target, { ...rollout, slot });
}

/**
 * What it was decided on is no longer so: another hand changed what runs. It ends before anybody heard of it, and the target is
 * looked at and decided about again; its plan keeps its place meanwhile.
 */
export function withdrawn(target: Target, generation: number): Advance {
  const rollout = turnOf(target, generation);
  if (rollout === undefined || isRolling(rollout)) return undefined;
  const left = { ...target, rollouts: target.rollouts.filter((one) => one !== rollout) };
  return silently(owe(left, { kind: 'see' }));
}

/**
 * Some of its images may not be rolled: the others go on without them, and out of the plans of these. Undefined where none is left,
 * or it has lost its turn.
 */
export function without(target: Target, { generation, digests, members }: Without): Advance {
  const rollout = turnOf(target, generation);
  const kept = Object.entries(rollout?.changes ?? {}).filter(([, { digest }]) => !digests.includes(digest));
  if (rollout === undefined || kept.length === 0) return undefined;
  const changes = Object.fromEntries(kept);
  const wanted = Object.entries(target.wanted).filter(
    ([name, { digest }]) => Object.hasOwn(changes, name) || !digests.includes(digest),
  );
  const left = { ...unregistered(leavePlans(rollout, members)), changes };
  const known = { ...withRollout(target, left), wanted: Object.fromEntries(wanted) };
  return silently(oweEach(known, members, { result: 'left alone' }));
}

/** What it has registered holds other images than it wants now. */
function unregistered(rollout: Rollout): Rollout {
  const nothing = { revision: undefined, baseRevision: undefined, registeringSince: undefined };
  return { ...rollout, ...nothing, carries: undefined, holds: undefined, phase: 'accepted' };
}

interface Without {
  readonly generation: number;
  readonly digests: readonly string[];
  /** Of the plans that roll these digests. */
  readonly members: readonly Membership[];
}

/**
 * UpdateService took effect. Older rollouts whose images the revision holds give way to this one. Those that ECS had left
 * already, by rolling back say, are not carried on: they stay open until it is known how they ended.
 */
export function started(
  target: Target,
  { generation, at, deploymentId }: Turn & { readonly deploymentId: string },
): Advance {
  const rollout = turnOf(target, generation);
  if (rollout === undefined || isRolling(rollout)) return undefined;
  const baked = bakedOn(target, { ...rollout, slot: undefined });
  return begin(baked.target, baked.rollout, { at, deploymentId });
}

function begin(
  known: Target,
  rollout: Rollout,
  { at, deploymentId }: { readonly at: number; readonly deploymentId: string },
): Step {
  const older = carriedBy(known, rollout);
  const rolling = carryOn({ ...rollout, phase: 'rolling', deploymentId, startedAt: at }, known, older);
  const digests = Object.values(rolling.changes).map(({ digest }) => digest);
  const target = { ...known, ran: remember(known.ran, digests) };
  const ended = older.reduce<Step>(
    (step, one) => giveWay(step, { rollout: one, newer: rolling, at }),
    quietly(target, rolling),
  );
  return {
    ...ended,
    notices: [...ended.notices, rolloutNotice(ended.target, rolling, { kind: 'rollout.started', at })],
  };
}

/** A newer one, whose revision this is, finishes it as well. */
export function isCarriedOn(
  target: Target,
  { generation, by }: { readonly generation: number; readonly by?: string | undefined },
): boolean {
  const waiting = waitingRollouts(target).filter(({ revision }) => by !== undefined && revision === by);
  return waiting.some(({ carries = [] }) => carries.includes(generation));
}

function carriedBy(target: Target, { carries = [] }: Rollout): readonly Rollout[] {
  return openRollouts(target).filter((one) => carries.includes(one.generation));
}

/** What an older rollout had not finished, and no push replaced, is from now on this one's to finish. */
function carryOn(rollout: Rollout, target: Target, older: readonly Rollout[]): Rollout {
  const before = older.flatMap(({ from }) => Object.entries(from));
  return {
    ...rollout,
    changes: { ...unfinished(target, older), ...rollout.changes },
    from: { ...rollout.from, ...Object.fromEntries(before) },
  };
}

/** The rollout has reached its final state. A silent end is recorded, and told to nobody. */
export function ended(
  target: Target,
  end: Turn & { readonly outcome: Outcome; readonly reason: string; readonly silent?: boolean | undefined },
): Advance {
  const rollout = target.rollouts.find(({ generation }) => generation === end.generation);
  if (rollout === undefined || !isOpen(rollout)) return undefined;
  const closed = close(rollout, end.outcome, end);
  const after = withRollout(target, closed);
  const kind: RolloutNoticeKind = `rollout.${end.outcome}`;
  const notices: readonly Notice[] =
    end.silent === true ? [] : [rolloutNotice(after, closed, { kind, at: end.at })];
  return { target: after, notices };
}

/** ECS has begun to roll back: the outcome is clear, the end is not yet. */
export function rollingBack(
  target: Target,
  { generation, reason }: { readonly generation: number; readonly reason: string },
): Advance {
  const rollout = target.rollouts.find((one) => one.generation === generation);
  if (rollout === undefined || !isRolling(rollout)) return undefined;
  return quietly(target, { ...rollout, phase: 'rolling-back', reason });
}

/** How far ECS has come. Undefined where nothing has changed for the better. */
export function progressed(
  target: Target,
  { generation, progress }: { readonly generation: number; readonly progress: Progress },
): Advance {
  const rollout = openRollouts(target).find((one) => one.generation === generation);
  if (rollout === undefined || !isRolling(rollout)) return undefined;
  return quietly(target, { ...rollout, progress });
}

/** ECS has failed it, and may yet roll back by itself. */
export function failing(target: Target, { generation, at }: Turn): Advance {
  const rollout = openRollouts(target).find((one) => one.generation === generation);
  if (rollout === undefined || rollout.failedAt !== undefined) return undefined;
  return quietly(target, { ...rollout, failedAt: at });
}

/** It makes no progress, and ECS can undo it better than a new deployment could: roll-service has to ask ECS. */
export function stopAsked(
  target: Target,
  { generation, at, reason }: Turn & { readonly reason: string },
): Advance {
  const rollout = openRollouts(target).find((one) => one.generation === generation);
  if (rollout === undefined || rollout.stopAskedAt !== undefined) return undefined;
  return quietly(target, { ...rollout, stopAskedAt: at, reason });
}

export function stopped(target: Target, { generation, at }: Turn): Advance {
  const rollout = openRollouts(target).find((one) => one.generation === generation);
  return rollout === undefined ? undefined : quietly(target, { ...rollout, stoppedAt: at });
}
