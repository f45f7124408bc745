import { describe, expect, it } from 'vitest';
import { tick } from '../../functions/tick/flow.ts';
import { VirtualClock } from '../../sandbox/clock.ts';
import { MemoryQueue } from '../../sandbox/embedded/memory-queue.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import { look } from '../../shared/domain/nudge.ts';
import { noticeItem, publishRequest } from '../../shared/records/notice-record.ts';
import { changeTarget } from '../../shared/records/target-record.ts';
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
    clock: { now: () => virtual.now(), pause: () => Promise.resolve() },
    journal: { record: (entry: unknown) => void entries.push(entry) },
  };
  const given = (target: ReturnType<typeof aTarget>) =>
    changeTarget({ table, now: virtual.now() }, target, () => ({ target, notices: [] }));
  return { ...deps, virtual, given, entries, run: () => tick(deps) };
}

describe('tick', () => {
  it('finds nothing where nothing is due', async () => {
    const world = aWorld();
    await world.given(aTarget(aRollout({ phase: 'completed' })));
    world.virtual.advance(3_600_000);
    await world.run();
    expect(world.entries).toEqual([{ outcome: 'ticked', notices: 0, targets: 0 }]);
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
    ['a nudge that nobody answered, after two minutes', aWaitingRollout(), 120_000],
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
  });

  it('leaves the minute to whoever has taken it', async () => {
    const world = aWorld();
    await Promise.all([world.run(), world.run()]);
    expect(world.entries).toContainEqual({ outcome: 'another tick is at it' });
    expect(world.entries).toContainEqual({ outcome: 'ticked', notices: 0, targets: 0 });
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

  it('passes on what is due longest, and leaves the rest to the next minute', async () => {
    const world = aWorld();
    const notices = Array.from({ length: 201 }, (_, index) => aNotice({ id: `n${index}`, at: at(-index) }));
    for (const notice of notices) await world.table.write([noticeItem(notice)]);
    world.virtual.advance(60_000);
    await world.run();
    const asked = taken(world.unpublished);
    expect(asked).toHaveLength(200);
    expect(asked[0]).toEqual(publishRequest('n200'));
  });
});
