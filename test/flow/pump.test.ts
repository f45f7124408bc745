import { describe, expect, it } from 'vitest';
import { reserve } from '../../shared/records/pacing-record.ts';
import { at } from '../builders/rollouts.ts';
import type { Watch } from '../fakes/around.ts';
import { crashAt } from '../fakes/around.ts';
import { PumpWorld, services } from './pump-given.ts';

async function aWorld(count: number, seed: Parameters<PumpWorld['enlist']>[1] = {}): Promise<PumpWorld> {
  const world = new PumpWorld();
  await world.enlist(services(count), seed);
  return world;
}

describe('a pump', () => {
  it('gives each member its turn, its slot and its mates', async () => {
    const world = await aWorld(3);
    await world.pump();
    const { nudges, pumps } = world.sent();
    const mates = ['web-0', 'web-1', 'web-2'];
    expect(nudges).toEqual(
      services(3).map((name, index) => ({
        ...name,
        generation: 0,
        turn: { plan: world.plan, index, slot: at(0), mates },
      })),
    );
    expect(pumps).toBe(0);
  });

  it('looks at ten of a cluster together, and at schedules one by one', async () => {
    const world = new PumpWorld();
    const schedule = { cluster: 'prod', service: 'schedule:nightly/report' };
    await world.enlist([...services(12), schedule, ...services(2, 'test')]);
    await world.pump();
    const nudges = [0, 1].flatMap((second) => world.sent(second).nudges);
    const counts = nudges.map(({ cluster, service, turn }) => [cluster, service, turn?.mates.length]);
    expect(counts).toContainEqual(['prod', 'web-9', 10]);
    expect(counts).toContainEqual(['prod', 'web-10', 2]);
    expect(counts).toContainEqual(['prod', 'schedule:nightly/report', 0]);
    expect(counts).toContainEqual(['test', 'web-1', 2]);
  });

  it('lets no more roll at once than the rule allows, and goes on when places come free', async () => {
    const world = await aWorld(5, { parallel: 2 });
    await world.pump();
    expect(world.sent().nudges.map(({ turn }) => turn?.index)).toEqual([0, 1]);
    await world.pump();
    expect(world.sent(1).nudges).toEqual([]);
    await world.report(0, 'done');
    await world.pump();
    expect(world.sent(2).nudges.map(({ turn }) => turn?.index)).toEqual([2]);
  });

  it('of a plan that nobody knows does nothing', async () => {
    const world = new PumpWorld();
    world.plan = 'gone';
    await world.pump();
    expect(world.entries).toEqual([{ outcome: 'plan is not known', plan: 'gone' }]);
  });

  it('reserves all slots of a page in one write, and the next page at once', async () => {
    const world = await aWorld(150);
    await world.pump();
    expect((await world.table.get({ pk: 'pace#update', sk: 'state' }))?.version).toBe(1);
    expect((await world.state()).next).toBe(100);
    const { nudges, pumps } = world.sent();
    expect([nudges.length, pumps]).toEqual([10, 1]);
  });

  it('lets ten begin each second, so that they register together as well', async () => {
    const world = await aWorld(25);
    await world.pump();
    const counts = [0, 1, 2, 3].map((second) => world.sent(second).nudges.length);
    expect(counts).toEqual([10, 10, 5, 0]);
  });

  it('sends a distant turn through a timer, a little before its slot', async () => {
    const world = await aWorld(100);
    await world.pump();
    const now = world.sent().nudges;
    expect(now.every(({ turn }) => (turn?.slot ?? 0) <= at(1))).toBe(true);
    for (let second = 1; second < 30; second += 1) {
      for (const { turn } of world.sent(second).nudges) {
        expect((turn?.slot ?? 0) - world.clock.now()).toBeLessThanOrEqual(1_000);
        expect((turn?.slot ?? 0) - world.clock.now()).toBeGreaterThanOrEqual(-3_000);
      }
    }
    expect(await world.state()).toMatchObject({ next: 100, sent: 100 });
  });

  it('reserves no further ahead than a minute, and comes back in time', async () => {
    const world = await aWorld(300);
    await world.pump();
    await world.pump();
    const { next, armed } = await world.state();
    expect([next, armed]).toEqual([190, at(30)]);
    await world.pump();
    expect((await world.state()).next).toBe(190);
    world.sent(29);
    expect(world.sent(30).pumps).toBe(1);
    await world.pump();
    expect((await world.state()).next).toBe(280);
  });

  it('comes back where no slot is near at all', async () => {
    const world = await aWorld(50);
    await reserve(world, 'update', { lane: 'fan-out', count: 300, share: world.share });
    await world.pump();
    expect(await world.state()).toMatchObject({ next: 0, armed: at(30) });
    expect(world.sent(30)).toEqual({ nudges: [], pumps: 1 });
  });

  it('gathers those of a large plan whose places come free about the same time', async () => {
    const world = await aWorld(50, { parallel: 20 });
    await world.pump();
    world.sent();
    await world.report(0, 'done');
    await world.pump();
    expect((await world.state()).armed).toBe(at(4));
    await world.report(1, 'done');
    await world.pump();
    expect(world.sent(1).nudges).toHaveLength(10);
    expect(world.sent(3)).toEqual({ nudges: [], pumps: 0 });
    expect(world.sent(4).pumps).toBe(1);
    await world.pump();
    expect(world.sent(5).nudges.map(({ turn }) => turn?.mates.length)).toEqual([2, 2]);
  });

  it('tells the members of a plan that has stopped, page by page, and asks for no slots', async () => {
    const world = await aWorld(250, { parallel: 1 });
    await world.pump();
    world.sent();
    await world.report(0, 'failed', 'exit code 1');
    await world.pump();
    await world.pump();
    await world.pump();
    const { nudges } = world.sent(1);
    expect(nudges).toHaveLength(249);
    expect(nudges.every(({ turn }) => turn?.slot === 0)).toBe(true);
    expect((await world.table.get({ pk: 'pace#update', sk: 'state' }))?.version).toBe(1);
  });

  it('asks open members again once nothing has been heard for two minutes', async () => {
    const world = await aWorld(2);
    await world.pump();
    world.sent(119);
    await world.pump();
    expect(world.sent(119).nudges).toEqual([]);
    world.sent(120);
    await world.pump();
    expect(world.sent(120).nudges.map(({ turn }) => [turn?.index, turn?.slot])).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it('lets those go who joined a plan that had begun, once their targets know of it', async () => {
    const world = await aWorld(2);
    await world.pump();
    world.sent();
    expect(await world.enlist(services(3))).toEqual([0, 1, 2]);
    await world.pump();
    expect(world.sent(29)).toEqual({ nudges: [], pumps: 0 });
    expect(world.sent(30).pumps).toBe(1);
    await world.pump();
    expect(world.sent(31).nudges.map(({ turn }) => turn?.index)).toEqual([2]);
  });
});

describe('a pump that dies', () => {
  it.each(['before', 'after'] as const)('%s any of its calls is made good by the next', async (when) => {
    for (let n = 1; n < 60; n += 1) {
      const world = await aWorld(12);
      const { watch, hit } = crashAt(n, when);
      await world.pump(watch).catch(() => undefined);
      const first = world.sent().nudges;
      await world.pump();
      const told = new Set([...first, ...world.sent(1).nudges].map(({ turn }) => turn?.index));
      expect(told.size).toBe(12);
      expect((await world.state()).sent).toBe(12);
      if (!hit()) return;
    }
    throw new Error('it never came to an end');
  });

  it('leaves a plan that comes due', async () => {
    const world = await aWorld(12);
    const dies: Watch = (method, call) =>
      method === 'rollouts.send' ? Promise.reject(new Error('dies')) : call();
    await expect(world.pump(dies)).rejects.toThrow('dies');
    expect(await world.table.due('plan', at(119), 9)).toEqual([]);
    expect(await world.table.due('plan', at(120), 9)).toEqual([{ pk: `plan#${world.plan}`, sk: 'state' }]);
  });

  it('finds that the plan was forgotten meanwhile, and tells nobody', async () => {
    const world = await aWorld(1);
    let plans = 0;
    const forget: Watch = (method, call) => {
      plans += method === 'table.get' ? 1 : 0;
      return plans === 3 ? Promise.resolve(undefined) : call();
    };
    await world.pump(forget);
    expect(world.sent().nudges).toEqual([]);
  });
});
