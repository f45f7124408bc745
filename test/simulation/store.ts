import { Unavailable } from '../../shared/faults.ts';
import type { Item, Key, Table } from '../../shared/ports.ts';

interface Stored extends Key {
  readonly text: string;
  readonly version: number;
  readonly due: Item['due'];
  readonly expiresAt: number | undefined;
}

/** What MemoryTable does, with partitions and due times at hand: a schedule asks for what is due thousands of times. */
export class Store implements Table {
  readonly #partitions = new Map<string, Map<string, Stored>>();
  readonly #due = new Map<string, Stored>();
  readonly #inserted: (key: Key) => void;
  readonly #written: (item: Item) => void;

  constructor(inserted: (key: Key) => void, written: (item: Item) => void) {
    this.#inserted = inserted;
    this.#written = written;
  }

  get(key: Key): Promise<Item | undefined> {
    return Promise.resolve(this.read(key));
  }

  list(pk: string, skPrefix: string): Promise<readonly Item[]> {
    const found = [...(this.#partitions.get(pk)?.values() ?? [])].filter(({ sk }) => sk.startsWith(skPrefix));
    return Promise.resolve(found.toSorted((a, b) => (a.sk < b.sk ? -1 : 1)).map(parsed));
  }

  write(items: readonly Item[]): Promise<'written' | 'conflict'> {
    if (items.length > 100) return Promise.reject(new RangeError('more than 100 items in one write'));
    if (new Set(items.map(nameOf)).size < items.length)
      return Promise.reject(new Unavailable('one transaction writes an item twice'));
    const fits = items.every((item) => item.version === (this.#find(item)?.version ?? 0) + 1);
    if (!fits) return Promise.resolve('conflict');
    const inserted = items.filter((item) => this.#find(item) === undefined);
    for (const item of items) {
      this.#put(item);
      this.#written(item);
    }
    for (const { pk, sk } of inserted) this.#inserted({ pk, sk });
    return Promise.resolve('written');
  }

  due(list: string, upTo: number, limit: number): Promise<readonly Key[]> {
    const found = [...this.#due.values()].filter(({ due }) => due?.list === list && due.at <= upTo);
    const sorted = found.toSorted((a, b) => (a.due?.at ?? 0) - (b.due?.at ?? 0)).slice(0, limit);
    return Promise.resolve(sorted.map(({ pk, sk }) => ({ pk, sk })));
  }

  read(key: Key): Item | undefined {
    const found = this.#find(key);
    return found === undefined ? undefined : parsed(found);
  }

  isDue(now: number): boolean {
    for (const { due } of this.#due.values()) if (due !== undefined && due.at <= now) return true;
    return false;
  }

  /** What somebody still has to look at. */
  get waiting(): readonly { readonly name: string; readonly list: string; readonly at: number }[] {
    return [...this.#due].map(([name, { due }]) => ({ name, list: due?.list ?? '', at: due?.at ?? 0 }));
  }

  /** Every item of every partition whose name begins so. */
  all(prefix: string): readonly Item[] {
    const partitions = [...this.#partitions].filter(([pk]) => pk.startsWith(prefix));
    return partitions.flatMap(([, items]) => [...items.values()].map(parsed));
  }

  #find({ pk, sk }: Key): Stored | undefined {
    return this.#partitions.get(pk)?.get(sk);
  }

  #put(item: Item): void {
    const { pk, sk, version, due, expiresAt } = item;
    const text = JSON.stringify(item);
    const stored: Stored = { pk, sk, text, version, due, expiresAt };
    const partition = this.#partitions.get(pk) ?? new Map<string, Stored>();
    this.#partitions.set(pk, partition.set(sk, stored));
    if (due === undefined) this.#due.delete(nameOf(item));
    else this.#due.set(nameOf(item), stored);
  }
}

function parsed({ text, expiresAt }: Stored): Item {
  const item = JSON.parse(text) as Item;
  return expiresAt === undefined ? item : { ...item, expiresAt: Math.ceil(expiresAt / 1_000) * 1_000 };
}

function nameOf({ pk, sk }: Key): string {
  return `${pk} ${sk}`;
}
