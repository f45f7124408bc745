import * as z from 'zod';
import { Refused, Unavailable } from '../../shared/faults.ts';
import type { Item, Queue, Table } from '../../shared/ports.ts';
import { readUpTo } from '../../shared/runtime/read-up-to.ts';

const timeoutMs = 10_000;
const answerMax = 16 * 1024 * 1024;

const Key = z.object({ pk: z.string(), sk: z.string() });
const StoredItem = Key.extend({
  version: z.number(),
  body: z.record(z.string(), z.json()),
  due: z.object({ list: z.string(), at: z.number(), since: z.number().optional() }).optional(),
  expiresAt: z.number().optional(),
});
const Got = z.object({ item: StoredItem.optional() });
const Listed = z.object({ items: z.array(StoredItem) });
const Due = z.object({ keys: z.array(Key) });
const Sent = z.object({});

export interface EmbeddedState {
  readonly table: Table;
  readonly rollouts: Queue;
}

/** The table and the queue of an embedded world, which are inside of another process. The table is for reading alone. */
export function embeddedState(url: string): EmbeddedState {
  return {
    table: {
      async get({ pk, sk }) {
        const { item } = await call(`${url}/get`, { pk, sk }, Got);
        return item === undefined ? undefined : toItem(item);
      },
      list: async (pk, skPrefix) => (await call(`${url}/list`, { pk, skPrefix }, Listed)).items.map(toItem),
      due: async (list, upTo, limit) => (await call(`${url}/due`, { list, upTo, limit }, Due)).keys,
      write: () => Promise.reject(new Refused('ReadOnly', 'only roll-service writes')),
    },
    rollouts: {
      async send({ body, group, deduplicationId }) {
        await call(`${url}/send`, { body, group, deduplicationId }, Sent);
      },
    },
  };
}

function toItem({ body, ...item }: z.infer<typeof StoredItem>): Item {
  return { ...item, body };
}

async function call<T>(url: string, body: object, schema: z.ZodType<T>): Promise<T> {
  const answer = await post(url, body);
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new Unavailable(`the running local world answered something else: ${z.prettifyError(parsed.error)}`);
}

async function post(url: string, body: object): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { text } = await readUpTo(response, answerMax);
    if (response.ok) return JSON.parse(text);
    throw new Unavailable(`the running local world answered ${response.status}: ${text.slice(0, 200)}`);
  } catch (cause) {
    if (cause instanceof Unavailable) throw cause;
    throw new Unavailable('the running local world cannot be reached', { cause });
  }
}
