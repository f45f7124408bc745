import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import { isJsonObject } from '../../shared/domain/lossless-json.ts';
import { RejectedInput } from '../../shared/faults.ts';
import type { Announcements, Clock, Journal, Table } from '../../shared/ports.ts';
import { loadNotice, markPublished } from '../../shared/records/notice-record.ts';

export interface Deps {
  readonly table: Table;
  readonly topic: Announcements;
  readonly bus: Announcements;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** Carries one notice out of the table. Said twice only where the answer of SNS or of the bus was lost. */
export async function publishNotice(message: JsonValue, deps: Deps): Promise<void> {
  const id = readNoticeId(message);
  const stored = await loadNotice(deps.table, id);
  if (stored === undefined) throw new RejectedInput(`no notice ${id}`);
  if (stored.published) return;
  await deps.topic.publish(stored.notice);
  await deps.bus.publish(stored.notice);
  await markPublished(deps.table, stored, deps.clock.now());
  const { kind, cluster, service } = stored.notice;
  deps.journal.record({ outcome: 'notice published', id, kind, cluster, service });
}

function readNoticeId(message: JsonValue): string {
  const id = isJsonObject(message) && message['v'] === 1 ? message['notice'] : undefined;
  if (typeof id === 'string') return id;
  throw new RejectedInput('not a request to publish that this version of Slipway understands');
}
