import { expect } from 'vitest';
import type { Item, Table } from '../../../shared/ports.ts';
import type { TableCase } from './table-cases.ts';

const at = Date.UTC(2026, 10, 21, 10);
const transaction = 100;

async function writeAll(table: Table, items: readonly Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += transaction) {
    expect(await table.write(items.slice(from, from + transaction))).toBe('written');
  }
}

function many(count: number, item: (number: string, index: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, index) => item(String(index).padStart(4, '0'), index));
}

/** Adds one to the number in an item, again from the start whenever somebody else did. Says how often it lost. */
async function addOne(table: Table, pk: string): Promise<number> {
  for (let lost = 0; ; lost += 1) {
    const item = await table.get({ pk, sk: 'count' });
    const next = { pk, sk: 'count', version: (item?.version ?? 0) + 1 };
    const body = { count: Number(item?.body['count'] ?? 0) + 1 };
    if ((await table.write([{ ...next, body }])) === 'written') return lost;
  }
}

/** What a thousand services ask of the table. */
export const tableLoadCases: readonly TableCase[] = [
  {
    name: 'lists every one of 2,500 targets of a repository, which is more than 1 MB',
    async run({ table, pk }) {
      const seen = { v: 1, seenAt: at, padding: 'x'.repeat(400) };
      const index = many(2_500, (number) => ({ pk, sk: `target#prod/s${number}`, version: 1, body: seen }));
      await writeAll(table, index);
      const found = await table.list(pk, 'target#');
      expect(found.map(({ sk }) => sk)).toEqual(index.map(({ sk }) => sk));
    },
  },
  {
    name: 'hands out 250 due items page by page, as each page is put off: none twice, none left out',
    async run({ table, pk, list }) {
      // Several are due at the same moment, and their order is nobody's promise.
      const due = (index: number) => ({ list, at: at + Math.floor(index / 7) });
      await writeAll(
        table,
        many(250, (number, index) => ({ pk, sk: number, version: 1, body: {}, due: due(index) })),
      );
      const handed: string[] = [];
      for (let pages = 0; pages < 4; pages += 1) {
        const keys = await table.due(list, at + 1_000, 100);
        const later = keys.map((key) => ({ ...key, version: 2, body: {}, due: { list, at: at + 60_000 } }));
        await writeAll(table, later);
        handed.push(...keys.map(({ sk }) => sk));
      }
      expect(handed).toHaveLength(250);
      expect(new Set(handed).size).toBe(250);
      expect(await table.due(list, at + 60_000, 1_000)).toHaveLength(250);
    },
  },
  {
    name: 'writes 100 items over their versions at once, and none of them where the last one is older',
    async run({ table, pk }) {
      const all = (version: number) =>
        many(100, (number) => ({ pk, sk: `m#${number}`, version, body: { version } }));
      expect(await table.write(all(1))).toBe('written');
      expect(await table.write(all(2))).toBe('written');
      const [last] = all(2).slice(-1);
      const stale = [...all(3).slice(0, -1), ...(last === undefined ? [] : [last])];
      expect(await table.write(stale)).toBe('conflict');
      expect(new Set((await table.list(pk, 'm#')).map(({ version }) => version))).toEqual(new Set([2]));
    },
  },
  {
    name: 'loses no change of 20 writers at once who each read and write again',
    async run({ table, pk }) {
      await Promise.all(Array.from({ length: 20 }, () => addOne(table, pk)));
      expect(await table.get({ pk, sk: 'count' })).toMatchObject({ version: 20, body: { count: 20 } });
    },
  },
  {
    name: 'two transactions that share one item: one of them is written whole, the other not at all',
    async run({ table, pk }) {
      const sharing = (own: string) => [
        { pk, sk: 'shared', version: 1, body: { own } },
        ...many(40, (number) => ({ pk: `${pk}-${own}`, sk: number, version: 1, body: {} })),
      ];
      const outcomes = await Promise.all(['a', 'b'].map((own) => table.write(sharing(own))));
      const written = ['a', 'b'].filter((_, index) => outcomes[index] === 'written');
      expect(written.length).toBeLessThanOrEqual(1);
      for (const own of ['a', 'b']) {
        expect(await table.list(`${pk}-${own}`, '0')).toHaveLength(written.includes(own) ? 40 : 0);
      }
      expect((await table.get({ pk, sk: 'shared' }))?.body['own']).toBe(written[0]);
    },
  },
];
