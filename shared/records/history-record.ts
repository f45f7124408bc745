import type { ServiceName } from '../domain/arn.ts';
import { closedBetween, type HistoryEntry } from '../domain/history.ts';
import type { JsonObject } from '../domain/lossless-json.ts';
import type { Target } from '../domain/target/state.ts';
import { Unavailable } from '../faults.ts';
import type { Item, Table } from '../ports.ts';

const keptMs = 400 * 24 * 3_600_000;
const skPrefix = 'history#';
/** Milliseconds of this and the next two centuries: text of this length sorts as the times do. */
const timeDigits = 13;

function partitionOf({ cluster, service }: ServiceName): string {
  return `target#${cluster}/${service}`;
}

/** Always written as new: it is in the transaction that closes the rollout, so a repeated write conflicts and makes no second entry. */
export function historyItem(name: ServiceName, entry: HistoryEntry): Item {
  const at = String(entry.acceptedAt).padStart(timeDigits, '0');
  return {
    pk: partitionOf(name),
    sk: `${skPrefix}${at}#${entry.generation}`,
    version: 1,
    body: entry as unknown as JsonObject,
    expiresAt: entry.endedAt + keptMs,
  };
}

/** What a write that turns one state into the other has to add to the history. */
export function historyItems(before: Target | undefined, after: Target): readonly Item[] {
  return closedBetween(before, after).map((entry) => historyItem(after, entry));
}

/** The newest entries, newest first. */
export async function readHistory(
  table: Table,
  name: ServiceName,
  limit: number,
): Promise<readonly HistoryEntry[]> {
  const items = await table.list(partitionOf(name), skPrefix);
  return items
    .map(read)
    .toSorted((a, b) => b.acceptedAt - a.acceptedAt || b.generation - a.generation)
    .slice(0, limit);
}

function read({ pk, body }: Item): HistoryEntry {
  if (body['v'] !== 1) throw new Unavailable(`${pk}: its history was written by a newer version of Slipway`);
  return body as unknown as HistoryEntry;
}
