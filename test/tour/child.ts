import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { WorldFile } from '../../shared/local-world.ts';

export const root = resolve(import.meta.dirname, '../..');
const entry = fileURLToPath(new URL('./entry.ts', import.meta.url));
export const patience = { timeout: 120_000, interval: 20 };

export interface Place extends AsyncDisposable {
  /** Where `world.json` is. */
  readonly folder: string;
  readonly temporary: string;
  world(): Promise<WorldFile | undefined>;
  /** What is left of temporary files. */
  leftovers(): Promise<readonly string[]>;
}

/** A place of its own, so that it stays out of the way of a world that somebody runs here. */
export async function aPlace(): Promise<Place> {
  const base = await mkdtemp(join(tmpdir(), 'slipway-tour-'));
  const folder = join(base, 'world');
  const temporary = await mkdtemp(join(base, 'tmp-'));
  return {
    folder,
    temporary,
    async world() {
      const text = await readFile(join(folder, 'world.json'), 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as WorldFile);
    },
    leftovers: () => readdir(temporary),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}

export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** Exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

interface Started {
  readonly place: Place;
  readonly stdin?: 'ignore' | 'pipe' | undefined;
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** The tour's own code with stories of the test: see entry.ts. */
export function startEntry(tour: string, args: readonly string[], started: Started): Child {
  return startChild([process.execPath, entry, tour, ...args], started);
}

export function startChild([command = '', ...args]: readonly string[], started: Started): Child {
  const { place, stdin = 'ignore', environment = {} } = started;
  const child = spawn(command, args, {
    cwd: root,
    stdio: [stdin, 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: place.temporary,
      SLIPWAY_WORLD_FOLDER: place.folder,
      // npm would leave its cache in the temporary folder.
      NODE_DISABLE_COMPILE_CACHE: '1',
      ...environment,
    },
  });
  const texts = [child.stdout, child.stderr].map((stream) => {
    const parts: string[] = [];
    stream?.setEncoding('utf8').on('data', (part: string) => parts.push(part));
    return () => parts.join('');
  });
  const ended = once(child, 'close').then(([status, signal]) => (status ?? signal) as number | string);
  return {
    pid: child.pid ?? 0,
    process: child,
    stdout: texts[0] ?? String,
    stderr: texts[1] ?? String,
    kill: (signal) => void child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

export async function whenItIs(state: WorldFile['state'], place: Place, child: Child): Promise<WorldFile> {
  return vi.waitFor(async () => {
    const world = await place.world();
    if (world?.state === state) return world;
    throw new Error(`${JSON.stringify(world)}\n${child.stdout()}${child.stderr()}`);
  }, patience);
}

export async function isOpen(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const { promise, resolve: done } = Promise.withResolvers<boolean>();
  socket.on('connect', () => done(true));
  socket.on('error', () => done(false));
  return promise.finally(() => socket.destroy());
}
