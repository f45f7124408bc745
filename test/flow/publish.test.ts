import { describe, expect, it } from 'vitest';
import { publishNotice } from '../../functions/publish/flow.ts';
import { VirtualClock } from '../../sandbox/clock.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import { RejectedInput, Unavailable } from '../../shared/faults.ts';
import { dueAgain } from '../../shared/records/due.ts';
import { noticeItem, noticesDue, publishRequest } from '../../shared/records/notice-record.ts';
import { aNotice, at } from '../builders/rollouts.ts';
import { aroundAll, Crash, crashAt, onCall, type Watch } from '../fakes/around.ts';

const notice = aNotice();
const request = publishRequest(notice.id);

function outlet() {
  const heard: Notice[] = [];
  const publish = (one: Notice) => Promise.resolve(void heard.push(one));
  return { heard, publish };
}

async function aWorld() {
  const table = new MemoryTable();
  await table.write([noticeItem(notice)]);
  const [topic, bus, virtual] = [outlet(), outlet(), new VirtualClock(at(100))];
  const clock = { now: () => virtual.now(), pause: () => Promise.resolve() };
  const entries: unknown[] = [];
  const deps = {
    table,
    topic,
    bus,
    clock,
    journal: { record: (entry: unknown) => void entries.push(entry) },
  };
  const run = (watch: Watch = (_method, call) => call()) => publishNotice(request, aroundAll(deps, watch));
  return { ...deps, entries, run };
}

describe('a notice', () => {
  it('goes to the topic and to the bus, word for word, and is due no more', async () => {
    const { run, topic, bus, table } = await aWorld();
    expect(await table.due(noticesDue, at(999), 10)).toHaveLength(1);
    await run();
    expect([topic.heard, bus.heard]).toEqual([[notice], [notice]]);
    expect(await table.due(noticesDue, at(999), 10)).toEqual([]);
  });

  it('that was published is not published again', async () => {
    const { run, topic, entries } = await aWorld();
    await run();
    await run();
    expect(topic.heard).toHaveLength(1);
    expect(entries).toHaveLength(1);
  });

  it('that two publish at once is marked once, and no harm done', async () => {
    const { run, topic } = await aWorld();
    await Promise.all([run(), run()]);
    await run();
    expect(new Set(topic.heard.map(({ id }) => id)).size).toBe(1);
  });

  it('that tick puts off meanwhile is marked all the same', async () => {
    const { run, table } = await aWorld();
    await run(onCall('bus.publish', 'after', () => dueAgain(table, noticeItem(notice), at(100))));
    expect(await table.due(noticesDue, at(99_999), 10)).toEqual([]);
  });

  it('whose mark others keep overwriting stays due', async () => {
    const { run, table } = await aWorld();
    const busy: Watch = (method, call) => (method === 'table.write' ? Promise.resolve('conflict') : call());
    await expect(run(busy)).rejects.toThrow(Unavailable);
    expect(await table.due(noticesDue, at(999), 10)).toHaveLength(1);
  });

  it.each(['topic.publish', 'bus.publish'])('that could not be published stays due: %s', async (broken) => {
    const { run, table, bus } = await aWorld();
    const failing: Watch = (method, call) =>
      method === broken ? Promise.reject(new Unavailable('x')) : call();
    await expect(run(failing)).rejects.toThrow(Unavailable);
    expect(await table.due(noticesDue, at(999), 10)).toHaveLength(1);
    await run();
    expect(bus.heard).toHaveLength(1);
    expect(await table.due(noticesDue, at(999), 10)).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'is published, whenever the process dies: %s any call',
    async (when) => {
      for (let n = 1; n < 10; n += 1) {
        const { run, topic, bus, table } = await aWorld();
        const { watch, hit } = crashAt(n, when);
        await run(watch).catch((error: unknown) => expect(error).toBeInstanceOf(Crash));
        if (!hit()) return;
        await run();
        expect([topic.heard.length > 0, bus.heard.length > 0], `${when} call ${n}`).toEqual([true, true]);
        expect(await table.due(noticesDue, at(999), 10)).toEqual([]);
      }
      throw new Error('never ends');
    },
  );
});

describe('a request to publish', () => {
  it.each([null, 'x', {}, { v: 2, notice: notice.id }, { v: 1, notice: 7 }, publishRequest('unknown')])(
    'is not %j',
    async (message) => {
      await expect(publishNotice(message, await aWorld())).rejects.toThrow(RejectedInput);
    },
  );

  it('waits where a newer version of Slipway wrote the notice', async () => {
    const world = await aWorld();
    await world.table.write([{ ...noticeItem(notice), version: 2, body: { v: 2 } }]);
    await expect(world.run()).rejects.toThrow(Unavailable);
  });
});
