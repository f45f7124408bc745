import { inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { zip } from '../../../stack/zip.ts';

const text = (value: string) => new TextEncoder().encode(value);

it('writes what readers of zips expect: a local header, the data, a directory and its end', () => {
  const made = zip([
    { name: 'index.mjs', contents: text('export const handler = 1;') },
    { name: 'index.mjs.map', contents: text('{}') },
  ]);
  const end = made.subarray(-22);
  expect(end.readUInt32LE(0)).toBe(0x06054b50);
  expect(end.readUInt16LE(10)).toBe(2);
  const directory = made.subarray(end.readUInt32LE(16));
  expect(directory.readUInt32LE(0)).toBe(0x02014b50);
  expect(directory.readUInt32LE(38) >>> 16).toBe(0o100644);
  const local = made.subarray(directory.readUInt32LE(42));
  const nameLength = local.readUInt16LE(26);
  expect(local.subarray(30, 30 + nameLength).toString()).toBe('index.mjs');
  const data = local.subarray(30 + nameLength, 30 + nameLength + local.readUInt32LE(18));
  expect(inflateRawSync(data).toString()).toBe('export const handler = 1;');
});

it('writes the same bytes whenever it is made', () => {
  const files = [{ name: 'a', contents: text('a') }];
  expect(zip(files)).toEqual(zip(files));
});
