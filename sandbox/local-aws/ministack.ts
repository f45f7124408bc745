import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { region } from '../world-types.ts';
import { isAlive } from './lock.ts';

const healthyWithinMs = 30_000;
const requestMs = 2_000;
const lookAgainMs = 50;
const endsWithinMs = 4_000;
const portTries = 3;
const keptLines = 200;

export interface MiniStackOptions {
  /** The interpreter of the private environment: see ensurePython. */
  readonly python: string;
  /** The Node 24 that runs the functions. */
  readonly node: string;
}

export interface MiniStack {
  readonly url: string;
  readonly pid: number;
  /** The last lines that it wrote, for the report of a failure. */
  tail(): string;
  stop(): Promise<void>;
}

/** Starts MiniStack on a free loopback port, with IAM enforced and nothing of this process's environment. */
export async function startMiniStack(options: MiniStackOptions): Promise<MiniStack> {
  for (let attempt = 1; ; attempt += 1) {
    const started = await tryToStart(options, await freePort());
    if (started.kind === 'ready') return started.ministack;
    if (started.kind === 'failed' || attempt === portTries) {
      throw new Error(`MiniStack did not start.\n${started.output}`);
    }
  }
}

type Start =
  | { readonly kind: 'ready'; readonly ministack: MiniStack }
  | { readonly kind: 'port taken' | 'failed'; readonly output: string };

async function tryToStart({ python, node }: MiniStackOptions, port: number): Promise<Start> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-local-aws-'));
  const child = spawn(python, ['-u', join(import.meta.dirname, 'launcher.py')], {
    cwd: folder,
    env: await environment(folder, node, port),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const tail = keepLines(child);
  const stop = () => end(child, folder);
  const url = `http://127.0.0.1:${port}`;
  if (await isHealthy(url, child)) {
    return { kind: 'ready', ministack: { url, pid: child.pid ?? 0, tail, stop } };
  }
  await stop();
  const output = tail();
  return { kind: output.includes('already in use') ? 'port taken' : 'failed', output };
}

/** MiniStack hands its whole environment on to every function: so there is nothing in it but this. */
async function environment(folder: string, node: string, port: number): Promise<NodeJS.ProcessEnv> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await symlink(node, join(bin, 'node'));
  return {
    PATH: [bin, '/usr/bin', '/bin'].join(delimiter),
    HOME: folder,
    TMPDIR: folder,
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_REGION: region,
    GATEWAY_PORT: String(port),
    IOT_MTLS_ENABLED: '0',
    LAMBDA_EXECUTOR: 'local',
    AUTH: 'true',
    LOG_LEVEL: 'WARNING',
  };
}

function keepLines(child: ChildProcess): () => string {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line !== ''));
      lines.splice(0, lines.length - keptLines);
    });
  }
  child.on('error', (error) => lines.push(error.message));
  child.stdin?.on('error', () => {});
  return () => lines.join('\n');
}

async function isHealthy(url: string, child: ChildProcess): Promise<boolean> {
  const until = Date.now() + healthyWithinMs;
  while (Date.now() < until && isRunning(child)) {
    if (await answers(`${url}/_ministack/health`)) return isRunning(child);
    await sleep(lookAgainMs);
  }
  return false;
}

async function answers(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { signal: AbortSignal.timeout(requestMs) });
    return ok;
  } catch {
    return false;
  }
}

const isRunning = (child: ChildProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null;

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (isRunning(child)) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(endsWithinMs, undefined, { ref: false })]);
  }
  // Its process group holds the workers of the functions, which it leaves behind.
  if (child.pid !== undefined) await killGroup(child.pid);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function killGroup(pid: number): Promise<void> {
  const until = Date.now() + endsWithinMs;
  while (isAlive(-pid) && Date.now() < until) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      return;
    }
    await sleep(lookAgainMs);
  }
}
