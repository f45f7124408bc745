import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../shared/faults.ts';
import { isPaused, loadPause } from '../../shared/records/control-record.ts';
import { pausedDue } from '../../shared/records/target-record.ts';
import { at } from '../builders/rollouts.ts';
import { onCall } from '../fakes/around.ts';
import { FakeWorld, taken } from '../fakes/fake-world.ts';
import { aCommand, answerTo, aSeenTarget, carryOut } from './command-given.ts';

const far = Date.UTC(9999, 0);

/** So many targets are parked, and one that is not a target. */
async function aPausedWorld(targets: number): Promise<FakeWorld> {
  const world = new FakeWorld();
  await carryOut(world, aCommand({ name: 'pause', reason: 'a fire' }));
  for (let n = 0; n < targets; n += 1) {
    const body = { ...aSeenTarget(), service: `web-${n}`, generation: n } as object;
    const due = { list: pausedDue, at: at(n) };
    await world.table.write([
      { pk: `target#prod/web-${n}`, sk: 'state', version: 1, body: JSON.parse(JSON.stringify(body)), due },
    ]);
  }
  await world.table.write([
    { pk: 'plan#1', sk: 'state', version: 1, body: { v: 1 }, due: { list: pausedDue, at: at(0) } },
  ]);
  taken(world.rollouts);
  return world;
}

describe('pause', () => {
  it('stops everything by one item, and announces it once', async () => {
    const world = new FakeWorld();
    expect(await isPaused(world.table)).toBe(false);
    expect(await answerTo(world, { name: 'pause', reason: 'a fire' })).toEqual({
      status: 'accepted',
      text: 'Slipway is paused by ada: a fire. Nothing is rolled until `slipway unpause`',
    });
    expect(await answerTo(world, { name: 'pause' })).toEqual({
      status: 'accepted',
      text: 'Slipway is paused already, by ada since 2026-11-01T10:01:40.000Z',
    });
    expect(await isPaused(world.table)).toBe(true);
    expect((await loadPause(world.table)).pause).toEqual({
      paused: true,
      by: 'ada',
      at: at(100),
      reason: 'a fire',
    });
    expect(await world.said()).toEqual(['system.paused']);
  });

  it('by two people at once is one pause', async () => {
    const world = new FakeWorld();
    const watch = onCall('table.write', 'before', () => answerTo(world, { name: 'pause', reason: 'bob’s' }));
    await carryOut(world, aCommand({ name: 'pause' }), watch);
    expect((await loadPause(world.table)).pause?.reason).toBe('bob’s');
    expect(await world.said()).toEqual(['system.paused']);
  });

  it('gives up for now where others keep writing', async () => {
    const world = new FakeWorld();
    const carrying = carryOut(world, aCommand({ name: 'pause' }), (method, call) =>
      method === 'table.write' ? Promise.resolve('conflict') : call(),
    );
    await expect(carrying).rejects.toThrow(Unavailable);
  });

  it('that a newer version wrote is not guessed at', async () => {
    const world = new FakeWorld();
    await world.table.write([{ pk: 'control', sk: 'pause', version: 1, body: { v: 2 } }]);
    await expect(isPaused(world.table)).rejects.toThrow(Unavailable);
  });
});

describe('unpause', () => {
  it('lets everything go on that was held up', async () => {
    const world = await aPausedWorld(3);
    expect(await answerTo(world, { name: 'unpause' })).toMatchObject({
      status: 'accepted',
      text: 'Slipway goes on, says ada',
    });
    expect(await isPaused(world.table)).toBe(false);
    expect(await world.table.due(pausedDue, far, 9)).toEqual([]);
    expect(taken(world.rollouts)).toMatchObject([
      { service: 'web-0', generation: 0 },
      { service: 'web-1', generation: 1 },
      { service: 'web-2', generation: 2 },
    ]);
    const due = await world.table.due('target', far, 9);
    expect(due.map(({ pk }) => pk)).toEqual(['target#prod/web-0', 'target#prod/web-1', 'target#prod/web-2']);
    expect(await world.table.due('plan', far, 9)).toEqual([{ pk: 'plan#1', sk: 'state' }]);
  });

  it('of what is not paused is what was wished', async () => {
    const world = new FakeWorld();
    expect(await answerTo(world, { name: 'unpause' })).toEqual({
      status: 'accepted',
      text: 'Slipway was not paused',
    });
    expect(await world.said()).toEqual([]);
  });

  it('takes on a thousand at once, and asks itself for the others', async () => {
    const world = await aPausedWorld(1_050);
    const command = aCommand({ name: 'unpause' });
    await carryOut(world, command);
    const sent = taken(world.rollouts);
    expect(sent).toHaveLength(1_000);
    expect(sent.at(-1)).toMatchObject({ kind: 'command', name: 'unpause', id: command.id });
    await carryOut(world, command);
    expect(taken(world.rollouts)).toHaveLength(51);
    expect(await world.table.due(pausedDue, far, 9)).toEqual([]);
  });

  it('releases nothing where somebody has paused again', async () => {
    const world = await aPausedWorld(1);
    const again = () => answerTo(world, { name: 'pause' });
    const watch = onCall('table.write', 'after', again);
    await carryOut(world, aCommand({ name: 'unpause' }), watch);
    expect(taken(world.rollouts)).toEqual([]);
    expect(await world.said()).toEqual(['system.paused', 'system.unpaused', 'system.paused']);
  });

  it('leaves alone what somebody else has written meanwhile', async () => {
    const world = await aPausedWorld(1);
    const [key] = await world.table.due(pausedDue, far, 1);
    const meanwhile = async () => {
      const item = await world.table.get(key ?? { pk: '', sk: '' });
      if (item !== undefined) await world.table.write([{ ...item, version: item.version + 1 }]);
    };
    let writes = 0;
    await carryOut(world, aCommand({ name: 'unpause' }), async (method, call) => {
      if (method === 'table.write') writes += 1;
      if (method === 'table.write' && writes === 2) await meanwhile();
      return call();
    });
    expect(await world.table.due(pausedDue, far, 9)).toEqual([]);
  });

  it('ends, though the index still shows what is released', async () => {
    const world = await aPausedWorld(1);
    const stale = [{ pk: 'target#prod/gone', sk: 'state' }];
    await carryOut(world, aCommand({ name: 'unpause' }), (method, call) =>
      method === 'table.due' ? Promise.resolve(stale) : call(),
    );
    expect(taken(world.rollouts)).toEqual([]);
  });
});
