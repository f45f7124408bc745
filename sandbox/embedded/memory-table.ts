import { Unavailable } from '../../shared/faults.ts';
import type { Item, Key, Table } from '../../shared/ports.ts';

const writeMax = 100;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const itemBytesMax = 400 * 1024;

/** What DynamoDB does for the table: conditional writes, all or nothing, consistent reads, and a stream of what was inserted. */
export class MemoryTable implements Table {
  readonly #items = new Map<string, string>();
  readonly #inserted: (key: Key) => void;

  constructor(inserted: (key: Key) => void = () => undefined) {
    this.#inserted = inserted;
  }

  get(key: Key): Promise<Item | undefined> {
    return Promise.resolve(this.#read(key));
  }

  list(pk: string, skPrefix: string): Promise<readonly Item[]> {
    if (skPrefix === '') return Promise.reject(new Unavailable('the table: Query: an empty beginning'));
    const found = this.#all().filter((item) => item.pk === pk && item.sk.startsWith(skPrefix));
    return Promise.resolve(found.toSorted((a, b) => order(a.sk, b.sk)));
  }

  write(items: readonly Item[]): Promise<'written' | 'conflict'> {
    if (items.length > writeMax)
      return Promise.reject(new RangeError(`more than ${writeMax} items in one write`));
    const problem = itemProblem(items);
    if (problem !== undefined) return Promise.reject(new Unavailable(`the table: write: ${problem}`));
    const fits = items.every((item) => item.version === (this.#read(item)?.version ?? 0) + 1);
    if (!fits) return Promise.resolve('conflict');
    const inserted = items.filter((item) => this.#read(item) === undefined);
    for (const item of items) this.#items.set(nameOf(item), stored(item));
    for (const { pk, sk } of inserted) this.#inserted({ pk, sk });
    return Promise.resolve('written');
  }

  due(list: string, upTo: number, limit: number): Promise<readonly Key[]> {
    const due = this.#all().filter((item) => item.due?.list === list && item.due.at <= upTo);
    const sorted = due.toSorted((a, b) => (a.due?.at ?? 0) - (b.due?.at ?? 0));
    return Promise.resolve(sorted.slice(0, limit).map(({ pk, sk }) => ({ pk, sk })));
  }

  #all(): readonly Item[] {
    return [...this.#items.values()].map((text) => JSON.parse(text) as Item);
  }

  #read(key: Key): Item | undefined {
    const text = this.#items.get(nameOf(key));
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
