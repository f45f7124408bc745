import { expect } from 'vitest';
import { parseNotice } from '../../../events/published/parse-notice.ts';
import type { JsonValue } from '../../../shared/domain/lossless-json.ts';
import type { Notice, RolloutNotice, SystemNotice } from '../../../shared/domain/notice.ts';
import type { Announcements, Item, Table } from '../../../shared/ports.ts';
import { noticeItem, noticePrefix } from '../../../shared/records/notice-record.ts';

function aNotice(id: string, more: Partial<RolloutNotice> = {}): RolloutNotice {
  return {
    v: 1,
    id,
    kind: 'rollout.completed',
    severity: 'info',
    at: Date.UTC(2026, 10, 21, 10),
    cluster: 'demo',
    service: 'web',
    rollout: { id: 'demo/web/1', generation: 1, changes: [] },
    text: 'demo/web now runs shop/web:1.4.2 <!channel> "☃" & more',
    ...more,
  };
}

/** Of no cluster and no service. */
function ofAll(id: string): SystemNotice {
  const { v, severity, at } = aNotice(id);
  const empty = { cluster: '', service: '' };
  return { v, id, kind: 'system.paused', severity, at, ...empty, system: { reason: 'x' }, text: 'paused' };
}

export interface AnnouncementsUnderTest {
  readonly topic: Announcements;
  readonly bus: Announcements;
  /** What lies in, or came out of, the queue of Slack, oldest first; at least so many. */
  readonly slackQueue: (count: number) => Promise<readonly JsonValue[]>;
  /** The details of the events on the bus, oldest first; at least so many. */
  readonly onBus: (count: number) => Promise<readonly JsonValue[]>;
}

interface Case<Given> {
  readonly name: string;
  readonly run: (given: Given) => Promise<void>;
}

/** What every pair of topic and bus does. */
export const announcementCases: readonly Case<AnnouncementsUnderTest>[] = [
  {
    name: 'the queue of Slack gets the notice itself as its message, also one that concerns no service',
    async run({ topic, slackQueue }) {
      const notices: readonly Notice[] = [aNotice('topic-1'), ofAll('topic-2')];
      for (const notice of notices) await topic.publish(notice);
      const bodies = await slackQueue(2);
      expect(bodies.toSorted(byId)).toEqual(notices);
      expect(bodies.map(parseNotice)).toHaveLength(2);
    },
  },
  {
    name: 'the bus carries the notice as the detail of its event',
    async run({ bus, onBus }) {
      const notice = aNotice('bus-1', { kind: 'rollout.failed', severity: 'error' });
      await bus.publish(notice);
      expect(await onBus(1)).toEqual([notice]);
    },
  },
];

function byId(a: JsonValue, b: JsonValue): number {
  const idOf = (value: JsonValue) => parseNotice(value).id;
  return idOf(a).localeCompare(idOf(b));
}

export interface StreamUnderTest {
  readonly table: Table;
  /** Ids of the notices that reached `publish` over the stream, oldest first; at least so many. */
  readonly carried: (count: number) => Promise<readonly string[]>;
}

/** What every stream between the table and `publish` does. */
export const streamCases: readonly Case<StreamUnderTest>[] = [
  {
    name: 'a notice that is inserted reaches publish once; what is written over it does not, nor anything else',
    async run({ table, carried }) {
      const first = noticeItem(aNotice('stream-1'));
      const others: readonly Item[] = [
        { pk: `${noticePrefix}stream-x`, sk: 'delivery#slack', version: 1, body: {} },
        { pk: 'target#demo/web', sk: 'state', version: 1, body: { v: 1 } },
        { pk: 'push#r/notice#1', sk: 'notice', version: 1, body: {} },
      ];
      await table.write([first, ...others]);
      await table.write([{ ...first, version: 2, body: { ...first.body, publishedAt: 1 } }]);
      await table.write([{ ...first, version: 2 }]);
      await table.write([noticeItem(aNotice('stream-2')), noticeItem(aNotice('stream-3'))]);
      expect(await carried(3)).toEqual(['stream-1', 'stream-2', 'stream-3']);
    },
  },
];
