import { parseRevisionArn } from '../domain/arn.ts';
import { key } from '../domain/key.ts';
import {
  asText,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  printLossless,
} from '../domain/lossless-json.ts';
import { Unavailable } from '../faults.ts';
import type { Clock, Item, Key, Table } from '../ports.ts';

/** Longer than any one attempt to register: after it the one who claimed is taken for dead. */
const claimMs = 60_000;
/** A holder who does not come back for his slot has been overtaken by something newer. */
const deferredMs = 10_000;
/** How soon those who wait for somebody else's registration look again. */
const lookAgainMs = 2_000;
/** A revision of so long ago may have been deregistered by people who tidy up. */
const sharedMs = 24 * 3_600_000;
const keptMs = 7 * 24 * 3_600_000;
const triesMax = 20;
const rolloutTag = 'slipway:rollout';

/**
 * What makes two registrations the same: the content, apart from the tag that names a rollout, and why (the ids of the pushes, or
 * the revision that is gone back to).
 */
export function registrationKey(input: JsonObject, why: string): string {
  const { tags, ...content } = input;
  const kept = Array.isArray(tags)
    ? tags.filter((tag: JsonValue) => !isJsonObject(tag) || tag['key'] !== rolloutTag)
    : [];
  return key('registration', printLossless(ordered({ ...content, tags: kept })), why);
}

/**
 * Members in one order, whoever wrote them, and so are lists of what has names: ECS tells containers and variables in any order.
 * Other lists are as they are.
 */
function ordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return byName(value).map(ordered);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [[name, ordered(member)] as const],
  );
  return Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function byName(list: readonly JsonValue[]): readonly JsonValue[] {
  const names = list.map((one) => (isJsonObject(one) ? asText(one['name'] ?? one['key']) : undefined));
  const isNamed = names.every((name) => name !== undefined) && new Set(names).size === list.length;
  if (!isNamed) return list;
  return list
    .map((one, index) => ({ one, name: names[index] ?? '' }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ one }) => one);
}

interface Registration {
  readonly v: 1;
  readonly status: 'registering' | 'registered' | 'released' | 'deferred';
  /** Whose attempt it is: a rollout's id. */
  readonly holder: string;
  /** When that attempt began. */
  readonly claimedAt: number;
  /** When a revision may have been registered first. */
  readonly since: number;
  /** Value of the tag `slipway:rollout` that every attempt sends, so that all of them send the same. */
  readonly rollout: string;
  /** An attempt before this one may have left a revision behind. */
  readonly lookFirst: boolean;
  /** Deferred: when the holder comes back to register. */
  readonly slotAt?: number | undefined;
  readonly base?: string | undefined;
  readonly revision?: string | undefined;
}

/** Mine to register; `lookFirst`: an earlier attempt since then may have left a revision behind. */
export interface Mine {
  readonly kind: 'mine';
  readonly lookFirst: boolean;
  readonly since: number;
  /** What the tag `slipway:rollout` has to say in what is registered. */
  readonly rollout: string;
  /** ARN of the revision of which the first who asked wanted a clone: what was left behind is younger. */
  readonly base?: string | undefined;
}

export type Claimed =
  | Mine
  | { readonly kind: 'registered'; readonly revision: string }
  /** Somebody else is at it: come again then. */
  | { readonly kind: 'busy'; readonly at: number };

interface Claiming {
  /** The id of the rollout that asks. */
  readonly rollout: string;
  readonly now: number;
  readonly base?: string | undefined;
  /** ARN of the revision that its target is set to. */
  readonly running?: string | undefined;
}

/** One registration for all who want the same: the first to ask registers, the others use its revision. */
export async function claimRegistration(table: Table, id: string, claiming: Claiming): Promise<Claimed> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await table.get(keyOf(id));
    const found = judge(read(item), claiming);
    if (found.kind !== 'mine') return found;
    const { kind: _mine, ...attempt } = found;
    const { rollout: holder, now: claimedAt } = claiming;
    const next: Registration = { v: 1, status: 'registering', ...attempt, holder, claimedAt };
    if ((await table.write([itemOf(id, item, next)])) === 'written') return found;
  }
  throw othersWrite();
}

function judge(known: Registration | undefined, { rollout, now, base, running }: Claiming): Claimed {
  const fresh: Mine = { kind: 'mine', lookFirst: false, since: now, rollout, base };
  if (known === undefined) return fresh;
  const { status, revision, since, holder } = known;
  if (status === 'registered') {
    const isShared = revision !== undefined && now - since < sharedMs && !isOlder(revision, running);
    return isShared ? { kind: 'registered', revision } : fresh;
  }
  const at = holder === rollout ? undefined : comeAgainAt(known, now);
  if (at !== undefined) return { kind: 'busy', at };
  const mayExist = status === 'registering' || known.lookFirst;
  return mayExist
    ? { ...fresh, lookFirst: true, since, rollout: known.rollout, base: known.base ?? base }
    : fresh;
}

/** What is set now is younger: sharing the older one would leave that as its family's newest, and it may be bad. */
function isOlder(revision: string, running = ''): boolean {
  const [old, fresh] = [parseRevisionArn(revision), parseRevisionArn(running)];
  return old !== undefined && old.family === fresh?.family && old.number < fresh.number;
}

/** Undefined where its holder gave it back, or is overdue. */
function comeAgainAt({ status, claimedAt, slotAt = 0 }: Registration, now: number): number | undefined {
  if (status === 'released') return undefined;
  const until = status === 'registering' ? claimedAt + claimMs : slotAt + deferredMs;
  return now < until ? Math.min(Math.max(now, slotAt) + lookAgainMs, until) : undefined;
}

const soonTries = 10;
const soonPauseMs = 300;

/** As `claimRegistration`; where somebody else registers just now, a few seconds are spent on his being done. */
export async function claimSoon(
  { table, clock }: { readonly table: Table; readonly clock: Clock },
  id: string,
  claiming: Omit<Claiming, 'now'>,
): Promise<Claimed> {
  for (let tries = 1; ; tries += 1) {
    const now = clock.now();
    const claimed = await claimRegistration(table, id, { ...claiming, now });
    const isSoon = claimed.kind === 'busy' && claimed.at <= now + lookAgainMs;
    if (!isSoon || tries === soonTries) return claimed;
    await clock.pause(soonPauseMs);
  }
}

/** The revision was registered, or found to have been. Answers the one that everybody uses from now on: the first that was noted. */
export async function noteRegistered(
  table: Table,
  id: string,
  { revision, now }: { readonly revision: string; readonly now: number },
): Promise<string> {
  const after = await change(table, id, (known) =>
    known.status === 'registered' ? known : { ...known, status: 'registered', revision, since: now },
  );
  return after?.revision ?? revision;
}

/** The slot is far off: the holder comes back to register then, and the others after him, so that one slot is taken for all. */
export async function deferRegistration(
  table: Table,
  id: string,
  { rollout, slotAt }: { readonly rollout: string; readonly slotAt: number },
): Promise<void> {
  await change(table, id, (known) =>
    known.status === 'registering' && known.holder === rollout
      ? { ...known, status: 'deferred', slotAt }
      : known,
  );
}

/**
 * The attempt surely left nothing behind (refused, throttled): the next may begin at once. It still looks first where this one was
 * told to.
 */
export async function releaseRegistration(table: Table, id: string, rollout: string): Promise<void> {
  await change(table, id, (known) =>
    known.status === 'registering' && known.holder === rollout ? { ...known, status: 'released' } : known,
  );
}

type Change = (known: Registration) => Registration;

/** The registration as it is afterwards. */
async function change(table: Table, id: string, to: Change): Promise<Registration | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const item = await table.get(keyOf(id));
    const known = read(item);
    if (known === undefined) return undefined;
    const next = to(known);
    if (next === known || (await table.write([itemOf(id, item, next)])) === 'written') return next;
  }
  throw othersWrite();
}

function othersWrite(): Unavailable {
  return new Unavailable('others kept writing what is registered', { retryAfterSeconds: 2 });
}

function keyOf(id: string): Key {
  return { pk: `registration#${id}`, sk: 'state' };
}

function read(item: Item | undefined): Registration | undefined {
  if (item === undefined) return undefined;
  if (item.body['v'] !== 1) throw new Unavailable(`${item.pk} was written by a newer version of Slipway`);
  return item.body as unknown as Registration;
}

function itemOf(id: string, before: Item | undefined, next: Registration): Item {
  const body = next as unknown as JsonObject;
  return { ...keyOf(id), version: (before?.version ?? 0) + 1, body, expiresAt: next.claimedAt + keptMs };
}
