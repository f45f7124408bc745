import { revisionName } from '../arn.ts';
import { targetNotice } from '../notice.ts';
import type { Blame } from '../stop-cause.ts';
import type { Step } from './accept.ts';
import { type Advance, ended } from './advance.ts';
import { eachAlone, takenBack } from './alone.ts';
import { endingWith, owe, oweEach, owePlan } from './debts.ts';
import { goBack, restore } from './go-back.ts';
import { asImages, containersAfter, isPinned, ofRollback } from './images.ts';
import { lift, quarantine } from './quarantine.ts';
import {
  defaultTerms,
  isOfSeveral,
  memberships,
  type Outcome,
  type Rollout,
  type WantedImages,
} from './rollout.ts';
import { type Target, unfinished } from './state.ts';
import { backOn } from './stray.ts';
import { isInnocent, isOurs, suspects } from './suspects.ts';

export interface End {
  readonly generation: number;
  readonly at: number;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly silent?: boolean | undefined;
  /** The target has what the rollout wanted already. */
  readonly isThere?: boolean | undefined;
  /** It had registered a revision of an image that has failed elsewhere, which is its family's newest now. */
  readonly leavesBad?: boolean | undefined;
  /** ECS still has the service on the failed revision. */
  readonly undo?: boolean | undefined;
  /** ARN of the revision that ECS went back to. */
  readonly runs?: string | undefined;
  /** What the stopped tasks say. */
  readonly blame?: Blame | undefined;
}

/** The rollout has reached its final state: that, and everything that follows from it, in one step. */
export function conclude(target: Target, end: End): Advance {
  const rollout = target.rollouts.find(({ generation }) => generation === end.generation);
  const step = ended(backOn(target, end), end);
  if (rollout === undefined || step === undefined) return undefined;
  switch (end.outcome) {
    case 'completed':
      // What is restored is the family's newest revision: no service is set to it.
      return rollout.cause === 'restore'
        ? step
        : { ...step, target: completed(step.target, rollout, end.at) };
    case 'failed':
    case 'timed-out':
    case 'rolled-back':
      return failed(step, rollout, end);
    case 'skipped':
      return leftAlone(
        { ...step, target: skipped(step.target, withReason(rollout, end), end) },
        rollout,
        end,
      );
    default:
      return { ...step, target: owe(owePlan(step.target, rollout, end.outcome), { kind: 'see' }) };
  }
}

function skipped(target: Target, rollout: Rollout, { isThere }: End): Target {
  return isThere === true
    ? oweEach(target, endingWith(target, rollout), { result: 'verified' })
    : owePlan(target, rollout, 'skipped');
}

/** A failure that is not undone, because somebody said hands off, is a person's to undo. */
function leftAlone(step: Step, rollout: Rollout, { at, reason, leavesBad }: End): Step {
  if (leavesBad === true || rollout.restores === true)
    return followedBy(step, restore(step.target, rollout.generation, at));
  if (rollout.cause !== 'rollback') return step;
  const why = `the rollback was left alone: ${reason}`;
  const notice = targetNotice(step.target, { kind: 'target.attention', at, reason: why });
  return { ...step, notices: [...step.notices, notice] };
}

function withReason(rollout: Rollout, { reason }: End): Rollout {
  return { ...rollout, reason };
}

function completed(target: Target, rollout: Rollout, at: number): Target {
  const { revision, generation, terms = defaultTerms } = rollout;
  const containers = containersAfter(target.seen?.containers ?? [], rollout);
  const seen = target.seen === undefined ? undefined : { ...target.seen, at, revision, containers };
  const known = owePlan({ ...target, seen, movedFrom: undefined }, rollout, 'completed');
  if (revision === undefined) return known;
  const wasGood = rollout.goBackTo?.revision === target.good?.revision;
  if (isBack(rollout) && (rollout.cause === 'rollback' || wasGood))
    return { ...known, good: { revision, images: asImages(containers), at } };
  const until = at + terms.bakeMs;
  const baking = {
    generation,
    revision,
    images: asImages(containers),
    at,
    until,
    plans: memberships(rollout),
  };
  return { ...lift(known, rollout.changes), baking };
}

function failed(step: Step, rollout: Rollout, end: End): Step {
  const owed = owePlan(step.target, withReason(rollout, end), end.outcome);
  const told = { target: owed, notices: step.notices };
  if (rollout.startedAt === undefined && rollout.restores === true)
    return followedBy(told, restore(owed, rollout.generation, end.at));
  return undo(blame(told, rollout, end), rollout, end);
}

/** Of several images that failed together nobody knows which one it was: each is tried alone. So is one that failed for another's sake. */
function blame({ target, notices }: Step, rollout: Rollout, { at, blame: found, reason }: End): Step {
  const tried = suspects(target, rollout);
  const [first] = Object.values(tried);
  if (isBack(rollout) || first === undefined || rollout.startedAt === undefined) return { target, notices };
  const others = besides(tried, rollout);
  if (isOfSeveral({ changes: tried }) || isInnocent(target, { rollout, tried, found }))
    return { target: again(target, rollout, { ...others, ...tried }), notices };
  const { repository, digest, tag } = first;
  const kept = again(target, rollout, others);
  if (found?.kind !== 'image' || !isOurs(tried, found)) return { target: kept, notices };
  const why = found.words === '' ? reason : found.words;
  const step = quarantine(kept, { repository, digest, tag, reason: why, at });
  return { target: step.target, notices: [...notices, ...step.notices] };
}

/** What a push brought beside them. What a rollback did comes with the next one. */
function besides(tried: WantedImages, { changes }: Rollout): WantedImages {
  return Object.fromEntries(
    Object.entries(changes).filter(([name, { rule }]) => !Object.hasOwn(tried, name) && rule !== ofRollback),
  );
}

/** Each of these images is taken up by itself, unless a push has replaced it. */
function again(target: Target, rollout: Rollout, changes: WantedImages): Target {
  const each = eachAlone({ ...rollout, changes: unfinished(target, [{ ...rollout, changes }]) });
  return each.length === 0 ? target : { ...target, alone: [...each, ...(target.alone ?? [])] };
}

function isBack({ cause }: Rollout): boolean {
  return cause === 'rollback' || cause === 'manual-rollback';
}

function undo(step: Step, rollout: Rollout, end: End): Step {
  const { at, outcome, generation } = end;
  if (isOvertaken(step.target, rollout)) return step;
  if (outcome === 'rolled-back') return followedBy(step, restore(step.target, generation, at));
  if (end.undo !== true) return step;
  const target = leftOn(step.target, rollout, at);
  const { good } = target;
  const why = person(target, rollout);
  if (why === undefined && good !== undefined) {
    const kept = { ...target, alone: [...(target.alone ?? []), ...takenBack(target, rollout, good)] };
    return followedBy(step, goBack(kept, { to: good, cause: 'rollback', of: generation, at }));
  }
  const notice = targetNotice(target, {
    kind: 'target.attention',
    at,
    reason: [end.reason, why].filter((part) => part !== undefined).join('; '),
  });
  return { target, notices: [...step.notices, notice] };
}

/** A newer rollout has replaced it in ECS: there is nothing left to undo. */
function isOvertaken({ rollouts }: Target, { generation }: Rollout): boolean {
  return rollouts.some((one) => one.generation > generation && one.startedAt !== undefined);
}

/** ECS keeps the service on the failed revision: a push has to beat what that holds. */
function leftOn(target: Target, rollout: Rollout, at: number): Target {
  const { seen } = target;
  if (seen === undefined) return target;
  const containers = containersAfter(seen.containers, rollout);
  return { ...target, seen: { ...seen, at, revision: rollout.revision, containers } };
}

/** Why nobody but a person can go on. Undefined: Slipway can. */
function person({ good, hold }: Target, rollout: Rollout): string | undefined {
  const { terms = defaultTerms, changes } = rollout;
  if (isBack(rollout)) return 'a rollback is not rolled back';
  if (terms.rollback === 'notify') return 'its rule says `rollback: notify`';
  if (hold !== undefined) return `it is on hold: ${hold.reason}`;
  if (good === undefined) return 'no revision is known to be good';
  const loose = Object.keys(changes).filter((name) => !isPinned(good.images[name] ?? ''));
  return loose.length === 0
    ? undefined
    : `nobody knows by which digest ${revisionName(good.revision)} was good in ${loose.join(', ')}`;
}

function followedBy({ notices }: Step, next: Step): Step {
  return { ...next, notices: [...notices, ...next.notices] };
}
