import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '../shared/domain/lossless-json.ts';

const bodyMax = 1024 * 1024;
const kept = 1_000;

export interface Inbox {
  readonly url: string;
  readonly messages: readonly JsonValue[];
  /** The next messages are refused with 429 and `Retry-After`, as Slack does where it is sent too many. */
  beBusy(times: number, retryAfterSeconds: number): void;
  close(): Promise<void>;
}

/** Stands for Slack: takes what an incoming webhook is sent, and answers `GET` with all of it as a JSON array. */
export async function startInbox(told: (message: JsonValue) => void = () => undefined): Promise<Inbox> {
  const messages: JsonValue[] = [];
  const refusals: number[] = [];
  const take = (message: JsonValue) => {
    messages.push(message);
    if (messages.length > kept) messages.shift();
    told(message);
  };
  const server = createServer((request, response) => {
    answer({ request, response, messages, refusals, take }).catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    messages,
    beBusy(times, retryAfterSeconds) {
      refusals.push(...Array.from({ length: times }, () => retryAfterSeconds));
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly messages: readonly JsonValue[];
  readonly refusals: number[];
  readonly take: (message: JsonValue) => void;
}

async function answer({ request, response, messages, refusals, take }: Exchange): Promise<void> {
  if (request.method === 'GET') return reply(response, 200, JSON.stringify(messages, null, 2));
  if (request.method !== 'POST') return reply(response, 405, JSON.stringify({ error: 'GET or POST' }));
  const message = await readJson(request);
  const retryAfter = refusals.shift();
  if (retryAfter !== undefined) {
    response.setHeader('retry-after', retryAfter);
    return reply(response, 429, 'rate_limited');
  }
  if (message === undefined) return reply(response, 400, 'invalid_payload');
  take(message);
  return reply(response, 200, 'ok');
}

function reply(response: ServerResponse, status: number, body: string): void {
  const type = body.startsWith('[') || body.startsWith('{') ? 'application/json' : 'text/plain';
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
}

async function readJson(request: IncomingMessage): Promise<JsonValue | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyMax) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as JsonValue;
  } catch {
    return undefined;
  }
}
