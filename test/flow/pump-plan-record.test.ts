import { describe, expect, it } from 'vitest';
import { release } from '../../shared/domain/plan/release.ts';
import { report } from '../../shared/domain/plan/report.ts';
import { Unavailable } from '../../shared/faults.ts';
import { changePlan, loadPlan, membersOf, planOfKey, plansDue } from '../../shared/records/plan-record.ts';
import { at } from '../builders/rollouts.ts';
import { image, PumpWorld, services } from './pump-given.ts';

const ten = 10_000;

describe('ten thousand targets', () => {
  it('are enlisted in bounded writes, found again by number, and enlisted once', async () => {
    const world = new PumpWorld();
    const sizes: { items: number; bytes: number }[] = [];
    const write = world.table.write.bind(world.table);
    world.table.write = (items) => {
      sizes.push({ items: items.length, bytes: Buffer.byteLength(JSON.stringify(items)) });
      return write(items);
    };
    const cluster = 'c'.repeat(255);
    const all = services(ten, cluster).map(({ service }) => ({ cluster, service: service.padEnd(255, 'x') }));
    expect(await world.enlist(all)).toEqual(all.map((_, index) => index));
    expect(Math.max(...sizes.map(({ items }) => items))).toBeLessThanOrEqual(100);
    expect(Math.max(...sizes.map(({ bytes }) => bytes))).toBeLessThanOrEqual(400 * 1_024);
    const before = sizes.length;
    expect(await world.enlist(all.slice(600, 640))).toEqual(
      all.slice(600, 640).map((_, place) => 600 + place),
    );
    expect(sizes).toHaveLength(before);
    const members = await membersOf(world.table, world.plan, [9_999, 0, 101]);
    expect(members).toEqual([9_999, 0, 101].map((index) => ({ index, ...all[index] })));
  });

  it('are released by a hundred pumps', async () => {
    const world = new PumpWorld();
    await world.enlist(services(ten), { parallel: ten });
    let seconds = 0;
    for (let pumps = 0; pumps < 400 && (await world.state()).next < ten; pumps += 1) {
      await world.pump();
      const { armed = 0 } = await world.state();
      if (armed > world.clock.now()) seconds += 30;
      world.sent(seconds);
    }
    expect((await world.state()).next).toBe(ten);
    // 2.8 a second after a burst of 28; the last ones are a minute ahead.
    expect(seconds).toBeLessThanOrEqual((ten - 28) / 2.8);
    expect(seconds).toBeGreaterThanOrEqual((ten - 28) / 2.8 - 120);
  });
});

describe('members', () => {
  it('fill up the last chunk', async () => {
    const world = new PumpWorld();
    await world.enlist(services(150));
    expect(await world.enlist(services(260).slice(150))).toEqual(
      Array.from({ length: 110 }, (_, one) => 150 + one),
    );
    const all = await membersOf(world.table, world.plan, [149, 150, 199, 200, 259]);
    expect(all.map(({ service }) => service)).toEqual([
      'web-149',
      'web-150',
      'web-199',
      'web-200',
      'web-259',
    ]);
  });

  it('that are not there are left out', async () => {
    const world = new PumpWorld();
    await world.enlist(services(2));
    expect(await membersOf(world.table, world.plan, [1, 2, 500])).toEqual([
      { index: 1, cluster: 'prod', service: 'web-1' },
    ]);
  });

  it('are enlisted by two at the same moment, each once', async () => {
    const world = new PumpWorld();
    const both = await Promise.all([world.enlist(services(120)), world.enlist(services(120).toReversed())]);
    expect(both[0]).toEqual(both[1]?.toReversed());
    expect((await world.state()).total).toBe(120);
  });

  it('with the rule’s first before all others, wherever it stands', async () => {
    const world = new PumpWorld();
    const first = { name: { cluster: 'prod', service: 'web-777' }, verified: false };
    const indices = await world.enlist(services(800), { first });
    expect([indices[777], indices[0], indices[799]]).toEqual([0, 1, 799]);
  });

  it('of a plan that was forgotten are numbered anew', async () => {
    const world = new PumpWorld();
    await world.enlist(services(150));
    const other = new PumpWorld();
    const chunks = await world.table.list(`plan#${world.plan}`, 'members#');
    for (const chunk of chunks) await other.table.write([{ ...chunk, version: 1 }]);
    expect(await other.enlist(services(3).toReversed())).toEqual([0, 1, 2]);
    expect(await membersOf(other.table, other.plan, [0])).toEqual([
      { index: 0, cluster: 'prod', service: 'web-2' },
    ]);
  });
});

describe('a plan', () => {
  it('comes due when nobody began it, or it gets on no further; once finished it is forgotten', async () => {
    const world = new PumpWorld();
    await world.enlist(services(1));
    const key = { pk: `plan#${world.plan}`, sk: 'state' };
    expect((await world.table.get(key))?.due).toEqual({ list: plansDue, at: at(15 * 60) });
    await world.pump();
    expect((await world.table.get(key))?.due).toEqual({ list: plansDue, at: at(120) });
    await world.report(0, 'done');
    const item = await world.table.get(key);
    expect([item?.due, item?.expiresAt]).toEqual([undefined, at(30 * 86_400)]);
  });

  it('is told from its members by its key', () => {
    expect(planOfKey({ pk: 'plan#abc', sk: 'state' })).toBe('abc');
    expect(planOfKey({ pk: 'plan#abc', sk: 'members#00000' })).toBeUndefined();
    expect(planOfKey({ pk: 'target#abc', sk: 'state' })).toBeUndefined();
  });

  it('that stops is written with its notice', async () => {
    const world = new PumpWorld();
    await world.enlist(services(3), { parallel: 1 });
    await world.pump();
    await world.report(0, 'failed');
    const due = await world.table.due('notice', at(9_999), 9);
    expect(due).toHaveLength(1);
    await world.report(0, 'failed');
    expect(await world.table.due('notice', at(9_999), 9)).toEqual(due);
  });

  it('hears of thirty members at the same moment', async () => {
    const world = new PumpWorld();
    await world.enlist(services(30));
    await world.pump();
    await Promise.all(Array.from({ length: 30 }, (_, index) => world.report(index, 'done')));
    expect((await world.state()).open).toEqual([]);
  });

  it('that nobody knows is not changed', async () => {
    const world = new PumpWorld();
    expect(await changePlan(world, 'gone', (plan) => ({ plan, notices: [] }))).toBeUndefined();
    expect(await loadPlan(world.table, 'gone')).toBeUndefined();
  });

  it('is answered as it is where nothing changes', async () => {
    const world = new PumpWorld();
    await world.enlist(services(2));
    const answer = await changePlan(world, world.plan, (plan) => ({
      plan: release(plan, { count: 0, at: at(1) }),
      notices: [],
    }));
    expect(answer).toMatchObject({ version: 1, plan: { total: 2, image } });
    const same = await changePlan(world, world.plan, (plan) =>
      report(plan, { index: 9, name: { cluster: 'a', service: 'b' }, result: 'done', at: at(1) }),
    );
    expect(same?.version).toBe(1);
  });

  it('is not written while others keep writing it', async () => {
    const world = new PumpWorld();
    await world.enlist(services(2));
    world.table.write = () => Promise.resolve('conflict');
    await expect(world.report(0, 'verified')).resolves.toBeUndefined();
    const forced = changePlan(world, world.plan, (plan) => ({ plan: { ...plan, at: at(1) }, notices: [] }));
    await expect(forced).rejects.toThrow(Unavailable);
    await expect(world.enlist(services(3))).rejects.toThrow(Unavailable);
  });

  it('of a newer version of Slipway is left alone', async () => {
    const world = new PumpWorld();
    await world.table.write([{ pk: 'plan#new', sk: 'state', version: 1, body: { v: 2 } }]);
    await expect(loadPlan(world.table, 'new')).rejects.toThrow('newer version');
  });
});
