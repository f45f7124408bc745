import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Authorize, answerEcr } from './http/ecr.ts';
import type { Mirror, Reply } from './http/exchange.ts';
import { asRefusal, refused, send } from './http/reply.ts';
import { answer } from './http/routes.ts';
import { invalid } from './refusal.ts';
import type { RegistryState } from './types.ts';
import { Uploads } from './uploads.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 10 * 60_000;

export interface RegistryServerOptions {
  readonly port?: number | undefined;
  /** Asked before every call of ECR's API. */
  readonly authorize?: Authorize | undefined;
  readonly mirror?: Mirror | undefined;
}

export interface RegistryServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves /v2 and, on `POST /`, ECR's API; on loopback only, to anybody who is there. */
export async function startRegistry(
  registry: RegistryState,
  options: RegistryServerOptions = {},
): Promise<RegistryServer> {
  const uploads = new Uploads(registry);
  const server = createServer((request, response) => {
    respond({ registry, uploads, options, server }, request, response).catch(() => response.destroy());
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await listen(server, options.port ?? 0);
  return {
    url: urlOf(server),
    async close() {
      await stop(server);
      await uploads.close();
    },
  };
}

interface Running {
  readonly registry: RegistryState;
  readonly uploads: Uploads;
  readonly options: RegistryServerOptions;
  readonly server: Server;
}

async function respond(running: Running, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = await replyTo(running, request).catch((error: unknown) => refused(asRefusal(error)));
  if (response.destroyed) return;
  await send(request, response, reply);
}

async function replyTo(
  { registry, uploads, options, server }: Running,
  request: IncomingMessage,
): Promise<Reply> {
  refuseBrowsers(request);
  const { authorize, mirror } = options;
  const origin = urlOf(server);
  const url = new URL(request.url ?? '/', origin);
  const reply =
    url.pathname === '/' && request.method === 'POST'
      ? await answerEcr({ registry, uploads, mirror, origin }, request, authorize)
      : await answer({ registry, uploads, mirror, request }, url);
  return reply;
}

/** A page in somebody's browser must not be able to push. No client of a registry sends an Origin. */
function refuseBrowsers({ headers }: IncomingMessage): void {
  if (headers.origin !== undefined) throw invalid('DENIED', 'Requests of web pages are not accepted', 403);
}

async function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
}

async function stop(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

function urlOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
