import { key } from '../domain/key.ts';
import type { JsonObject } from '../domain/lossless-json.ts';
import type { PlanTurn } from '../domain/nudge.ts';
import type { ServiceSnapshot } from '../domain/service.ts';
import type { Item, Key, Table } from '../ports.ts';

/** As the service was then: good enough for those who start beside it. */
const freshMs = 20_000;
/** Longer than DescribeServices takes, its retries aside. */
const claimMs = 3_000;
const keptMs = 3_600_000;

/** Services of one cluster that a plan starts together. */
export interface Together extends Pick<PlanTurn, 'plan' | 'mates'> {
  readonly cluster: string;
}

export type Look =
  | { readonly kind: 'seen'; readonly services: readonly ServiceSnapshot[] }
  /** Somebody else is looking for all of them. */
  | { readonly kind: 'busy' }
  /** This one looks for all of them. */
  | { readonly kind: 'mine'; readonly claim: Item };

/** What the first of them to come saw, or the claim to be the one that looks. */
export async function lookTogether(table: Table, together: Together, now: number): Promise<Look> {
  const item = await table.get(keyOf(together));
  const { seenAt, claimedAt, services } = item?.body ?? {};
  if (typeof seenAt === 'number' && now - seenAt < freshMs && Array.isArray(services))
    return { kind: 'seen', services: services as unknown as readonly ServiceSnapshot[] };
  if (typeof claimedAt === 'number' && now - claimedAt < claimMs) return { kind: 'busy' };
  const version = (item?.version ?? 0) + 1;
  const body = { v: 1, claimedAt: now };
  const claim = { ...keyOf(together), version, body, expiresAt: now + keptMs };
  return (await table.write([claim])) === 'written' ? { kind: 'mine', claim } : { kind: 'busy' };
}

/** Tells the others. Where somebody else did meanwhile, that stands. */
export async function noteSeen(
  table: Table,
  claim: Item,
  { services, at }: { readonly services: readonly ServiceSnapshot[]; readonly at: number },
): Promise<void> {
  const body = { v: 1, seenAt: at, services: services as unknown as readonly JsonObject[] };
  await table.write([{ ...claim, version: claim.version + 1, body }]);
}

function keyOf({ plan, cluster, mates }: Together): Key {
  return { pk: `together#${key(plan, cluster, ...mates)}`, sk: 'services' };
}
