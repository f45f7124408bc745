import type { Item, Key, Table } from '../../shared/ports.ts';

interface Stored {
  readonly text: string;
  readonly version: number;
  readonly due: Item['due'];
  readonly key: Key;
}

/** A table for tens of thousands of items: looked up by partition and by due list, where the sandbox's own looks through all. */
export class IndexedTable implements Table {
  readonly #partitions = new Map<string, Map<string, Stored>>();
  readonly #lists = new Map<string, Map<string, Stored>>();
  readonly #inserted: (key: Key) => void;

  constructor(inserted: (key: Key) => void = () => undefined) {
    this.#inserted = inserted;
  }

  get({ pk, sk }: Key): Promise<Item | undefined> {
    const stored = this.#partitions.get(pk)?.get(sk);
    return Promise.resolve(stored && itemOf(stored));
  }

  list(pk: string, skPrefix: string): Promise<readonly Item[]> {
    const stored = [...(this.#partitions.get(pk)?.values() ?? [])];
    const found = stored.filter(({ key }) => key.sk.startsWith(skPrefix));
    return Promise.resolve(found.toSorted((a, b) => (a.key.sk < b.key.sk ? -1 : 1)).map(itemOf));
  }

  write(items: readonly Item[]): Promise<'written' | 'conflict'> {
    if (items.length > 100) return Promise.reject(new RangeError('more than 100 items in one write'));
    const fits = items.every(
      ({ pk, sk, version }) => version === (this.#partitions.get(pk)?.get(sk)?.version ?? 0) + 1,
    );
    if (!fits) return Promise.resolve('conflict');
    for (const item of items) this.#put(item);
    for (const { pk, sk, version } of items) if (version === 1) this.#inserted({ pk, sk });
    return Promise.resolve('written');
  }

  due(list: string, upTo: number, limit: number): Promise<readonly Key[]> {
    const found = [...(this.#lists.get(list)?.values() ?? [])].filter(({ due }) => due && due.at <= upTo);
    const sorted = found.toSorted((a, b) => (a.due?.at ?? 0) - (b.due?.at ?? 0));
    return Promise.resolve(sorted.slice(0, limit).map(({ key }) => key));
  }

  #put(item: Item): void {
    const { pk, sk, version, due } = item;
    const stored: Stored = { key: { pk, sk }, version, due, text: JSON.stringify(item) };
    const before = this.#partitions.get(pk)?.get(sk);
    const name = JSON.stringify([pk, sk]);
    if (before?.due !== undefined) this.#lists.get(before.due.list)?.delete(name);
    mapIn(this.#partitions, pk).set(sk, stored);
    if (due !== undefined) mapIn(this.#lists, due.list).set(name, stored);
  }
}

function itemOf({ text }: Stored): Item {
  return JSON.parse(text) as Item;
}

function mapIn(maps: Map<string, Map<string, Stored>>, name: string): Map<string, Stored> {
  const known = maps.get(name) ?? new Map<string, Stored>();
  maps.set(name, known);
  return known;
}
