import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../../../../sandbox/stories/world.ts';
import { removeWorldFile, WorldRunsHere, writeWorldFile } from '../../../../sandbox/tour/world-file.ts';
import { projectRoot, worldFolder } from '../../../../sandbox/world-folder.ts';
import { readWorldFile } from '../../../../shared/local-world.ts';

let folder = '';
const url = 'http://127.0.0.1:1/';
const world = { name: 'embedded', endpoints: { ecs: url, registry: url, inbox: url } } as World;
const deadPid = 2 ** 22 + 7;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-world-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function fileOf(pid: number): string {
  return JSON.stringify({
    pid,
    state: 'ready',
    world: 'local-aws',
    endpoints: { ...world.endpoints, aws: url },
  });
}

describe('world.json', () => {
  it('says what runs, is replaced by its own process and removed at the end, and leaves no draft', async () => {
    const inner = join(folder, 'not', 'there', 'yet');
    await writeWorldFile(inner, 'touring', world);
    await writeWorldFile(inner, 'ready', world);
    expect(await readWorldFile(inner)).toEqual({
      pid: process.pid,
      state: 'ready',
      world: 'embedded',
      endpoints: world.endpoints,
    });
    expect(await readdir(inner)).toEqual(['world.json']);
    await removeWorldFile(inner);
    expect(await readdir(inner)).toEqual([]);
  });

  it.each([
    ['is not there', undefined],
    ['belongs to a dead process', fileOf(deadPid)],
    ['is damaged', fileOf(process.pid).slice(0, 40)],
    ['is something else', '{"pid":"1"}'],
  ])('counts as none, and is taken over, where it %s', async (_what, content) => {
    if (content !== undefined) await writeFile(join(folder, 'world.json'), content);
    expect(await readWorldFile(folder)).toBeUndefined();
    await writeWorldFile(folder, 'touring', world);
    expect((await readWorldFile(folder))?.pid).toBe(process.pid);
  });

  it('of another living process is neither replaced nor removed', async () => {
    await writeFile(join(folder, 'world.json'), fileOf(process.ppid));
    const written = writeWorldFile(folder, 'touring', world);
    await expect(written).rejects.toThrow(WorldRunsHere);
    await expect(written).rejects.toThrow(`(local-aws, process ${process.ppid}) runs here already`);
    await removeWorldFile(folder);
    expect((await readWorldFile(folder))?.pid).toBe(process.ppid);
    expect(await readdir(folder)).toEqual(['world.json']);
  });

  it('lies in .local of the project, or where the environment says', () => {
    expect(worldFolder({})).toBe(join(projectRoot, '.local'));
    expect(worldFolder({ SLIPWAY_WORLD_FOLDER: '' })).toBe(join(projectRoot, '.local'));
    expect(worldFolder({ SLIPWAY_WORLD_FOLDER: '/tmp/other' })).toBe('/tmp/other');
  });
});
