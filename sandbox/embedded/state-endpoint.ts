import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { Queue, Table } from '../../shared/ports.ts';

const bodyMax = 1024 * 1024;
const requestMs = 10_000;
const secretBytes = 24;

export interface State {
  readonly table: Pick<Table, 'get' | 'list' | 'due'>;
  readonly rollouts: Queue;
}

export interface StateEndpoint {
  /** Ends in a secret that no web page can guess. */
  readonly url: string;
  close(): Promise<void>;
}

/** The embedded world's state for the command line, which runs in another process: reads of the table, and messages to roll-service. */
export async function startStateEndpoint(state: State): Promise<StateEndpoint> {
  const secret = randomBytes(secretBytes).toString('hex');
  const server = createServer((request, response) => {
    serve({ state, secret }, request, response).catch(() => response.destroy());
  });
  server.requestTimeout = requestMs;
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${secret}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** What the caller did wrong, and the status that says so. */
class BadCall extends Error {
  override readonly name = 'BadCall';
  readonly status: number;

  constructor(message: string, { status, ...options }: ErrorOptions & { readonly status: number }) {
    super(message, options);
    this.status = status;
  }
}

interface Shell {
  readonly state: State;
  readonly secret: string;
}

async function serve(shell: Shell, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const call = callOf(shell, request);
    reply(response, 200, await call(await bodyOf(request)));
  } catch (error) {
    const status = error instanceof BadCall ? error.status : 500;
    reply(response, status, { error: error instanceof Error ? error.message : String(error) });
  }
}

type Call = (body: unknown) => Promise<object>;

function callOf({ state, secret }: Shell, { method, url = '' }: IncomingMessage): Call {
  const [, given = '', operation = '', ...more] = url.split('/');
  if (!isSame(given, secret)) throw new BadCall('nothing is here', { status: 404 });
  if (method !== 'POST') throw new BadCall('POST only', { status: 405 });
  const call = callsOn(state)[operation];
  if (call === undefined || more.length > 0)
    throw new BadCall('no such call: get, list, due or send', { status: 404 });
  return call;
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const text = z.string().max(2_048);
const Get = z.object({ pk: text, sk: text });
const List = z.object({ pk: text, skPrefix: text });
const DueUpTo = z.object({ list: text, upTo: z.number(), limit: z.int().min(1).max(1_000) });
const Send = z.object({ body: z.json(), group: text, deduplicationId: text });

function callsOn({ table, rollouts }: State): Readonly<Record<string, Call>> {
  return {
    get: async (body) => ({ item: await table.get(read(Get, body)) }),
    async list(body) {
      const { pk, skPrefix } = read(List, body);
      return { items: await table.list(pk, skPrefix) };
    },
    async due(body) {
      const { list, upTo, limit } = read(DueUpTo, body);
      return { keys: await table.due(list, upTo, limit) };
    },
    async send(body) {
      const message = read(Send, body);
      await rollouts.send(message);
      return {};
    },
  };
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new BadCall(z.prettifyError(parsed.error), { status: 400 });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyMax) throw new BadCall(`a body has ${bodyMax} bytes at most`, { status: 413 });
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (cause) {
    throw new BadCall(`the body is no JSON: ${cause instanceof Error ? cause.message : ''}`, {
      status: 400,
      cause,
    });
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
