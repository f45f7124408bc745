import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../refusal.ts';
import type { Reply } from './exchange.ts';

/** Writes the answer. A body that the client still sends is read and thrown away, and the connection then ends. */
export async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const { status, headers = {}, body } = reply;
  response.writeHead(status, {
    'Docker-Distribution-API-Version': 'registry/2.0',
    ...headers,
    ...lengthOf(body),
    ...(request.complete ? {} : { Connection: 'close' }),
  });
  request.resume();
  if (body instanceof Readable && request.method !== 'HEAD') {
    await pipeline(body, response);
    return;
  }
  if (body instanceof Readable) body.destroy();
  response.end(request.method === 'HEAD' || body instanceof Readable ? undefined : body);
}

/** An error as the specification words it. */
export function refused(refusal: Refusal): Reply {
  const { code, status, message, detail, headers } = refusal;
  const error = { code, message, ...(detail === undefined ? {} : { detail }) };
  return {
    status,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ errors: [error] }),
  };
}

export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Refusal(message, { code: 'UNKNOWN', status: 500, type: 'ServerException' });
}

function lengthOf(body: Reply['body']): Record<string, number> {
  if (body === undefined || body instanceof Readable) return {};
  return { 'Content-Length': Buffer.byteLength(body) };
}
