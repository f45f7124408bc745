import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const launcher = resolve(import.meta.dirname, '../../../cli/slipway.mjs');
const example = resolve(import.meta.dirname, '../../../slipway.yml');
const limitMs = 20_000;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Start {
  readonly node?: string | undefined;
  readonly script?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly closeOutput?: boolean | undefined;
  readonly stdin?: string | undefined;
}

function start(args: readonly string[], given: Start = {}): Promise<Ended> {
  const { node = process.execPath, script = launcher, env = {}, closeOutput = false, stdin = '' } = given;
  const plain = { PATH: process.env['PATH'] ?? '', ...env };
  const child = spawn(node, [script, ...args], { env: plain, timeout: limitMs });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    out.stdout += chunk.toString();
    if (closeOutput) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    out.stderr += chunk.toString();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  return new Promise((done) => {
    child.on('close', (code, signal) => done({ code, signal, ...out }));
  });
}

/** Another Node on this machine that cannot run TypeScript. */
function oldNode(): string | undefined {
  const folders = ['/usr/local/bin', '/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const nodes = folders
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'));
  return nodes.find((node) => existsSync(node));
}

describe('slipway as a process', () => {
  it('validates the example', { timeout: limitMs }, async () => {
    expect(await start(['validate', example])).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['a wrong file', ['validate', launcher], 1],
    ['a wrong command', ['roll'], 2],
  ])('exits for %s', { timeout: limitMs }, async (_what, args, code) => {
    expect(await start(args)).toMatchObject({ code });
  });

  it('sends no colour into a pipe', { timeout: limitMs }, async () => {
    const { stdout, stderr } = await start(['validate', 'none.yml'], { env: { TERM: 'xterm-256color' } });
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('colours where that is asked for, unless NO_COLOR is set', { timeout: limitMs }, async () => {
    expect((await start(['validate', example], { env: { FORCE_COLOR: '1' } })).stdout).toContain(
      '\u001b[32m',
    );
    expect((await start(['validate', example], { env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b');
  });

  it('ends quietly when nobody reads on', { timeout: limitMs }, async () => {
    const stdin = '{"policy":{"semver":"^1"},"tags":["1.0.0"]}\n'.repeat(50_000);
    const ended = await start(['policy'], { closeOutput: true, stdin });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });
});

const node = oldNode();

// Machines that have no other Node than 24 cannot try this.
describe.skipIf(node === undefined)("under the system's own Node", () => {
  it('does the same', { timeout: limitMs }, async () => {
    const [own, other] = await Promise.all([
      start(['validate', example]),
      start(['validate', example], { node }),
    ]);
    expect(other).toEqual(own);
    expect(await start(['roll'], { node })).toMatchObject({ code: 2 });
  });

  it('says what to install where no newer Node came along', { timeout: limitMs }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-launcher-'));
    const script = join(folder, 'slipway.mjs');
    await cp(launcher, script);
    const { code, stderr } = await start([], { node, script });
    await rm(folder, { recursive: true });
    if (stderr.includes('main.ts')) return;
    expect({ code, stderr }).toEqual({
      code: 70,
      stderr: expect.stringMatching(
        /^Slipway needs Node 24 or newer, and this is v\d+\.\d+\.\d+\. Install Node 24\.\n$/,
      ),
    });
  });
});
