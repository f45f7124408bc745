import { createReadStream, readFileSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Content } from './types.ts';

/** Up to here a content is kept in memory and may be read at once. */
export const SMALL_BYTES = 1024 * 1024;

export function memoryContent(bytes: Uint8Array): Content {
  return {
    size: bytes.length,
    stream: (start, end) => Readable.from([bytes.subarray(start, end + 1)]),
    readSmall: () => (bytes.length <= SMALL_BYTES ? bytes : undefined),
    discard() {},
  };
}

export function fileContent(path: string, size: number): Content {
  return {
    size,
    stream: (start, end) => createReadStream(path, { start, end }),
    readSmall: () => (size <= SMALL_BYTES ? readFileSync(path) : undefined),
    discard: () => rmSync(path, { force: true }),
  };
}
