import { Unavailable } from '../../shared/faults.ts';
import type { Item, Key, Table } from '../../shared/ports.ts';

const writeMax = 100;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const itemBytesMax = 400 * 1024;

/** What DynamoDB does for the table: conditional writes, all or nothing, consistent reads, and a stream of what was inserted. */
export class MemoryTable implements Table {
  /** Partition → sort key → item, as text. */
  readonly #partitions = new Map<string, Map<string, string>>();
  /** The index of what is due: list → name → when. */
  readonly #due = new Map<string, Map<string, { readonly key: Key; readonly at: number }>>();
  readonly #inserted: (key: Key) => void;

  constructor(inserted: (key: Key) => void = () => undefined) {
    this.#inserted = inserted;
  }

  get(key: Key): Promise<Item | undefined> {
    return Promise.resolve(this.#read(key));
  }

  list(pk: string, skPrefix: string): Promise<readonly Item[]> {
    if (skPrefix === '') return Promise.reject(new Unavailable('the table: Query: an empty beginning'));
    const found = [...(this.#partitions.get(pk) ?? [])].filter(([sk]) => sk.startsWith(skPrefix));
    const sorted = found.toSorted(([one], [other]) => order(one, other));
    return Promise.resolve(sorted.map(([, text]) => JSON.parse(text) as Item));
  }

  write(items: readonly Item[]): Promise<'written' | 'conflict'> {
    if (items.length > writeMax)
      return Promise.reject(new RangeError(`more than ${writeMax} items in one write`));
    const problem = itemProblem(items);
    if (problem !== undefined) return Promise.reject(new Unavailable(`the table: write: ${problem}`));
    const before = items.map((item) => this.#read(item));
    const fits = items.every((item, index) => item.version === (before[index]?.version ?? 0) + 1);
    if (!fits) return Promise.resolve('conflict');
    for (const [index, item] of items.entries()) this.#store(item, before[index]);
    for (const [index, { pk, sk }] of items.entries()) {
      if (before[index] === undefined) this.#inserted({ pk, sk });
    }
    return Promise.resolve('written');
  }

  due(list: string, upTo: number, limit: number): Promise<readonly Key[]> {
    const due = [...(this.#due.get(list)?.values() ?? [])].filter(({ at }) => at <= upTo);
    const sorted = due.toSorted((one, other) => one.at - other.at);
    return Promise.resolve(sorted.slice(0, limit).map(({ key }) => key));
  }

  #store(item: Item, before: Item | undefined): void {
    const { pk, sk, due } = item;
    const partition = this.#partitions.get(pk) ?? new Map<string, string>();
    this.#partitions.set(pk, partition.set(sk, stored(item)));
    if (before?.due !== undefined) this.#due.get(before.due.list)?.delete(nameOf(item));
    if (due === undefined) return;
    const list = this.#due.get(due.list) ?? new Map<string, { readonly key: Key; readonly at: number }>();
    this.#due.set(due.list, list.set(nameOf(item), { key: { pk, sk }, at: due.at }));
  }

  #read({ pk, sk }: Key): Item | undefined {
    const text = this.#partitions.get(pk)?.get(sk);
    return text === undefined ? undefined : (JSON.parse(text) as Item);
  }
}

function nameOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}

function itemProblem(items: readonly Item[]): string | undefined {
  if (new Set(items.map(nameOf)).size < items.length) return 'one transaction writes an item twice';
  const isTooLarge = items.some((item) => Buffer.byteLength(stored(item)) > itemBytesMax);
  return isTooLarge ? `an item is larger than ${itemBytesMax} bytes` : undefined;
}

/** Expiry is kept in whole seconds, as DynamoDB wants it. */
function stored({ expiresAt, ...item }: Item): string {
  if (expiresAt === undefined) return JSON.stringify(item);
  return JSON.stringify({ ...item, expiresAt: Math.ceil(expiresAt / 1_000) * 1_000 });
}

/** DynamoDB sorts text by its UTF-8 bytes. */
function order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
