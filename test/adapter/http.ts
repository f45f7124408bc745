import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Said {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
}

/** `cut` closes the connection, `silence` never answers. */
export type Saying = Said | 'cut' | 'silence';
export type Say = (heard: Heard, times: number) => Saying | Promise<Saying>;

export interface HttpServer extends AsyncDisposable {
  readonly url: string;
  readonly heard: readonly Heard[];
}

/** A server on loopback that says what the test wants, and remembers what it heard. Closed by `await using`. */
export async function aServer(say: Say): Promise<HttpServer> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    answer({ heard, say }, request, response).catch(() => response.destroy());
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

interface Talk {
  readonly heard: Heard[];
  readonly say: Say;
}

async function answer({ heard, say }: Talk, request: IncomingMessage, response: ServerResponse) {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { method = '', url: path = '', headers } = request;
  const one = { method, path, headers: texts(headers), body: Buffer.concat(parts).toString('utf8') };
  heard.push(one);
  const said = await say(one, heard.length);
  if (said === 'silence') return;
  if (said === 'cut') request.socket.destroy();
  else response.writeHead(said.status ?? 200, said.headers).end(said.body ?? '');
}

function texts(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Passes everything on, byte for byte, and the answers back: what the SDK sends is seen as it is. */
export function aRelay(to: string): Promise<HttpServer> {
  return aServer(async ({ method, path, headers, body }) => {
    const { host: _host, connection: _connection, 'content-length': _length, ...kept } = headers;
    try {
      const response = await fetch(new URL(path, to), { method, headers: kept, body });
      const { status } = response;
      const type = response.headers.get('content-type') ?? '';
      return {
        status,
        headers: { 'content-type': type },
        body: new Uint8Array(await response.arrayBuffer()),
      };
    } catch {
      return 'cut';
    }
  });
}

/** The last part of X-Amz-Target. */
export function operationOf({ headers }: Heard): string {
  return headers['x-amz-target']?.split('.').at(-1) ?? '';
}

export function bodyOf({ body }: Heard): Record<string, unknown> {
  return JSON.parse(body) as Record<string, unknown>;
}

export function json(body: unknown, status = 200): Said {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
