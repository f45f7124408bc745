import { Unavailable } from '../faults.ts';
import type { Item, Key, Table } from '../ports.ts';

/** What became of a command. Version 1. */
export interface CommandAnswer {
  readonly status: 'accepted' | 'refused';
  /** One sentence for whoever asked. */
  readonly text: string;
  /** The rollout that it led to. */
  readonly generation?: number | undefined;
}

const keptMs = 7 * 24 * 3_600_000;

function answerKey(id: string): Key {
  return { pk: `command#${id}`, sk: 'answer' };
}

/** Written with what the command changed, or not at all: a repeated command finds its answer. */
export function answerItem(id: string, { status, text, generation }: CommandAnswer, now: number): Item {
  const body = { v: 1, status, text, ...(generation === undefined ? {} : { generation }) };
  return { ...answerKey(id), version: 1, body, expiresAt: now + keptMs };
}

export async function loadAnswer(table: Pick<Table, 'get'>, id: string): Promise<CommandAnswer | undefined> {
  const item = await table.get(answerKey(id));
  if (item === undefined) return undefined;
  const { v, status, text, generation } = item.body;
  if (v !== 1 || (status !== 'accepted' && status !== 'refused') || typeof text !== 'string') {
    throw new Unavailable(`${item.pk} was written by a newer version of Slipway`);
  }
  return { status, text, generation: typeof generation === 'number' ? generation : undefined };
}

/** Every write takes one item more, made at that moment: all of it is written, or nothing. */
export function withItem(table: Table, item: () => Item): Table {
  return {
    get: (key) => table.get(key),
    list: (pk, skPrefix) => table.list(pk, skPrefix),
    due: (list, upTo, limit) => table.due(list, upTo, limit),
    write: (items) => table.write([...items, item()]),
  };
}
