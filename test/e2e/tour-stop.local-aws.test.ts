import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { aPlace, isOpen, type Place, root, startChild, whenItIs } from '../tour/child.ts';

vi.setConfig({ testTimeout: 240_000 });

const main = [process.execPath, join(root, 'sandbox', 'main.ts'), '--local-aws'];

describe('npm start -- --local-aws', () => {
  it('leaves no process, port or file behind when it is stopped in its tour', async () => {
    await using place = await aPlace();
    await using child = startChild([...main, '--once', '--json'], { place });
    const { endpoints, world } = await whenItIs('touring', place, child);
    expect([world, await isOpen(endpoints.aws ?? '')]).toEqual(['local-aws', true]);
    child.kill('SIGTERM');
    expect([await child.ended, child.stderr()]).toEqual([1, '']);
    expect(JSON.parse(child.stdout())).toMatchObject({ ok: false });
    await isGone(place);
    for (const url of Object.values(endpoints)) expect([url, await isOpen(url ?? '')]).toEqual([url, false]);
  });

  it('leaves nothing behind when it is stopped while it starts', async () => {
    await using place = await aPlace();
    await using child = startChild(main, { place });
    await sleep(3_000);
    expect(await place.leftovers()).not.toEqual([]);
    child.kill('SIGINT');
    expect(await child.ended).toBe(1);
    await isGone(place);
  });
});

async function isGone(place: Place): Promise<void> {
  expect(await place.leftovers()).toEqual([]);
  expect(await readdir(place.folder).catch(() => [])).toEqual([]);
}
