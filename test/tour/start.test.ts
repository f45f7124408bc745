import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { stories } from '../../sandbox/stories/all.ts';
import {
  aPlace,
  type Child,
  isOpen,
  type Place,
  patience,
  root,
  startChild,
  startEntry,
  whenItIs,
} from './child.ts';

vi.setConfig({ testTimeout: 180_000 });

const main = [process.execPath, join(root, 'sandbox', 'main.ts')];

async function isGone(place: Place, endpoints: object): Promise<void> {
  expect(await place.world()).toBeUndefined();
  expect(await place.leftovers()).toEqual([]);
  for (const url of Object.values(endpoints) as string[])
    expect([url, await isOpen(url)]).toEqual([url, false]);
}

describe.concurrent('npm start -- --once --json', () => {
  it('prints one JSON document and nothing else, and ends with 0', async () => {
    await using place = await aPlace();
    await using child = startChild([...main, '--once', '--json'], { place });
    expect([await child.ended, child.stderr()]).toEqual([0, '']);
    const { ok, steps } = JSON.parse(child.stdout()) as { ok: boolean; steps: Record<string, unknown>[] };
    expect(ok).toBe(true);
    expect(steps).toHaveLength(stories.length);
    for (const step of steps) {
      expect(step).toEqual({
        name: expect.any(String),
        ok: true,
        ms: expect.any(Number),
        detail: expect.objectContaining({ digest: expect.stringMatching(/^sha256:/) }),
      });
    }
    await isGone(place, {});
  });

  it('ends with 1 when a step failed, and says which and why', async () => {
    await using place = await aPlace();
    await using child = startEntry('failing', ['--once', '--json'], { place });
    expect(await child.ended).toBe(1);
    expect(JSON.parse(child.stdout())).toEqual({
      ok: false,
      steps: [
        {
          name: 'a step that fails',
          ok: false,
          ms: expect.any(Number),
          detail: { problem: 'TypeError: as planned' },
        },
        expect.objectContaining({ name: 'a step that is well', ok: true }),
      ],
    });
    await isGone(place, {});
  });

  it('ends with 1 and a whole document when it is stopped on the way', async () => {
    await using place = await aPlace();
    await using child = startEntry('telling', ['--once', '--json'], { place });
    const { endpoints } = await whenItIs('touring', place, child);
    await vi.waitFor(async () => expect(await slackOf(endpoints.inbox)).toContain('on the way'), patience);
    child.kill('SIGINT');
    expect([await child.ended, child.stderr()]).toEqual([1, '']);
    const { ok, steps } = JSON.parse(child.stdout()) as { ok: boolean; steps: { ok: boolean }[] };
    expect([ok, ...steps.map((step) => step.ok)]).toEqual([false, true, false]);
    await isGone(place, endpoints);
  });
});

describe.concurrent('npm start', () => {
  it.each([
    ['closed', 'ignore', 'SIGTERM'],
    ['a pipe that ends', 'pipe', 'SIGINT'],
    ['a pipe that ends', 'pipe', 'SIGHUP'],
  ] as const)('stays up with standard input %s (%s) until %s', async (_what, stdin, signal) => {
    await using place = await aPlace();
    await using child = startEntry('well', [], { place, stdin });
    child.process.stdin?.end('q\n');
    const world = await whenItIs('ready', place, child);
    expect(world).toMatchObject({ pid: child.pid, world: 'embedded' });
    await vi.waitFor(() => expect(child.stdout()).toContain('npm run push -- shop/web:1.4.2'), patience);
    for (const url of Object.values(world.endpoints)) expect(await isOpen(String(url))).toBe(true);
    child.kill(signal);
    expect(await child.ended).toBe(0);
    await isGone(place, world.endpoints);
  });

  it('says that it is touring while it is, and that it is ready afterwards', async () => {
    await using place = await aPlace();
    await using child = startEntry('endless', [], { place });
    const world = await whenItIs('touring', place, child);
    expect(Object.keys(world).toSorted()).toEqual(['endpoints', 'pid', 'state', 'world']);
    expect(Object.keys(world.endpoints).toSorted()).toEqual(['ecs', 'inbox', 'registry', 'state']);
    const inbox = await fetch(world.endpoints.inbox);
    expect(await inbox.json()).toEqual([]);
    child.kill('SIGTERM');
    expect(await child.ended).toBe(1);
    await isGone(place, world.endpoints);
  });

  it('stays up after a step that failed, and ends with 1', async () => {
    await using place = await aPlace();
    await using child = startEntry('failing', [], { place });
    await whenItIs('ready', place, child);
    child.kill('SIGTERM');
    expect(await child.ended).toBe(1);
    expect(child.stdout()).toContain('Not well');
  });

  it('a second one says that one runs, touches nothing and ends with 1', async () => {
    await using place = await aPlace();
    await using first = startEntry('well', [], { place });
    const world = await whenItIs('ready', place, first);
    await using second = startChild([...main, '--once'], { place });
    expect([await second.ended, second.stdout()]).toEqual([1, '']);
    expect(second.stderr()).toBe(
      `A world (embedded, process ${first.pid}) runs here already: stop it first. It was not touched.\n`,
    );
    expect(await place.world()).toEqual(world);
    expect(await isOpen(world.endpoints.ecs)).toBe(true);
  });

  it('of two at the same moment one runs, and the other leaves its file alone', async () => {
    await using place = await aPlace();
    await using one = startEntry('endless', ['--once'], { place });
    await using two = startEntry('endless', ['--once'], { place });
    const status = await Promise.race([one.ended, two.ended]);
    expect(status).toBe(1);
    const world = await place.world();
    const [winner, loser] = world?.pid === one.pid ? [one, two] : [two, one];
    expect(loser.stderr()).toContain(`process ${winner.pid}) runs here already`);
    expect(world).toMatchObject({ pid: winner.pid, state: 'touring' });
    winner.kill('SIGTERM');
    expect(await winner.ended).toBe(1);
    await isGone(place, world?.endpoints ?? {});
  });

  it.each([
    [
      'of a dead process',
      JSON.stringify({ pid: 2 ** 22 + 7, state: 'ready', world: 'embedded', endpoints: urls() }),
    ],
    ['that is half a file', '{"pid": 1,'],
    ['that says something else', '[]'],
  ])('ignores a world.json %s', async (_what, content) => {
    await using place = await aPlace();
    await mkdir(place.folder);
    await writeFile(join(place.folder, 'world.json'), content);
    await using child = startEntry('well', ['--once'], { place });
    expect([await child.ended, child.stderr()]).toEqual([0, '']);
    await isGone(place, {});
  });

  it.each([
    [['--locl-aws'], "Unknown option '--locl-aws'"],
    [['now'], "Unexpected argument 'now'"],
    [['--json'], '--json goes with --once'],
    [['--once=yes'], 'does not take an argument'],
  ])('ends with 2 and its usage for %j', async (args, problem) => {
    await using place = await aPlace();
    await using child = startEntry('well', args, { place });
    expect([await child.ended, child.stdout()]).toEqual([2, '']);
    expect(child.stderr()).toContain(problem);
    expect(child.stderr()).toContain('Usage: npm start');
    expect(await place.world()).toBeUndefined();
  });

  it('explains itself, with no colour in a pipe', async () => {
    await using place = await aPlace();
    await using help = startEntry('well', ['--help'], { place });
    expect(await help.ended).toBe(0);
    expect(help.stdout()).toContain('SLIPWAY_WORLD_FOLDER');
    await using child = startEntry('well', ['--once'], { place });
    expect(await child.ended).toBe(0);
    expect(child.stdout()).toContain('All well: 1 of 1 steps');
    expect(child.stdout()).not.toContain('\u{1b}');
  });

  it('run by npm, ends with all that it started when npm is told to', async () => {
    await using place = await aPlace();
    await using child: Child = startChild(['npm', 'start'], { place });
    const world = await whenItIs('touring', place, child);
    child.kill('SIGTERM');
    await child.ended;
    await vi.waitFor(() => expect(() => process.kill(world.pid, 0)).toThrow('ESRCH'), patience);
    await isGone(place, world.endpoints);
  });
});

describe.concurrent('npm run push', () => {
  it('finds the world that runs', async () => {
    await using place = await aPlace();
    await using child = startEntry('well', [], { place });
    const { endpoints } = await whenItIs('ready', place, child);
    const push = [process.execPath, join(root, 'sandbox', 'push', 'main.ts'), 'shop/web:1.4.2'];
    await using pushed = startChild(push, { place });
    expect([await pushed.ended, pushed.stderr()]).toEqual([0, '']);
    expect(pushed.stdout()).toContain(`${new URL(endpoints.registry).host}/shop/web:1.4.2`);
    await vi.waitFor(async () => expect(await slackOf(endpoints.inbox)).toContain('*1.4.2*'), patience);
  });
});

async function slackOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

function urls() {
  return { ecs: 'http://127.0.0.1:1', registry: 'http://127.0.0.1:1', inbox: 'http://127.0.0.1:1' };
}
