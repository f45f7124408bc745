import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const answerMs = 20_000;
const stderrMax = 4_000;

/** One function as Lambda would start it. */
export interface Start {
  /** Entry of the runtime interface client. */
  readonly client: string;
  /** Holds index.mjs. */
  readonly taskRoot: string;
  readonly env: Readonly<Record<string, string>>;
  readonly event: unknown;
}

export interface Answered {
  /** From the start of the process to its first answer. */
  readonly ms: number;
  readonly response: string;
}

interface Turn {
  readonly event: unknown;
  readonly answered: (response: string) => void;
  readonly failed: (error: Error) => void;
}

/** Lambda's Runtime API for one process at a time. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export async function startRuntimeApi() {
  let turn: Turn | undefined;
  let invocations = 0;
  const server = createServer((request, response) => {
    serve(request, response).catch((error: Error) => turn?.failed(error));
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.endsWith('/invocation/next') === true) {
      if (turn === undefined || invocations > 0) return;
      invocations += 1;
      response.writeHead(200, nextHeaders()).end(JSON.stringify(turn.event));
      return;
    }
    const body = await readAll(request);
    response.writeHead(202).end();
    if (request.url?.endsWith('/response') === true) turn?.answered(body);
    else turn?.failed(new Error(`${request.url}: ${body}`));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const api = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    /** Starts a fresh process, waits for its first answer, and ends it. */
    invoke(start: Start): Promise<Answered> {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      turn = { event: start.event, answered: resolve, failed: reject };
      invocations = 0;
      return measured(start, { api, promise, reject });
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Waiting {
  readonly api: string;
  readonly promise: Promise<string>;
  readonly reject: (error: Error) => void;
}

async function measured(
  { client, taskRoot, env }: Start,
  { api, promise, reject }: Waiting,
): Promise<Answered> {
  let words = '';
  const began = performance.now();
  const child = spawn(process.execPath, [client, 'index.handler'], {
    env: { ...env, ...lambdaEnv(taskRoot, api) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.on('data', (part: Buffer) => {
    words = `${words}${part.toString()}`.slice(-stderrMax);
  });
  child.on('error', reject);
  child.on('exit', (code) => reject(new Error(`the process ended with ${code}: ${words}`)));
  const timer = setTimeout(() => reject(new Error(`no answer in ${answerMs} ms: ${words}`)), answerMs);
  try {
    const response = await promise;
    return { ms: performance.now() - began, response };
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

function nextHeaders(): Record<string, string> {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': crypto.randomUUID(),
    'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:000000000000:function:bench',
    'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
  };
}

function lambdaEnv(taskRoot: string, api: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    AWS_LAMBDA_RUNTIME_API: api,
    LAMBDA_TASK_ROOT: taskRoot,
    _HANDLER: 'index.handler',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/bench',
    AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
    NODE_OPTIONS: '--enable-source-maps',
    TZ: ':UTC',
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
