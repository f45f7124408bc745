import { type Lane, laneRates, type Rate } from './rates.ts';

/**
 * How far one API's calls are given away. Each lane is a token bucket, kept as the one moment at which it was empty, or will be:
 * what has gone by since then is saved up, as far as its burst goes. Milliseconds since the epoch. Version 1.
 */
export interface Pace {
  readonly v: 1;
  readonly single: number;
  readonly fanOut: number;
  /** How much of the rate is used since AWS throttled last: 1 is all of it. */
  readonly factor: number;
  readonly throttledAt: number;
}

export const freshPace: Pace = { v: 1, single: 0, fanOut: 0, factor: 1, throttledAt: 0 };

/** Calls of one moment are throttled together, and those that had their slots before come on for a while: one decrease for all. */
const coolDownMs = 20_000;
const decrease = 0.85;
const factorMin = 0.05;
/** From the lowest factor to all of the rate in five minutes. */
const recoveryPerMs = 1 / 300_000;

export interface Asked {
  readonly lane: Lane;
  readonly count: number;
  readonly now: number;
  /** What Slipway takes of AWS's rate: `rates({share})[api]`. */
  readonly rate: Rate;
  /** No slot later than this; the answer may be shorter than what was asked for. */
  readonly until?: number | undefined;
}

export interface Reserved {
  readonly pace: Pace;
  /** When each call may be made, earliest first. */
  readonly slots: readonly number[];
}

/**
 * Gives away slots. A fan-out has four fifths of the share and no more. A single call has the last fifth, and what the fan-out
 * leaves where that is earlier. A slot that is not used is lost.
 */
export function reserve(pace: Pace, asked: Asked): Reserved {
  const slots: number[] = [];
  let current = pace;
  while (slots.length < asked.count) {
    const [next, slot] = nextSlot(current, asked);
    if (slot > (asked.until ?? Number.POSITIVE_INFINITY)) break;
    slots.push(slot);
    current = next;
  }
  return { pace: current, slots: slots.toSorted((a, b) => a - b) };
}

function nextSlot(pace: Pace, { lane, now, rate }: Asked): readonly [Pace, number] {
  const moment = { now, factor: factorAt(pace, now) };
  const lanes = laneRates(rate);
  const spare = take(pace.fanOut, moment, lanes['fan-out']);
  const spared: readonly [Pace, number] = [{ ...pace, fanOut: spare.emptyAt }, spare.slot];
  if (lane === 'fan-out') return spared;
  const own = take(pace.single, moment, lanes.single);
  return spare.slot <= own.slot ? spared : [{ ...pace, single: own.emptyAt }, own.slot];
}

interface Moment {
  readonly now: number;
  readonly factor: number;
}

/** The generic cell rate algorithm. A rate that changes leaves the slots that were given as they are. */
function take(emptyAt: number, { now, factor }: Moment, { burst, perSecond }: Rate) {
  const intervalMs = 1_000 / (perSecond * factor);
  const emptied = Math.max(emptyAt, now - burst * intervalMs) + intervalMs;
  return { emptyAt: emptied, slot: Math.max(now, Math.round(emptied)) };
}

function factorAt({ factor, throttledAt }: Pace, now: number): number {
  return Math.min(1, factor + Math.max(0, now - throttledAt) * recoveryPerMs);
}

/** AWS throttled a call: nothing is saved up, fewer from now on, once per cool-down, and slowly more again. */
export function throttled(pace: Pace, now: number): Pace {
  if (now - pace.throttledAt < coolDownMs) return pace;
  const factor = Math.max(factorMin, factorAt(pace, now) * decrease);
  return { ...pace, fanOut: Math.max(pace.fanOut, now), factor, throttledAt: now };
}
