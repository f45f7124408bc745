import type { ServiceName } from '../domain/arn.ts';
import { chunks } from '../domain/chunks.ts';
import { asText } from '../domain/lossless-json.ts';
import { nudge } from '../domain/nudge.ts';
import { Unavailable } from '../faults.ts';
import type { Item, Key, Queue, Table } from '../ports.ts';
import { pausedDue, targetOfKey, targetsDue } from './target-record.ts';

export interface Pause {
  readonly paused: boolean;
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason: string;
}

const key: Key = { pk: 'control', sk: 'pause' };

export interface StoredPause {
  /** Undefined: nobody ever paused anything. */
  readonly pause: Pause | undefined;
  readonly version: number;
}

export async function loadPause(table: Pick<Table, 'get'>): Promise<StoredPause> {
  const item = await table.get(key);
  if (item === undefined) return { pause: undefined, version: 0 };
  const { v, paused, by, at, reason } = item.body;
  if (v !== 1) throw new Unavailable('the pause was written by a newer version of Slipway');
  const pause = {
    paused: paused === true,
    by: asText(by) ?? '',
    at: Number(at),
    reason: asText(reason) ?? '',
  };
  return { pause, version: item.version };
}

/** Nothing may be written to ECS now. Read right before each such call. */
export async function isPaused(table: Pick<Table, 'get'>): Promise<boolean> {
  return (await loadPause(table)).pause?.paused === true;
}

export function pauseItem({ version }: StoredPause, pause: Pause): Item {
  return { ...key, version: version + 1, body: { v: 1, ...pause } };
}

export interface Releasing {
  readonly table: Table;
  readonly rollouts: Queue;
  readonly now: number;
}

/** Sorts after every time that a due list can hold. */
const never = Date.UTC(9999, 0);
const pageMax = 100;
const pagesMax = 10;
const atOnce = 10;

/**
 * Everything that a pause held up goes on: into the due list of its kind, so that nothing is lost, and nudged where it is a
 * target. `more`: there was more than one call may take on.
 */
export async function releasePaused(releasing: Releasing): Promise<'all' | 'more'> {
  for (let page = 0; page < pagesMax; page += 1) {
    const keys = await releasing.table.due(pausedDue, never, pageMax);
    let released = 0;
    for (const some of chunks(keys, atOnce)) {
      const done = await Promise.all(some.map((one) => release(releasing, one)));
      released += done.filter(Boolean).length;
    }
    // The index may still show what is released already.
    if (released === 0) return 'all';
  }
  return 'more';
}

const parked = 'parked';

/** A target waits for the end of the pause, whatever else of it comes due. Who writes it at the same time says the same. */
export async function noteParked(table: Table, name: ServiceName, at: number): Promise<void> {
  const held = parkedKey(name);
  const item = await table.get(held);
  await table.write([
    { ...held, version: (item?.version ?? 0) + 1, body: { v: 1 }, due: { list: pausedDue, at } },
  ]);
}

function parkedKey({ cluster, service }: ServiceName): Key {
  return { pk: `target#${cluster}/${service}`, sk: parked };
}

/** The pause ended while it was being parked: whoever ended it has not seen it. */
export async function releaseParked(releasing: Releasing, name: ServiceName): Promise<void> {
  await release(releasing, parkedKey(name));
}

/** False: it waits no longer, or somebody else wrote it just now, who knows of the end of the pause. */
async function release({ table, rollouts, now }: Releasing, held: Key): Promise<boolean> {
  const item = await table.get(held);
  if (item?.due?.list !== pausedDue) return false;
  const name = targetOfKey(held);
  const { due: _due, ...rest } = item;
  const list = name === undefined ? held.pk.slice(0, held.pk.indexOf('#')) : targetsDue;
  // The marker of a parked target has done what it was for.
  const next = held.sk === parked ? rest : { ...rest, due: { list, at: now } };
  if ((await table.write([{ ...next, version: item.version + 1 }])) === 'conflict') return false;
  const generation = Number(item.body['generation'] ?? 0);
  if (name !== undefined) await rollouts.send(nudge({ ...name, generation }, now));
  return true;
}
