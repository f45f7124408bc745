import type { JsonObject } from '../domain/lossless-json.ts';
import type { Notice } from '../domain/notice.ts';
import { Unavailable } from '../faults.ts';
import type { Item, Key, Table } from '../ports.ts';

export const noticesDue = 'notice';

/** The stream carries a notice out within seconds; one that is older than this it has lost. */
const streamLostMs = 60_000;
const keptMs = 30 * 24 * 3_600_000;
const triesMax = 5;

export const noticePrefix = 'notice#';

function noticeKey(id: string): Key {
  return { pk: `${noticePrefix}${id}`, sk: 'notice' };
}

export function noticeIdOfKey({ pk, sk }: Key): string | undefined {
  return pk.startsWith(noticePrefix) && sk === 'notice' ? pk.slice(noticePrefix.length) : undefined;
}

/** A notice as it is first written: due until it has been published. */
export function noticeItem(notice: Notice): Item {
  return {
    ...noticeKey(notice.id),
    version: 1,
    body: { v: 1, notice: notice as unknown as JsonObject },
    due: { list: noticesDue, at: notice.at + streamLostMs },
    expiresAt: notice.at + keptMs,
  };
}

export interface StoredNotice {
  readonly notice: Notice;
  readonly published: boolean;
  readonly item: Item;
}

export async function loadNotice(table: Table, id: string): Promise<StoredNotice | undefined> {
  const item = await table.get(noticeKey(id));
  if (item === undefined) return undefined;
  if (item.body['v'] !== 1) throw new Unavailable(`${item.pk} was written by a newer version of Slipway`);
  const notice = item.body['notice'] as unknown as Notice;
  return { notice, published: item.body['publishedAt'] !== undefined, item };
}

/** Others may write it at the same time: somebody who published it too, or tick, who puts it off. */
export async function markPublished(table: Table, stored: StoredNotice, at: number): Promise<void> {
  let current: StoredNotice | undefined = stored;
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (current === undefined || current.published) return;
    const { due: _due, ...kept } = current.item;
    const marked = { ...kept, version: kept.version + 1, body: { ...kept.body, publishedAt: at } };
    if ((await table.write([marked])) === 'written') return;
    current = await loadNotice(table, stored.notice.id);
  }
  throw new Unavailable(`others kept writing the notice ${stored.notice.id}`);
}

/** Asks `publish` for one notice: what a record of the stream becomes, and what `tick` sends for one the stream lost. Version 1. */
export function publishRequest(id: string): { readonly v: 1; readonly notice: string } {
  return { v: 1, notice: id };
}
