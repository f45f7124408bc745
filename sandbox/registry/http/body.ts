import type { IncomingMessage } from 'node:http';
import { tooMuch } from '../refusal.ts';

/** The whole body, up to `most` bytes. */
export async function readBody(request: IncomingMessage, most: number): Promise<Uint8Array> {
  const refusal = () => tooMuch(`The body is too large: at most ${most} bytes are accepted`);
  if (Number(request.headers['content-length'] ?? 0) > most) throw refusal();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyOf(request)) {
    size += chunk.length;
    if (size > most) throw refusal();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Leaving the loop early leaves the request open, so that it can still be answered. */
export function bodyOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}
