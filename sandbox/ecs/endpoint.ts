import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { AwsError } from './aws-error.ts';
import { createFaults, type Faults, type PlantedFaults } from './faults.ts';
import { createLedger, type Ledger, type WritableLedger } from './ledger.ts';
import type { EcsModel } from './model.ts';
import { accessKeyOf, operationOf, parseBody, printAnswer, printError } from './wire.ts';

const MAX_BODY_BYTES = 1_048_576;
const REQUEST_TIMEOUT_MS = 30_000;

/** What a judge of permissions is asked about. */
export interface AuthorizedCall {
  readonly operation: string;
  readonly input: JsonObject;
  readonly accessKey: string;
  /** The session token of the request, where it has one. */
  readonly sessionToken: string | undefined;
}

/** Throws an AwsError where the caller may not. */
export type Authorize = (call: AuthorizedCall) => Promise<void> | void;

export interface EndpointOptions {
  readonly authorize?: Authorize | undefined;
  readonly port?: number | undefined;
  readonly host?: string | undefined;
}

export interface EcsEndpoint {
  readonly url: string;
  readonly ledger: Ledger;
  readonly faults: Faults;
  close(): Promise<void>;
}

interface Shell {
  readonly model: EcsModel;
  readonly authorize: Authorize;
  readonly ledger: WritableLedger;
  readonly faults: PlantedFaults;
}

/** ECS's JSON protocol over the model, on loopback. */
export async function startEcsEndpoint(model: EcsModel, options: EndpointOptions = {}): Promise<EcsEndpoint> {
  const host = options.host ?? '127.0.0.1';
  const authorize = options.authorize ?? (() => undefined);
  const shell: Shell = { model, authorize, ledger: createLedger(), faults: createFaults() };
  const server = createServer((request, response) => {
    serve(shell, request, response).catch(() => response.destroy());
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  const port = await listen(server, options.port ?? 0, host);
  return {
    url: `http://${host}:${port}`,
    ledger: shell.ledger,
    faults: shell.faults,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function serve(shell: Shell, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let operation = 'unknown';
  const accessKey = accessKeyOf(request.headers.authorization);
  const log = (status: number, error?: string) =>
    shell.ledger.add({ operation, at: shell.model.now(), accessKey, status, error });
  try {
    if (request.method !== 'POST') throw new AwsError('MethodNotAllowed', 'POST only.', { status: 405 });
    operation = operationOf(request.headers);
    const input = parseBody(await readBody(request));
    const answer = await answerOf(shell, { operation, input, accessKey, sessionToken: tokenOf(request) });
    log(answer === undefined ? 0 : 200);
    if (answer === undefined) request.socket.destroy();
    else send(response, 200, printAnswer(answer));
  } catch (error) {
    const known = error instanceof AwsError ? error : internal(error);
    log(known.status, known.type);
    send(response, known.status, printError(known));
  }
}

/** Undefined: the connection is to be cut. */
async function answerOf(
  { model, authorize, faults }: Shell,
  call: AuthorizedCall,
): Promise<JsonObject | undefined> {
  const { operation, input, accessKey } = call;
  const fault = faults.take(operation);
  if (fault?.kind === 'fail') throw fault.error;
  if (fault?.kind === 'drop before') return undefined;
  await authorize(call);
  const answer = model.handle(operation, input, { accessKey });
  return fault === undefined ? answer : undefined;
}

function tokenOf(request: IncomingMessage): string | undefined {
  const token = request.headers['x-amz-security-token'];
  return typeof token === 'string' ? token : undefined;
}

function internal(error: unknown): AwsError {
  console.error('ECS model:', error);
  return new AwsError('ServerException', 'Service Unavailable. Please try again later.', { status: 500 });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new AwsError('RequestEntityTooLargeException', `Bodies end at ${MAX_BODY_BYTES} bytes.`, {
        status: 413,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': globalThis.crypto.randomUUID(),
  });
  response.end(body);
}
