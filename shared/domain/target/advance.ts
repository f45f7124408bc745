import { type Notice, type NoticeKind, rolloutNotice } from '../notice.ts';
import { giveWay, type Step } from './accept.ts';
import {
  close,
  isOpen,
  type Outcome,
  openRollouts,
  type Rollout,
  type Target,
  withRollout,
} from './state.ts';

/** Undefined from any of these: the rollout lost its turn (a newer one was accepted, or it has ended), so nothing changes. */
export type Advance = Step | undefined;

interface Turn {
  readonly generation: number;
  readonly at: number;
}

function turnOf(target: Target, generation: number): Rollout | undefined {
  const rollout = target.rollouts.find((one) => one.generation === generation);
  return rollout !== undefined && isOpen(rollout) && generation === target.generation ? rollout : undefined;
}

function quietly(target: Target, rollout: Rollout): Step {
  return { target: withRollout(target, rollout), notices: [] };
}

/** About to call RegisterTaskDefinition: from here on a revision may exist that nobody has recorded. */
export function registering(
  target: Target,
  { generation, at, base }: Turn & { readonly base: string },
): Advance {
  const rollout = turnOf(target, generation);
  if (rollout === undefined) return undefined;
  const registeringSince = rollout.baseRevision === base ? (rollout.registeringSince ?? at) : at;
  return quietly(target, { ...rollout, phase: 'registering', registeringSince, baseRevision: base });
}

export function registered(
  target: Target,
  {
    generation,
    revision,
    base,
  }: { readonly generation: number; readonly revision: string; readonly base: string },
): Advance {
  const rollout = turnOf(target, generation);
  if (rollout === undefined) return undefined;
  return quietly(target, { ...rollout, phase: 'registered', revision, baseRevision: base });
}

/** UpdateService took effect. Older rollouts that ECS was still rolling give way to this one. */
export function started(
  target: Target,
  { generation, at, deploymentId }: Turn & { readonly deploymentId: string },
): Advance {
  const rollout = turnOf(target, generation);
  if (rollout === undefined || rollout.phase === 'rolling') return undefined;
  const older = openRollouts(target).filter((one) => one.generation < generation);
  const rolling = carryOn({ ...rollout, phase: 'rolling', deploymentId, startedAt: at }, target, older);
  const ended = older.reduce<Step>(
    (step, one) => giveWay(step, { rollout: one, newer: rolling, at }),
    quietly(target, rolling),
  );
  return {
    ...ended,
    notices: [...ended.notices, rolloutNotice(ended.target, rolling, { kind: 'rollout.started', at })],
  };
}

/** What an older rollout had not finished, and no push replaced, is from now on this one's to finish. */
function carryOn(rollout: Rollout, { wanted }: Target, older: readonly Rollout[]): Rollout {
  const unfinished = older
    .flatMap(({ changes }) => Object.entries(changes))
    .filter(([container, { digest }]) => wanted[container]?.digest === digest);
  const before = older.flatMap(({ from }) => Object.entries(from));
  return {
    ...rollout,
    changes: { ...Object.fromEntries(unfinished), ...rollout.changes },
    from: { ...rollout.from, ...Object.fromEntries(before) },
  };
}

/** The rollout has reached its final state. A silent end is recorded, and told to nobody. */
export function ended(
  target: Target,
  end: Turn & { readonly outcome: Outcome; readonly reason: string; readonly silent?: boolean },
): Advance {
  const rollout = target.rollouts.find(({ generation }) => generation === end.generation);
  if (rollout === undefined || !isOpen(rollout)) return undefined;
  const closed = close(rollout, end.outcome, end);
  const after = withRollout(target, closed);
  const kind: NoticeKind = `rollout.${end.outcome}`;
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
  if (rollout?.phase !== 'rolling' && rollout?.phase !== 'rolling-back') return undefined;
  return quietly(target, { ...rollout, phase: 'rolling-back', reason });
}
