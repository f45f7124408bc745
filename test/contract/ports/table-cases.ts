import { expect } from 'vitest';
import { Unavailable } from '../../../shared/faults.ts';
import type { Item, Table } from '../../../shared/ports.ts';

/** A table, and names in it that nobody else uses. */
export interface TableUnderTest {
  readonly table: Table;
  readonly pk: string;
  readonly list: string;
}

export interface TableCase {
  readonly name: string;
  readonly run: (given: TableUnderTest) => Promise<void>;
}

const at = Date.UTC(2026, 10, 21, 10, 0, 0, 123);

function items(pk: string, count: number, more: Partial<Item> = {}): readonly Item[] {
  return Array.from({ length: count }, (_, number) => ({
    pk,
    sk: `item#${String(number).padStart(3, '0')}`,
    version: 1,
    body: { number },
    ...more,
  }));
}

async function versionOf({ table, pk }: TableUnderTest, sk: string): Promise<number | undefined> {
  return (await table.get({ pk, sk }))?.version;
}

/** What every Table does, in memory and in DynamoDB. */
export const tableCases: readonly TableCase[] = [
  {
    name: 'has nothing where nothing was written',
    async run({ table, pk }) {
      expect(await table.get({ pk, sk: 'none' })).toBeUndefined();
      expect(await table.list(pk, 'no')).toEqual([]);
    },
  },
  {
    name: 'gives back what was written: texts, numbers, lists, empty ones, null, and what is not Latin',
    async run({ table, pk, list }) {
      const body = {
        text: 'ünïcødé ☃ 𝒳 "quoted" \n',
        empty: '',
        none: null,
        yes: true,
        whole: 2 ** 53 - 1,
        parts: -0.1,
        nested: { list: [1, 'two', [], {}], object: {} },
        'key with spaces & dots.': 1,
      };
      const item: Item = { pk, sk: 'all', version: 1, body, due: { list, at }, expiresAt: at - 123 };
      expect(await table.write([item])).toBe('written');
      expect(await table.get({ pk, sk: 'all' })).toEqual(item);
    },
  },
  {
    name: 'drops members that are undefined, at every depth',
    async run({ table, pk }) {
      const body = { kept: 1, gone: undefined, inner: { gone: undefined } };
      await table.write([{ pk, sk: 'undefined', version: 1, body, due: undefined, expiresAt: undefined }]);
      const found = await table.get({ pk, sk: 'undefined' });
      expect(Object.keys(found?.body ?? {}).toSorted()).toEqual(['inner', 'kept']);
      expect(Object.keys((found?.body['inner'] as object) ?? { wrong: 1 })).toEqual([]);
      expect(found?.due).toBeUndefined();
    },
  },
  {
    name: 'keeps when an item expires in whole seconds, never earlier than asked',
    async run({ table, pk }) {
      await table.write([{ pk, sk: 'expires', version: 1, body: {}, expiresAt: at }]);
      expect((await table.get({ pk, sk: 'expires' }))?.expiresAt).toBe(at - 123 + 1_000);
    },
  },
  {
    name: 'writes a version only over the one before',
    async run(given) {
      const { table, pk } = given;
      const write = (version: number) => table.write([{ pk, sk: 'one', version, body: { version } }]);
      expect(await write(2)).toBe('conflict');
      expect(await versionOf(given, 'one')).toBeUndefined();
      expect(await write(1)).toBe('written');
      for (const other of [1, 3]) expect(await write(other)).toBe('conflict');
      expect(await write(2)).toBe('written');
      expect(await write(2)).toBe('conflict');
      expect(await table.get({ pk, sk: 'one' })).toEqual({ pk, sk: 'one', version: 2, body: { version: 2 } });
    },
  },
  {
    name: 'writes a whole item: what the version before had and this one lacks is gone',
    async run({ table, pk, list }) {
      await table.write([{ pk, sk: 'whole', version: 1, body: { a: 1 }, due: { list, at }, expiresAt: at }]);
      await table.write([{ pk, sk: 'whole', version: 2, body: { b: 2 } }]);
      expect(await table.get({ pk, sk: 'whole' })).toEqual({ pk, sk: 'whole', version: 2, body: { b: 2 } });
      expect(await table.due(list, at, 10)).toEqual([]);
    },
  },
  {
    name: 'writes none of several where one conflicts',
    async run(given) {
      const { table, pk } = given;
      await table.write([{ pk, sk: 'b', version: 1, body: {} }]);
      const written = await table.write([
        { pk, sk: 'a', version: 1, body: {} },
        { pk, sk: 'b', version: 1, body: { late: true } },
        { pk, sk: 'c', version: 1, body: {} },
      ]);
      expect(written).toBe('conflict');
      for (const sk of ['a', 'c']) expect(await versionOf(given, sk)).toBeUndefined();
      expect((await table.get({ pk, sk: 'b' }))?.body).toEqual({});
    },
  },
  {
    name: 'writes items of several partitions at once',
    async run({ table, pk }) {
      const other = `${pk}-other`;
      const both = [pk, other].map((one) => ({ pk: one, sk: 'x', version: 1, body: { one } }));
      expect(await table.write(both)).toBe('written');
      expect((await table.get({ pk: other, sk: 'x' }))?.body).toEqual({ one: other });
    },
  },
  {
    name: 'writes nothing when there is nothing, 100 items at once, and no more',
    async run({ table, pk }) {
      expect(await table.write([])).toBe('written');
      await expect(table.write(items(pk, 101))).rejects.toThrow(RangeError);
      expect(await table.list(pk, 'item#')).toEqual([]);
      expect(await table.write(items(pk, 100))).toBe('written');
      expect(await table.list(pk, 'item#')).toHaveLength(100);
    },
  },
  {
    // AWS and MiniStack refuse the request, DynamoDB Local calls it a conflict.
    name: 'does not write one item twice at once',
    async run({ table, pk }) {
      const twice = [1, 1].map((version) => ({ pk, sk: 'twice', version, body: {} }));
      expect(await table.write(twice).catch(() => 'refused')).not.toBe('written');
      expect(await table.get({ pk, sk: 'twice' })).toBeUndefined();
    },
  },
  {
    name: 'lists those of a partition whose sort key begins so, in the order of their bytes',
    async run({ table, pk }) {
      // UTF-16 sorts the last two the other way round.
      const keys = [
        'item#1',
        'item#10',
        'item#2',
        'item#Z',
        'item#a',
        'item#ü',
        'item#\u{ff61}',
        'item#\u{1d4b3}',
      ];
      const written = [...keys.toReversed(), 'other'].map((sk) => ({ pk, sk, version: 1, body: {} }));
      await table.write([...written, { pk: `${pk}-next`, sk: 'item#0', version: 1, body: {} }]);
      expect((await table.list(pk, 'item#')).map(({ sk }) => sk)).toEqual(keys);
    },
  },
  {
    name: 'lists by a beginning alone: an empty one is refused',
    async run({ table, pk }) {
      await expect(table.list(pk, '')).rejects.toThrow(Unavailable);
    },
  },
  {
    name: 'lists more than one page of large items',
    async run({ table, pk }) {
      const text = 'x'.repeat(150 * 1024);
      for (const item of items(pk, 10, { body: { text } })) await table.write([item]);
      const found = await table.list(pk, 'item#');
      expect(found.map(({ body }) => body['text'] === text)).toEqual(Array(10).fill(true));
    },
  },
  {
    name: 'keeps an item of 390 KiB, and refuses one of more than 400',
    async run({ table, pk }) {
      const text = 'x'.repeat(390 * 1024);
      expect(await table.write([{ pk, sk: 'big', version: 1, body: { text } }])).toBe('written');
      expect((await table.get({ pk, sk: 'big' }))?.body).toEqual({ text });
      const larger = { pk, sk: 'larger', version: 1, body: { text: 'x'.repeat(401 * 1024) } };
      await expect(table.write([larger])).rejects.toThrow(Unavailable);
      expect(await table.get({ pk, sk: 'larger' })).toBeUndefined();
    },
  },
  {
    name: 'says what is due, earliest first, to the millisecond and no more than asked for',
    async run({ table, pk, list }) {
      const due = (sk: string, ms: number, name = list) =>
        table.write([{ pk, sk, version: 1, body: {}, due: { list: name, at: at + ms } }]);
      for (const [sk, ms] of [
        ['late', 2],
        ['early', -90_000],
        ['now', 0],
        ['soon', 1],
      ] as const)
        await due(sk, ms);
      await due('elsewhere', -1, `${list}-other`);
      const names = async (upTo: number, limit: number) =>
        (await table.due(list, upTo, limit)).map(({ sk }) => sk);
      expect(await names(at, 10)).toEqual(['early', 'now']);
      expect(await names(at + 1, 10)).toEqual(['early', 'now', 'soon']);
      expect(await names(at + 60_000, 2)).toEqual(['early', 'now']);
      expect(await names(at - 100_000, 10)).toEqual([]);
      expect(await table.due(list, at, 1)).toEqual([{ pk, sk: 'early' }]);
    },
  },
  {
    name: 'moves an item in its due list when it is written again, and out of it when it is due no more',
    async run({ table, pk, list }) {
      const write = (version: number, due: Item['due']) =>
        table.write([{ pk, sk: 'd', version, body: {}, due }]);
      await write(1, { list, at });
      await write(2, { list, at: at + 60_000 });
      expect(await table.due(list, at, 10)).toEqual([]);
      expect(await table.due(list, at + 60_000, 10)).toEqual([{ pk, sk: 'd' }]);
      await write(3, undefined);
      expect(await table.due(list, at + 60_000, 10)).toEqual([]);
    },
  },
  {
    name: 'lets exactly one of many writers at once win, over one item and over several',
    async run(given) {
      const { table, pk } = given;
      for (const keys of [['one'], ['one', 'two', 'three']]) {
        const before = (await versionOf(given, keys[0] ?? '')) ?? 0;
        const seconds = (await versionOf(given, 'two')) ?? 0;
        const writers = Array.from({ length: 8 }, (_, writer) =>
          table.write(
            keys.map((sk) => ({ pk, sk, version: (sk === 'one' ? before : seconds) + 1, body: { writer } })),
          ),
        );
        const outcomes = await Promise.all(writers);
        expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
        const winner = outcomes.indexOf('written');
        for (const sk of keys) expect((await table.get({ pk, sk }))?.body).toEqual({ writer: winner });
      }
    },
  },
];
