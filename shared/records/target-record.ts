import type { ServiceName } from '../domain/arn.ts';
import type { JsonObject } from '../domain/lossless-json.ts';
import type { Step } from '../domain/target/accept.ts';
import { nextAlone } from '../domain/target/alone.ts';
import { isRolling } from '../domain/target/rollout.ts';
import { openRollouts, type Target, waitingRollouts } from '../domain/target/state.ts';
import { Unavailable } from '../faults.ts';
import type { Due, Item, Key, Table } from '../ports.ts';
import { historyItems } from './history-record.ts';
import { noticeItem } from './notice-record.ts';

/** Who has to look when it comes due: roll-service, or deployment-changed. */
export const targetsDue = 'target';
export const looksDue = 'look';
/** Markers of targets that are parked while everything is paused: time alone fires none. */
export const pausedDue = 'paused';

/** A nudge that nobody answered is repeated after this long. */
const nudgeLostMs = 2 * 60_000;
/** A rollout of which no event came is looked at after this long. */
const eventLostMs = 15 * 60_000;
/** A plan gives its members their turns, and looks after them itself. */
const turnLostMs = 3_600_000;
const triesMax = 8;

const prefix = 'target#';

function keyOf({ cluster, service }: ServiceName): Key {
  return { pk: `${prefix}${cluster}/${service}`, sk: 'state' };
}

/** The target that a key of the due list stands for. */
export function targetOfKey({ pk }: Key): ServiceName | undefined {
  const slash = pk.indexOf('/');
  if (!pk.startsWith(prefix) || slash === -1) return undefined;
  return { cluster: pk.slice(prefix.length, slash), service: pk.slice(slash + 1) };
}

export async function loadTarget(table: Table, name: ServiceName): Promise<Target | undefined> {
  return read(await table.get(keyOf(name)));
}

function read(item: Item | undefined): Target | undefined {
  if (item === undefined) return undefined;
  if (item.body['v'] !== 1) throw new Unavailable(`${item.pk} was written by a newer version of Slipway`);
  return item.body as unknown as Target;
}

interface Place {
  readonly table: Table;
  readonly now: number;
}

export type Change = (target: Target | undefined) => Step | undefined;

export interface Written extends Step {
  /** A time, new with this write, at which somebody has to look, to the second. `tick` finds what is only a safety net. */
  readonly due?: Due | undefined;
}

/**
 * Reads the target, applies a pure change, and writes the new state with its notices and its history in one conditional write;
 * again from the start when somebody else wrote in between. Undefined when the change asks for nothing.
 */
export async function changeTarget(
  { table, now }: Place,
  name: ServiceName,
  change: Change,
): Promise<Written | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await table.get(keyOf(name));
    const before = read(item);
    const step = change(before);
    if (step === undefined) return undefined;
    const target = withLook(step, now);
    const { due, isExact } = dueOf({ ...step, target }, now);
    const body = target as unknown as JsonObject;
    const written = await table.write([
      { ...keyOf(name), version: (item?.version ?? 0) + 1, body, due },
      ...step.notices.map((notice) => noticeItem(notice)),
      ...historyItems(before, target),
    ]);
    if (written === 'written')
      return { ...step, target, due: isExact && !isSame(due, item?.due) ? due : undefined };
  }
  throw new Unavailable(`${name.cluster}/${name.service}: others kept writing its state`);
}

/** The same, of a target that is known. Undefined as well where there is none. */
export function changeKnown(
  place: Place,
  name: ServiceName,
  change: (target: Target) => Step | undefined,
): Promise<Written | undefined> {
  return changeTarget(place, name, (target) => target && change(target));
}

/**
 * What ECS rolls is looked at when its time has come: whoever looks gives the next time, and what else is written meanwhile puts
 * off nothing.
 */
function withLook({ target, lookAt }: Step, now: number): Target {
  const { lookAt: before, ...rest } = target;
  if (!openRollouts(target).some(isRolling)) return rest;
  const standing = before !== undefined && (before > now || lookAt === undefined) ? [before] : [];
  const asked = lookAt === undefined ? [] : [lookAt];
  const [first = now + eventLostMs] = [...standing, ...asked].toSorted((a, b) => a - b);
  return { ...rest, lookAt: first };
}

function isSame(due: Due | undefined, before: Due | undefined): boolean {
  return due?.list === before?.list && due?.at === before?.at;
}

interface Timer {
  readonly due: Due | undefined;
  readonly isExact: boolean;
}

/** The soonest of all that has to be looked at. */
function dueOf(step: Step, now: number): Timer {
  const { target, wakeAt } = step;
  const asked = [dueAt(looksDue, target.lookAt), dueAt(targetsDue, wakeAt)].filter(
    (one) => one !== undefined,
  );
  const exact: readonly Due[] = [...times(target, now), ...asked];
  const all = [...exact, ...safetyNets(target, now)].toSorted((a, b) => a.at - b.at);
  const [first] = all;
  return { due: first, isExact: first !== undefined && exact.includes(first) && first.at > now };
}

function dueAt(list: string, at: number | undefined): Due | undefined {
  return at === undefined ? undefined : { list, at };
}

function times(target: Target, now: number): readonly Due[] {
  const [waiting] = waitingRollouts(target);
  const { slot, notBefore = 0, plan } = waiting ?? {};
  // Whose time has come, and whose plan has not given it its turn, waits for the plan alone.
  const start = notBefore > now || (notBefore > 0 && plan === undefined) ? notBefore : undefined;
  const starts = [slot?.at ?? start, target.baking?.until];
  return starts.flatMap((at) => (at === undefined ? [] : [{ list: targetsDue, at }]));
}

function safetyNets(target: Target, now: number): readonly Due[] {
  const nets: Due[] = [];
  const [waiting] = waitingRollouts(target);
  const isOwed = (target.owes ?? []).length > 0 || nextAlone(target) !== undefined;
  if (isOwed) nets.push({ list: targetsDue, at: now + nudgeLostMs });
  if (waiting !== undefined) {
    const lost = waiting.plan === undefined ? nudgeLostMs : turnLostMs;
    const soonest = Math.max(waiting.notBefore ?? 0, waiting.slot?.at ?? 0, now);
    nets.push({ list: targetsDue, at: soonest + lost });
  }
  return nets;
}
