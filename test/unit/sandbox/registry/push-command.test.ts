import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadUsage, readArguments } from '../../../../sandbox/push/arguments.ts';
import { pushImage } from '../../../../sandbox/push/client.ts';
import { findRegistry } from '../../../../sandbox/push/running-world.ts';
import { behaviourLabel } from '../../../../sandbox/world-types.ts';
import { anImage, aRunningRegistry } from '../../../builders/images.ts';

const main = new URL('../../../../sandbox/push/main.ts', import.meta.url).pathname;

describe('npm run push', () => {
  it('pushes an image that ECS finds, and prints its digest and reference', async () => {
    await using world = await aRunningRegistry();
    const { status, stdout } = await run('shop/web:1.4.2', '--registry', world.url, '--behaviour', 'exits');
    expect(status).toBe(0);
    const reference = '000000000000.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.4.2';
    const image = world.registry.resolveImage(reference);
    expect(image?.behaviour).toBe('exits');
    expect(stdout).toContain(image?.digest);
    expect(stdout).toContain(reference);
  });

  it('ends with 2 and its usage when it is called wrongly', async () => {
    const { status, stderr } = await run('shop/web:1', '--behaviour', 'dances');
    expect(status).toBe(2);
    expect(stderr).toContain("--behaviour is 'dances'");
    expect(stderr).toContain('Usage: npm run push');
  });

  it('ends with 1 when the registry is away or refuses', async () => {
    const away = await run('shop/web:1', '--registry', 'http://127.0.0.1:1');
    expect([away.status, away.stderr]).toEqual([1, expect.stringContaining('No answer from the registry')]);
    await using world = await aRunningRegistry({ limits: { blobBytes: 1 } });
    const refused = await run('shop/web:1', '--registry', world.url);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('SIZE_INVALID')]);
  });
});

describe('the arguments', () => {
  it('are read', () => {
    const args = ['a/b:1', '--platform', 'linux/arm64,linux/amd64', '--label', 'k=v=w', '--attestation'];
    expect(readArguments(args)).toMatchObject({
      repository: 'a/b',
      tag: '1',
      platforms: ['linux/arm64', 'linux/amd64'],
      labels: { k: 'v=w' },
      attestation: true,
    });
    expect(readArguments(['a/b'])).toMatchObject({ tag: 'latest' });
    expect(readArguments(['--help'])).toBe('help');
  });

  it.each([
    [[]],
    [['a:1', 'b:2']],
    [['A:1']],
    [['a:1:2']],
    [[`a@sha256:${'0'.repeat(64)}`]],
    [['a', '--platform', 'arm']],
    [['a', '--label', 'k']],
    [['a', '--registry', 'here']],
    [['a', '--unknown']],
  ])('%j are refused', (args) => {
    expect(() => readArguments(args)).toThrow(BadUsage);
  });
});

describe('the running world', () => {
  const origin = (at: number) => `http://127.0.0.1:500${at}`;
  const world = (pid: number) =>
    JSON.stringify({
      pid,
      state: 'ready',
      world: 'embedded',
      endpoints: { ecs: origin(1), registry: origin(2), inbox: origin(3) },
    });

  it('says where its registry is', async () => {
    expect(await find(world(process.pid))).toBe(origin(2));
  });

  it.each([
    ['there is none', undefined],
    ['its process is dead', world(2 ** 22)],
    ['its file is broken', '{'],
  ])('is missed when %s', async (_why, text) => {
    await expect(find(text)).rejects.toThrow('No world is running: start one with `npm start`');
  });
});

describe('pushImage', () => {
  it('makes another image each time, and with a seed the same', async () => {
    await using world = await aRunningRegistry();
    const push = (seed?: string) =>
      pushImage({ registryUrl: world.url, repository: 'shop/web', tag: '1', seed });
    expect((await push()).digest).not.toBe((await push()).digest);
    expect((await push('a')).digest).toBe((await push('a')).digest);
  });

  it('labels an image with who built it from what', () => {
    const image = anImage({ tag: '1.4.2', behaviour: 'exits', labels: { mine: 'yes' } });
    const [config] = [...image.blobs.values()].filter((bytes) => bytes[0] === '{'.charCodeAt(0));
    expect(JSON.parse(Buffer.from(config ?? []).toString()).config.Labels).toEqual({
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}$/),
      'org.opencontainers.image.authors': expect.any(String),
      'org.opencontainers.image.source': expect.any(String),
      'org.opencontainers.image.created': expect.any(String),
      'org.opencontainers.image.version': '1.4.2',
      [behaviourLabel]: 'exits',
      mine: 'yes',
    });
  });
});

async function find(text: string | undefined): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-world-'));
  const file = join(folder, 'world.json');
  try {
    if (text !== undefined) writeFileSync(file, text);
    return await findRegistry(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ status: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}
