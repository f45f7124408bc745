import { blobOf } from '../blobs.ts';
import { checkDigest } from '../names.ts';
import { Refusal } from '../refusal.ts';
import { repositoryOf } from '../repositories.ts';
import { type Exchange, header, type Reply } from './exchange.ts';

/** GET and HEAD of a blob, whole or one range of it. */
export function getBlob(exchange: Exchange): Reply {
  const { registry, name, reference: digest } = exchange;
  checkDigest(digest);
  repositoryOf(registry, name);
  const content = blobOf(registry, name, digest);
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    'Accept-Ranges': 'bytes',
    ETag: `"${digest}"`,
  };
  const range = rangeOf(header(exchange, 'range'), content.size);
  if (range === undefined) {
    const body = content.size === 0 ? undefined : content.stream(0, content.size - 1);
    return { status: 200, headers: { ...headers, 'Content-Length': content.size }, body };
  }
  const { start, end } = range;
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Length': end - start + 1,
      'Content-Range': `bytes ${start}-${end}/${content.size}`,
    },
    body: content.stream(start, end),
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Undefined when the whole is wanted; several ranges at once are answered with the whole, as HTTP allows. */
function rangeOf(text: string | undefined, size: number): Range | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return undefined;
  const range =
    first === ''
      ? { start: Math.max(0, size - Number(last)), end: size - 1 }
      : { start: Number(first), end: Math.min(last === '' ? size - 1 : Number(last), size - 1) };
  if (range.start <= range.end) return range;
  throw new Refusal(`The range '${text}' lies outside of the blob's ${size} bytes`, {
    code: 'RANGE_INVALID',
    status: 416,
    type: 'InvalidParameterException',
    headers: { 'Content-Range': `bytes */${size}` },
  });
}
