import { describe, expect, it } from 'vitest';
import { tick } from '../../functions/tick/flow.ts';
import { VirtualClock } from '../../sandbox/clock.ts';
import { MemoryQueue } from '../../sandbox/embedded/memory-queue.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import { look, nudge, pump } from '../../shared/domain/nudge.ts';
import type { Item, Message } from '../../shared/ports.ts';
import { noticeItem, noticesDue, publishRequest } from '../../shared/records/notice-record.ts';
import { plansDue } from '../../shared/records/plan-record.ts';
import { changeTarget, looksDue, pausedDue, targetsDue } from '../../shared/records/target-record.ts';
import { aNotice, aRollout, aTarget, at, aWaitingRollout, name } from '../builders/rollouts.ts';
import { taken } from '../fakes/fake-world.ts';

function aWorld() {
  const virtual = new VirtualClock(at(0));
  const queue = () => new MemoryQueue({ clock: virtual, visibilityMs: 1, receiveMax: 9 });
  const table = new MemoryTable();
  const entries: unknown[] = [];
  const deps = {
    table,
    unpublished: queue(),
    looks: queue(),
    rollouts: queue(),
    clock: { now: () => virtual.now(), pause: () => Promise.resolve() },
    journal: { record: (entry: unknown) => void entries.push(entry) },
  };
  const given = (target: ReturnType<typeof aTarget>) =>
    changeTarget({ table, now: virtual.now() }, target, () => ({ target, notices: [] }));
  return { ...deps, virtual, given, entries, run: () => tick(deps) };
}

const ticked = { outcome: 'ticked', notices: 0, targets: 0, looks: 0, plans: 0 };

const due = (list: string, key: { pk: string; sk: string }, ms = 0): Item => ({
  ...key,
  version: 1,
  body: { v: 1, generation: 7 },
  due: { list, at: at(0) + ms },
});

describe('tick', () => {
  it('finds nothing where nothing is due', async () => {
    const world = aWorld();
    await world.given(aTarget(aRollout({ phase: 'completed' })));
    world.virtual.advance(3_600_000);
    await world.run();
    expect(world.entries).toEqual([ticked]);
  });

  it('has published what the stream did not carry out within a minute, and not before', async () => {
    const world = aWorld();
    const notice = aNotice({ at: at(0) });
    await world.table.write([noticeItem(notice)]);
    world.virtual.advance(59_000);
    await world.run();
    expect(taken(world.unpublished)).toEqual([]);
    world.virtual.advance(60_000);
    await world.run();
    expect(taken(world.unpublished)).toEqual([publishRequest(notice.id)]);
  });

  it.each([
    ['a rollout of which no event came, after a quarter of an hour', aRollout(), 900_000],
    ['a roll-back of which no event came', aRollout({ phase: 'rolling-back' }), 900_000],
  ])('has looked at %s', async (_what, rollout, ms) => {
    const world = aWorld();
    await world.given(aTarget(rollout));
    world.virtual.advance(ms - 60_000);
    await world.run();
    expect(taken(world.looks)).toEqual([]);
    world.virtual.advance(60_000);
    await world.run();
    expect(taken(world.looks)).toEqual([look({ ...name, tries: 0 })]);
    expect(taken(world.rollouts)).toEqual([]);
  });

  it('repeats a nudge that nobody answered, after two minutes', async () => {
    const world = aWorld();
    await world.given(aTarget(aWaitingRollout()));
    world.virtual.advance(60_000);
    await world.run();
    expect(taken(world.rollouts)).toEqual([]);
    world.virtual.advance(60_000);
    await world.run();
    expect(taken(world.rollouts)).toEqual([nudge({ ...name, generation: 1 }).body]);
    expect(taken(world.looks)).toEqual([]);
  });

  it('nudges again past the queue that swallows what it has heard before', async () => {
    const world = aWorld();
    await world.table.write([due(targetsDue, { pk: 'target#prod/schedule:default/nightly', sk: 'state' })]);
    for (const minute of [0, 1]) {
      world.virtual.advance(minute * 60_000);
      await world.run();
      expect(taken(world.rollouts)).toEqual([
        nudge({ cluster: 'prod', service: 'schedule:default/nightly', generation: 7 }).body,
      ]);
    }
  });

  it('has a plan go on whose time has come', async () => {
    const world = aWorld();
    await world.table.write([due(plansDue, { pk: 'plan#abc', sk: 'state' })]);
    await world.run();
    expect(taken(world.rollouts)).toEqual([pump('abc').body]);
    expect(world.entries).toEqual([{ ...ticked, plans: 1 }]);
  });

  it('fires nothing that a pause holds up', async () => {
    const world = aWorld();
    await world.table.write([due(pausedDue, { pk: 'target#prod/web', sk: 'state' })]);
    world.virtual.advance(86_400_000);
    await world.run();
    expect(world.entries).toEqual([ticked]);
  });

  it('keeps no list waiting behind a long one', async () => {
    const world = aWorld();
    const notices = Array.from({ length: 150 }, (_, index) => aNotice({ id: `n${index}`, at: at(-99) }));
    for (const notice of notices) await world.table.write([noticeItem(notice)]);
    await world.table.write([due(targetsDue, { pk: 'target#prod/web', sk: 'state' })]);
    const slow = (message: Message) => world.unpublished.send(message).then(() => world.virtual.advance(300));
    await tick({ ...world, unpublished: { send: slow } });
    expect(taken(world.rollouts)).toHaveLength(1);
  });

  it('leaves the minute to whoever has taken it', async () => {
    const world = aWorld();
    await Promise.all([world.run(), world.run()]);
    expect(world.entries).toContainEqual({ outcome: 'another tick is at it' });
    expect(world.entries).toContainEqual(ticked);
    await world.run();
    expect(world.entries.at(-1)).toEqual({ outcome: 'another tick is at it' });
  });

  it('takes the next minute after it died', async () => {
    const world = aWorld();
    await world.run();
    world.virtual.advance(60_000);
    await world.run();
    expect(world.entries).toHaveLength(2);
  });

  it('passes on all that is due, page by page', async () => {
    const world = aWorld();
    const notices = Array.from({ length: 250 }, (_, index) => aNotice({ id: `n${index}`, at: at(-index) }));
    for (const notice of notices) await world.table.write([noticeItem(notice)]);
    world.virtual.advance(60_000);
    await world.run();
    const asked = taken(world.unpublished);
    expect(asked).toHaveLength(250);
    expect(asked[0]).toEqual(publishRequest('n249'));
  });

  it('asks again for what nobody does, ever more seldom, so that it keeps nobody else waiting', async () => {
    const world = aWorld();
    await world.table.write([noticeItem(aNotice({ at: at(0) }))]);
    const minutes: number[] = [];
    for (let minute = 1; minute <= 180; minute += 1) {
      world.virtual.advance(60_000);
      await world.run();
      if (taken(world.unpublished).length > 0) minutes.push(minute);
    }
    expect(minutes).toEqual([1, 2, 3, 5, 9, 17, 33, 65, 125]);
  });

  it('ends before the next begins, and leaves the rest to that', async () => {
    const world = aWorld();
    const notices = Array.from({ length: 3 }, (_, index) => aNotice({ id: `n${index}`, at: at(-99) }));
    for (const notice of notices) await world.table.write([noticeItem(notice)]);
    const slow = {
      ...world,
      unpublished: {
        send: (message: Message) => world.unpublished.send(message).then(() => world.virtual.advance(20_000)),
      },
    };
    await tick(slow);
    expect(taken(world.unpublished)).toHaveLength(2);
    world.virtual.advance(60_000);
    await world.run();
    expect(taken(world.unpublished).length).toBeGreaterThan(0);
  });

  it('passes on nothing that it does not know', async () => {
    const world = aWorld();
    for (const list of [noticesDue, targetsDue, looksDue, plansDue]) {
      await world.table.write([due(list, { pk: `odd#${list}`, sk: 'x' })]);
    }
    await world.table.write([due(plansDue, { pk: 'plan#abc', sk: 'members#00000' })]);
    await world.run();
    const queues = [world.unpublished, world.looks, world.rollouts];
    expect(queues.map(taken)).toEqual([[], [], []]);
  });
});
