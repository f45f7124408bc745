import { crc32, deflateRawSync } from 'node:zlib';
import type { BundledFile } from './bundle.ts';

/** 1 January 1980, midnight: the first instant that a zip can tell. */
const date = 0x21;
const time = 0;
const deflated = 8;
const utf8Names = 0x800;
const madeOnUnix = 0x031e;
const regularFile = 0o100644;

/** A zip with nothing in it that depends on when, where or by whom it was made. */
export function zip(files: readonly BundledFile[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, contents } of files) {
    const data = deflateRawSync(contents, { level: 9 });
    const encoded = Buffer.from(name, 'utf8');
    const common = commonFields({ contents, data, nameLength: encoded.length });
    const local = Buffer.concat([uint32(0x04034b50), common, uint16(0), encoded, data]);
    directory.push(
      Buffer.concat([
        uint32(0x02014b50),
        uint16(madeOnUnix),
        common,
        ...[0, 0, 0, 0].map(uint16),
        uint32(regularFile * 0x10000),
        uint32(offset),
        encoded,
      ]),
    );
    locals.push(local);
    offset += local.length;
  }
  return Buffer.concat([...locals, ...directory, endOf(Buffer.concat(directory), files.length, offset)]);
}

interface Entry {
  readonly contents: Uint8Array;
  readonly data: Buffer;
  readonly nameLength: number;
}

function commonFields({ contents, data, nameLength }: Entry): Buffer {
  return Buffer.concat([
    ...[20, utf8Names, deflated, time, date].map(uint16),
    ...[crc32(contents), data.length, contents.length].map(uint32),
    uint16(nameLength),
  ]);
}

function endOf(directory: Buffer, entries: number, offset: number): Buffer {
  return Buffer.concat([
    uint32(0x06054b50),
    ...[0, 0, entries, entries].map(uint16),
    ...[directory.length, offset].map(uint32),
    uint16(0),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
