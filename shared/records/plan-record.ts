import type { ServiceName } from '../domain/arn.ts';
import { chunks } from '../domain/chunks.ts';
import { spread } from '../domain/key.ts';
import type { JsonObject } from '../domain/lossless-json.ts';
import { enlist, inOrder, type PlanSeed } from '../domain/plan/enlist.ts';
import {
  hasBegun,
  isFinished,
  memberName,
  memberText,
  type Plan,
  type PlanStep,
  planId,
} from '../domain/plan/state.ts';
import type { Membership } from '../domain/target/rollout.ts';
import { Unavailable } from '../faults.ts';
import type { Clock, Item, Key, Table } from '../ports.ts';
import { noticeItem } from './notice-record.ts';

export const plansDue = 'plan';

/** A plan that got on no further for so long is looked at. */
const stalledMs = 2 * 60_000;
/** Whoever enlists members has the plan begun himself, once they know of it; one that nobody began for so long has lost him. */
const lostMs = 15 * 60_000;
/** Of a plan that is finished. */
const keptMs = 30 * 24 * 3_600_000;
const membersKeptMs = 400 * 24 * 3_600_000;
const triesMax = 40;
const pauseMaxMs = 50;
/** A name has 511 characters at most, so that 53 KB hold a chunk. */
const chunkSize = 100;
/** Enlisted in one write: with the state some 400 KB at most. */
const enlistedAtOnce = 500;

const prefix = 'plan#';

interface Deps {
  readonly table: Table;
  readonly clock: Clock;
}

function stateKey(id: string): Key {
  return { pk: `${prefix}${id}`, sk: 'state' };
}

function chunkKey(id: string, chunk: number): Key {
  return { pk: `${prefix}${id}`, sk: `members#${String(chunk).padStart(5, '0')}` };
}

/** The plan that a key of the due list stands for. */
export function planOfKey({ pk, sk }: Key): string | undefined {
  return pk.startsWith(prefix) && sk === 'state' ? pk.slice(prefix.length) : undefined;
}

export async function loadPlan(table: Table, id: string): Promise<Plan | undefined> {
  return read(await table.get(stateKey(id)));
}

function read(item: Item | undefined): Plan | undefined {
  if (item === undefined) return undefined;
  if (item.body['v'] !== 1) throw new Unavailable(`${item.pk} was written by a newer version of Slipway`);
  return item.body as unknown as Plan;
}

function planItem(before: Item | undefined, plan: Plan, now: number): Item {
  const version = (before?.version ?? 0) + 1;
  const item = { ...stateKey(plan.id), version, body: plan as unknown as JsonObject };
  if (isFinished(plan)) return { ...item, expiresAt: now + keptMs };
  return { ...item, due: { list: plansDue, at: now + (hasBegun(plan) ? stalledMs : lostMs) } };
}

export interface ChangedPlan extends PlanStep {
  /** Rises with each change: tells one from another. */
  readonly version: number;
}

/**
 * Reads the plan, applies a pure change, and writes it with its notices in one conditional write; again from the start when
 * somebody else wrote in between. Answers the plan as it is, changed or not; undefined where there is none.
 */
export async function changePlan(
  { table, clock }: Deps,
  id: string,
  change: (plan: Plan) => PlanStep | undefined,
): Promise<ChangedPlan | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await table.get(stateKey(id));
    const plan = read(item);
    if (item === undefined || plan === undefined) return undefined;
    const step = change(plan);
    if (step === undefined || step.plan === plan) return { plan, notices: [], version: item.version };
    const written = await table.write([
      planItem(item, step.plan, clock.now()),
      ...step.notices.map(noticeItem),
    ]);
    if (written === 'written') return { ...step, version: item.version + 1 };
    await clock.pause(pauseMs(tries, id, clock.now()));
  }
  throw othersWrite(id);
}

function othersWrite(id: string): Unavailable {
  return new Unavailable(`others kept writing the plan ${id}`, { retryAfterSeconds: 5 });
}

/** Differs between workers as their clocks do. */
function pauseMs(tries: number, id: string, now: number): number {
  return 1 + spread(pauseMaxMs, 'pause', tries, id, now);
}

/**
 * Makes these targets members of the plan of an image and a rule, which begins with it where there is none. A target that is one
 * already, and not done, stays what it is. Answers in the order of the names. Names of one cluster, and of one task definition
 * family, best stand together.
 */
export async function enlistMembers(
  deps: Deps,
  seed: PlanSeed,
  names: readonly ServiceName[],
): Promise<readonly Membership[]> {
  const plan = planId(seed.image, seed.rule);
  const numbers = new Map<string, number>();
  for (const some of chunks(inOrder(names, seed), enlistedAtOnce)) {
    const indices = await enlistSome(deps, seed, some);
    for (const [place, index] of indices.entries()) {
      const name = some[place];
      if (name !== undefined) numbers.set(memberText(name), index);
    }
  }
  const { digest } = seed.image;
  return names.map((name) => ({ plan, index: numbers.get(memberText(name)) ?? 0, digest }));
}

async function enlistSome(
  { table, clock }: Deps,
  seed: PlanSeed,
  names: readonly ServiceName[],
): Promise<readonly number[]> {
  const id = planId(seed.image, seed.rule);
  for (let tries = 0; tries < triesMax; tries += 1) {
    const now = clock.now();
    const item = await table.get(stateKey(id));
    const before = read(item);
    const stored = await table.list(stateKey(id).pk, 'members#');
    const texts = stored.flatMap(membersIn).slice(0, before?.total ?? 0);
    const members = new Map(texts.map((text, index) => [text, index]));
    const { plan, notices, indices, added } = enlist(before, { seed, members, names, at: now });
    if (plan === before) return indices;
    const grown = chunkItems(id, { stored, texts, added, now });
    const items = [planItem(item, plan, now), ...grown, ...notices.map(noticeItem)];
    if ((await table.write(items)) === 'written') return indices;
    await clock.pause(pauseMs(tries, id, now));
  }
  throw othersWrite(id);
}

interface Growing {
  readonly stored: readonly Item[];
  readonly texts: readonly string[];
  readonly added: readonly string[];
  readonly now: number;
}

/** The chunks that those who were added stand in. */
function chunkItems(id: string, { stored, texts, added, now }: Growing): readonly Item[] {
  if (added.length === 0) return [];
  const begun = Math.floor(texts.length / chunkSize);
  const all = [...texts.slice(begun * chunkSize), ...added];
  return chunks(all, chunkSize).map((members, place) => {
    const where = chunkKey(id, begun + place);
    const version = (stored.find(({ sk }) => sk === where.sk)?.version ?? 0) + 1;
    return { ...where, version, body: { v: 1, members }, expiresAt: now + membersKeptMs };
  });
}

function membersIn({ body: { members } }: Item): readonly string[] {
  return Array.isArray(members) ? members.map(String) : [];
}

export interface Member extends ServiceName {
  readonly index: number;
}

/** Who stands under these numbers. */
export async function membersOf(
  table: Table,
  id: string,
  indices: readonly number[],
): Promise<readonly Member[]> {
  const numbers = [...new Set(indices.map((index) => Math.floor(index / chunkSize)))];
  const items = await Promise.all(numbers.map((chunk) => table.get(chunkKey(id, chunk))));
  const byChunk = new Map(
    items.map((item, place) => [numbers[place], item === undefined ? [] : membersIn(item)]),
  );
  return indices.flatMap((index) => {
    const text = byChunk.get(Math.floor(index / chunkSize))?.[index % chunkSize];
    return text === undefined ? [] : [{ index, ...memberName(text) }];
  });
}
