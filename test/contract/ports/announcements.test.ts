import { describe, it } from 'vitest';
import { VirtualClock } from '../../../sandbox/clock.ts';
import { memoryAnnouncements } from '../../../sandbox/embedded/announcements.ts';
import { MemoryQueue } from '../../../sandbox/embedded/memory-queue.ts';
import { MemoryTable } from '../../../sandbox/embedded/memory-table.ts';
import { carryNotices } from '../../../sandbox/embedded/plumbing.ts';
import type { JsonValue } from '../../../shared/domain/lossless-json.ts';
import { announcementCases, streamCases } from './announcement-cases.ts';

describe('topic and bus in memory', () => {
  it.each(announcementCases)('$name', ({ run }) => {
    const slack = aQueue();
    const { topic, bus, put } = memoryAnnouncements(slack);
    return run({ topic, bus, slackQueue: async () => bodiesIn(slack), onBus: async () => put });
  });
});

describe('the stream in memory', () => {
  it.each(streamCases)('$name', ({ run }) => {
    const stream = aQueue();
    const table = new MemoryTable(carryNotices(stream));
    return run({
      table,
      carried: async () => bodiesIn(stream).map((body) => String(Reflect.get(Object(body), 'notice'))),
    });
  });
});

function aQueue(): MemoryQueue {
  return new MemoryQueue({ clock: new VirtualClock(), visibilityMs: 30_000, receiveMax: 5 });
}

function bodiesIn(queue: MemoryQueue): readonly JsonValue[] {
  const bodies: JsonValue[] = [];
  for (let taken = queue.receive(); taken !== undefined; taken = queue.receive()) {
    bodies.push(JSON.parse(taken.body) as JsonValue);
  }
  return bodies;
}
