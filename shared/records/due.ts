import type { Key, Table } from '../ports.ts';

const soonestMs = 60_000;
const latestMs = 60 * 60_000;

/**
 * Puts off what came due: each time for as long as it has been due by then, so that the time doubles, between a minute and an hour.
 * False when it is due no longer, or somebody else wrote it just now.
 */
export async function dueAgain(table: Table, key: Key, now: number): Promise<boolean> {
  const item = await table.get(key);
  if (item?.due === undefined || item.due.at > now) return false;
  const since = item.due.since ?? item.due.at;
  const wait = Math.min(latestMs, Math.max(soonestMs, now - since));
  const due = { list: item.due.list, at: now + wait, since };
  return (await table.write([{ ...item, version: item.version + 1, due }])) === 'written';
}
