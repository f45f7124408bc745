import type { ServiceName } from '../domain/arn.ts';
import type { JsonObject } from '../domain/lossless-json.ts';
import type { Step } from '../domain/target/accept.ts';
import { currentRollout, isRolling, openRollouts, type Target } from '../domain/target/state.ts';
import { Unavailable } from '../faults.ts';
import type { Item, Key, Table } from '../ports.ts';
import { noticeItem } from './notice-record.ts';

export const targetsDue = 'target';

/** A nudge that nobody answered is repeated after this long. */
const nudgeLostMs = 2 * 60_000;
/** A rollout of which no event came is looked at after this long. */
const eventLostMs = 15 * 60_000;
const triesMax = 8;

const prefix = 'target#';

function keyOf({ cluster, service }: ServiceName): Key {
  return { pk: `${prefix}${cluster}/${service}`, sk: 'state' };
}

/** The target that a key of the due list stands for. */
export function targetOfKey({ pk }: Key): ServiceName | undefined {
  const [cluster, service] = pk.startsWith(prefix) ? pk.slice(prefix.length).split('/') : [];
  return cluster === undefined || service === undefined ? undefined : { cluster, service };
}

export async function loadTarget(table: Table, name: ServiceName): Promise<Target | undefined> {
  return read(await table.get(keyOf(name)));
}

function read(item: Item | undefined): Target | undefined {
  if (item === undefined) return undefined;
  if (item.body['v'] !== 1) throw new Unavailable(`${item.pk} was written by a newer version of Slipway`);
  return item.body as unknown as Target;
}

export type Change = (target: Target | undefined) => Step | undefined;

/**
 * Reads the target, applies a pure change, and writes the new state with its notices in one conditional write; again from the
 * start when somebody else wrote in between. Undefined when the change asks for nothing.
 */
export async function changeTarget(
  { table, now }: { readonly table: Table; readonly now: number },
  name: ServiceName,
  change: Change,
): Promise<Step | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await table.get(keyOf(name));
    const step = change(read(item));
    if (step === undefined) return undefined;
    const written = await table.write([
      targetItem(step, { version: (item?.version ?? 0) + 1, now }),
      ...step.notices.map((notice) => noticeItem(notice)),
    ]);
    if (written === 'written') return step;
  }
  throw new Unavailable(`${name.cluster}/${name.service}: others kept writing its state`);
}

function targetItem(
  { target, lookAt }: Step,
  { version, now }: { readonly version: number; readonly now: number },
): Item {
  const body = target as unknown as JsonObject;
  return { ...keyOf(target), version, body, due: dueOf(target, { now, lookAt }) };
}

interface Look {
  readonly now: number;
  readonly lookAt: number | undefined;
}

function dueOf(target: Target, { now, lookAt }: Look): Item['due'] {
  if (openRollouts(target).length === 0) return undefined;
  const current = currentRollout(target);
  const waits = current !== undefined && isRolling(current) ? eventLostMs : nudgeLostMs;
  return { list: targetsDue, at: lookAt ?? now + waits };
}
