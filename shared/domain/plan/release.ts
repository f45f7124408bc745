import type { Lane } from '../pacing/rates.ts';
import type { Plan } from './state.ts';

/** As many as one message releases: what follows is for the next. */
export const pageMax = 100;
/** So few are let through beside everybody's single pushes. */
const fewMax = 20;
/** As many as are looked at together. */
const togetherMax = 10;
/** Members whose places come free about the same time are released together. */
const gatherMs = 4_000;
/** A timer may fire a little before its time. */
const earlyMs = 1_000;

/** Which lane a plan's calls take. */
export function laneOf({ total }: Plan): Lane {
  return total > fewMax ? 'fan-out' : 'single';
}

/** How many of the members that wait may go now. Those of a plan that stopped go page by page, to be told so. */
export function releasable(plan: Plan, now: number): number {
  const { next, open, first, parallel, stopped, total, joined } = plan;
  if (stopped !== undefined) return Math.min(total - next, pageMax);
  const ready = joined !== undefined && now < joined.until ? joined.from : total;
  const left = Math.max(0, ready - next);
  if (first === 'waiting') return next === 0 ? Math.min(left, 1) : 0;
  return Math.min(left, Math.max(0, parallel - open.length));
}

/** Members that were released and that nobody has told so far: the one who released them may have died. */
export function untold({ open, sent }: Plan): readonly number[] {
  return open.filter((index) => index >= sent);
}

export type Turns =
  /** So many members are to be told, most of them to be released first. */
  | { readonly kind: 'release'; readonly count: number }
  /** Come back then. */
  | { readonly kind: 'later'; readonly at: number }
  | { readonly kind: 'none' };

/** What there is to do for a plan at this moment. */
export function turnsOf(plan: Plan, now: number): Turns {
  const late = untold(plan).length;
  const room = releasable(plan, now);
  const count = Math.min(pageMax, late + room);
  if (plan.stopped === undefined && (plan.armed ?? 0) > now + earlyMs) return { kind: 'none' };
  if (count === 0) return afterJoining(plan, now);
  return late === 0 && gathers(plan, room)
    ? { kind: 'later', at: now + gatherMs }
    : { kind: 'release', count };
}

function afterJoining({ joined, total, next, stopped }: Plan, now: number): Turns {
  const isSoon = joined !== undefined && now < joined.until && next < total && stopped === undefined;
  return isSoon ? { kind: 'later', at: joined.until } : { kind: 'none' };
}

/** Others are about to be done, unless this is when whoever waited for them comes back. */
function gathers(plan: Plan, room: number): boolean {
  const { armed, stopped, open, parallel, total, next } = plan;
  if (armed !== undefined || stopped !== undefined || laneOf(plan) === 'single') return false;
  return open.length > 0 && room < Math.min(togetherMax, parallel, total - next);
}

/** Lets the next `count` members go, as far as the plan allows. */
export function release(plan: Plan, { count, at }: { readonly count: number; readonly at: number }): Plan {
  const most = Math.min(count, releasable(plan, at), pageMax);
  if (most <= 0) return plan;
  const indices = Array.from({ length: most }, (_, place) => plan.next + place);
  return { ...plan, next: plan.next + most, open: [...plan.open, ...indices], at };
}

/** A member that was let go, and was taken for done before it began, goes now where there is room. */
export function reenter(plan: Plan, index: number, at: number): Plan {
  const { open, parallel, first, stopped } = plan;
  const isFull = open.length >= parallel || first === 'waiting' || stopped !== undefined;
  return isFull || open.includes(index) ? plan : { ...plan, open: [...open, index], at };
}

export interface Told {
  /** Every member before this one has been told. */
  readonly upTo: number;
  /** When somebody comes back to release more. */
  readonly armed: number | undefined;
}

export function told(plan: Plan, { upTo, armed }: Told): Plan {
  const isSame = upTo <= plan.sent && armed === plan.armed;
  return isSame ? plan : { ...plan, sent: Math.max(plan.sent, upTo), armed };
}
