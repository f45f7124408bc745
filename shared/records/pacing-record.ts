import { spread } from '../domain/key.ts';
import type { JsonObject } from '../domain/lossless-json.ts';
import {
  type Asked,
  freshPace,
  type Pace,
  type Reserved,
  reserve as reserveSlots,
  throttled,
} from '../domain/pacing/pace.ts';
import { type Api, type Lane, rates } from '../domain/pacing/rates.ts';
import { Unavailable } from '../faults.ts';
import type { Clock, Item, Key, Table } from '../ports.ts';

/** Each round at least one of those who contend gets through. */
const triesMax = 60;
const pauseMaxMs = 60;

function keyOf(api: Api): Key {
  return { pk: `pace#${api}`, sk: 'state' };
}

export interface Asking {
  readonly lane: Lane;
  readonly count: number;
  /** Percent of AWS's rates. */
  readonly share: number;
  /** No slot later than this; the answer may be shorter than what was asked for. */
  readonly until?: number | undefined;
  /** An answer that is shorter is whole groups of so many, where it has one. */
  readonly groupsOf?: number | undefined;
}

interface Deps {
  readonly table: Table;
  readonly clock: Clock;
}

/** Slots of one API, shared between all workers, in one write. Milliseconds since the epoch, earliest first. */
export async function reserve(
  { table, clock }: Deps,
  api: Api,
  { lane, count, share, until, groupsOf = 1 }: Asking,
): Promise<readonly number[]> {
  const rate = rates({ share })[api];
  for (let tries = 0; tries < triesMax; tries += 1) {
    const now = clock.now();
    const item = await table.get(keyOf(api));
    const asked = { lane, count, now, rate, until };
    const { pace, slots } = inGroups(paceOf(item), asked, groupsOf);
    if (slots.length === 0) return [];
    if ((await table.write([paceItem(item, api, pace)])) === 'written') return slots;
    await clock.pause(pauseMs(tries, now));
  }
  throw new Unavailable(`others kept reserving slots of the API ${api}`, { retryAfterSeconds: 5 });
}

/** Slots that would begin a group which ends after `until` are not taken: they are another round's. */
function inGroups(pace: Pace, asked: Asked, size: number): Reserved {
  const all = reserveSlots(pace, asked);
  const { length } = all.slots;
  const whole = length - (length % size);
  return length === asked.count || whole === 0 || whole === length
    ? all
    : reserveSlots(pace, { ...asked, count: whole });
}

/** AWS throttled a call. Where others say so too, or reserve, at the same time, one of them is enough. */
export async function slowDown(table: Table, api: Api, now: number): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await table.get(keyOf(api));
    const pace = paceOf(item);
    const slower = throttled(pace, now);
    if (slower === pace || (await table.write([paceItem(item, api, slower)])) === 'written') return;
  }
}

function paceOf(item: Item | undefined): Pace {
  if (item === undefined) return freshPace;
  if (item.body['v'] !== 1) throw new Unavailable(`${item.pk} was written by a newer version of Slipway`);
  return item.body as unknown as Pace;
}

function paceItem(before: Item | undefined, api: Api, pace: Pace): Item {
  return { ...keyOf(api), version: (before?.version ?? 0) + 1, body: pace as unknown as JsonObject };
}

/** Differs between workers as their clocks do, so that those who met once do not meet again. */
function pauseMs(tries: number, now: number): number {
  return 1 + spread(pauseMaxMs, 'pause', tries, now);
}
