import { Unavailable } from '../faults.ts';
import type { Item, Table } from '../ports.ts';
import { noticePrefix } from './notice-record.ts';

/** Longer than any one attempt to deliver: after it the sender is taken for dead. */
const claimMs = 60_000;
const keptMs = 30 * 24 * 3_600_000;

export interface Delivery {
  readonly notice: string;
  readonly channel: string;
}

/** A claim on telling one channel of one notice. Undefined: it has been told. Throws Unavailable while somebody else is at it. */
export async function claimDelivery(
  table: Table,
  delivery: Delivery,
  now: number,
): Promise<Item | undefined> {
  const key = { pk: `${noticePrefix}${delivery.notice}`, sk: `delivery#${delivery.channel}` };
  const known = await table.get(key);
  if (known?.body['deliveredAt'] !== undefined) return undefined;
  if (Number(known?.body['claimedUntil'] ?? 0) > now) throw busy(delivery);
  const claim: Item = {
    ...key,
    version: (known?.version ?? 0) + 1,
    body: { v: 1, claimedUntil: now + claimMs },
    expiresAt: now + keptMs,
  };
  if ((await table.write([claim])) === 'conflict') throw busy(delivery);
  return claim;
}

function busy({ channel }: Delivery): Unavailable {
  return new Unavailable(`another attempt to tell ${channel} is under way`);
}

export async function delivered(table: Table, claim: Item, at: number): Promise<void> {
  await table.write([{ ...claim, version: claim.version + 1, body: { v: 1, deliveredAt: at } }]);
}

/** The attempt failed and told nobody: the next may begin at once. */
export async function releaseDelivery(table: Table, claim: Item): Promise<void> {
  await table.write([{ ...claim, version: claim.version + 1, body: { v: 1, claimedUntil: 0 } }]);
}
