import type { Item, Key, Table } from '../ports.ts';

const soonestMs = 60_000;
const latestMs = 60 * 60_000;

/**
 * Puts off what came due: each time for as long as it has been due by then, so that the time doubles, between a minute and an hour.
 * The item; undefined when it is due no longer, or somebody else wrote it just now.
 */
export async function dueAgain(table: Table, key: Key, now: number): Promise<Item | undefined> {
  const item = await table.get(key);
  if (item?.due === undefined || item.due.at > now) return undefined;
  const since = item.due.since ?? item.due.at;
  const wait = Math.min(latestMs, Math.max(soonestMs, now - since));
  const later = { ...item, version: item.version + 1, due: { list: item.due.list, at: now + wait, since } };
  return (await table.write([later])) === 'written' ? later : undefined;
}
