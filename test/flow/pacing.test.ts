import { describe, expect, it } from 'vitest';
import { takeSlot } from '../../functions/roll-service/pace.ts';
import { VirtualClock } from '../../sandbox/clock.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import { Unavailable } from '../../shared/faults.ts';
import type { Item } from '../../shared/ports.ts';
import { reserve, slowDown } from '../../shared/records/pacing-record.ts';
import { at } from '../builders/rollouts.ts';

const share = 70;

function aWorld() {
  const virtual = new VirtualClock(at(0));
  const waits: number[] = [];
  const pause = (ms: number) => {
    waits.push(ms);
    virtual.advance(ms);
    return Promise.resolve();
  };
  return { table: new MemoryTable(), clock: { now: () => virtual.now(), pause }, share, waits, virtual };
}

describe('slots are shared', () => {
  it('between workers, in one write for each of them', async () => {
    const world = aWorld();
    const some = await reserve(world, 'update', { lane: 'fan-out', count: 20, share });
    const more = await reserve(world, 'update', { lane: 'fan-out', count: 20, share });
    expect(some.every((slot) => slot === at(0))).toBe(true);
    expect(more.slice(7, 10)).toEqual([at(0), at(0) + 357, at(0) + 714]);
    expect((await world.table.get({ pk: 'pace#update', sk: 'state' }))?.version).toBe(2);
  });

  it('by each API for itself', async () => {
    const world = aWorld();
    await reserve(world, 'update', { lane: 'fan-out', count: 100, share });
    expect(await reserve(world, 'register', { lane: 'fan-out', count: 1, share })).toEqual([at(0)]);
  });

  it('by forty who come at the same moment: none is refused, and no slot is given twice over', async () => {
    const world = aWorld();
    const asking = Array.from({ length: 40 }, () =>
      reserve(world, 'update', { lane: 'single', count: 1, share }),
    );
    const slots = (await Promise.all(asking)).flat().toSorted((a, b) => a - b);
    expect(slots).toHaveLength(40);
    const state = await world.table.get({ pk: 'pace#update', sk: 'state' });
    expect(state?.version).toBe(40);
  });

  it('none where all are further off than asked for, and nothing is written', async () => {
    const world = aWorld();
    await reserve(world, 'update', { lane: 'fan-out', count: 100, share });
    const until = at(1);
    expect(await reserve(world, 'update', { lane: 'fan-out', count: 3, share, until })).toEqual([]);
    expect((await world.table.get({ pk: 'pace#update', sk: 'state' }))?.version).toBe(1);
  });

  it('and somebody who never gets through is told so', async () => {
    const world = aWorld();
    const table = {
      get: () => Promise.resolve(undefined),
      write: () => Promise.resolve('conflict' as const),
    };
    const asked = reserve({ ...world, table: Object.assign(new MemoryTable(), table) }, 'update', {
      lane: 'single',
      count: 1,
      share,
    });
    await expect(asked).rejects.toThrow(Unavailable);
    expect(Math.max(...world.waits)).toBeLessThanOrEqual(60);
  });

  it('not by a version that does not understand what is written', async () => {
    const world = aWorld();
    const item: Item = { pk: 'pace#update', sk: 'state', version: 1, body: { v: 2 } };
    await world.table.write([item]);
    await expect(reserve(world, 'update', { lane: 'single', count: 1, share })).rejects.toThrow(
      'newer version',
    );
  });
});

describe('a throttled call', () => {
  it('slows everybody down, once', async () => {
    const world = aWorld();
    await Promise.all(Array.from({ length: 20 }, () => slowDown(world.table, 'update', at(0))));
    const state = await world.table.get({ pk: 'pace#update', sk: 'state' });
    expect([state?.version, state?.body['factor']]).toEqual([1, 0.85]);
    const [slot = 0] = await reserve(world, 'update', { lane: 'fan-out', count: 1, share });
    expect(slot).toBe(at(0) + 420);
  });
});

describe('a call', () => {
  it('goes at once while there is something left', async () => {
    const world = aWorld();
    expect(await takeSlot({ api: 'update', lane: 'single' }, world)).toEqual({ kind: 'go' });
    expect(world.waits).toEqual([]);
  });

  it('waits for a slot that is near', async () => {
    const world = aWorld();
    await reserve(world, 'update', { lane: 'fan-out', count: 28, share });
    expect(await takeSlot({ api: 'update', lane: 'fan-out' }, world)).toEqual({ kind: 'go' });
    expect(world.waits).toEqual([357]);
  });

  it('comes back for one that is not, and then goes with it', async () => {
    const world = aWorld();
    await reserve(world, 'update', { lane: 'fan-out', count: 60, share });
    const taken = await takeSlot({ api: 'update', lane: 'fan-out' }, world);
    expect(taken).toEqual({ kind: 'later', at: at(0) + 11_786 });
    const reserved = at(0) + 11_786;
    world.virtual.advance(11_500);
    expect(await takeSlot({ api: 'update', lane: 'fan-out', reserved }, world)).toEqual({ kind: 'go' });
    expect(world.clock.now()).toBe(reserved);
  });

  it('that comes before its slot is sent away again', async () => {
    const world = aWorld();
    const reserved = at(30);
    const taken = await takeSlot({ api: 'update', lane: 'fan-out', reserved }, world);
    expect(taken).toEqual({ kind: 'later', at: reserved });
  });

  it.each([
    ['a little late goes all the same', 5_000, 0],
    ['too late is given another', 5_001, 1],
  ])('that comes %s', async (_what, lateMs, written) => {
    const world = aWorld();
    const reserved = at(0) - lateMs;
    expect(await takeSlot({ api: 'update', lane: 'fan-out', reserved }, world)).toEqual({ kind: 'go' });
    expect((await world.table.get({ pk: 'pace#update', sk: 'state' }))?.version ?? 0).toBe(written);
  });
});
