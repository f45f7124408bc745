import { look } from '../../shared/domain/nudge.ts';
import type { Clock, Journal, Queue, Table } from '../../shared/ports.ts';
import { takeLease } from '../../shared/records/lease.ts';
import { noticeIdOfKey, noticesDue, publishRequest } from '../../shared/records/notice-record.ts';
import { targetOfKey, targetsDue } from '../../shared/records/target-record.ts';

export interface Deps {
  readonly table: Table;
  /** Feeds `publish`. */
  readonly unpublished: Queue;
  /** Feeds `deployment-changed`. */
  readonly looks: Queue;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** More than one tick's worth waits for the next: what is due stays due. */
const perTick = 200;
const leaseMs = 50_000;

/** Finds what a lost message, event or stream record left lying, and passes it on. Never acts itself. */
export async function tick({ table, unpublished, looks, clock, journal }: Deps): Promise<void> {
  const now = clock.now();
  if (!(await takeLease(table, 'tick', { now, ms: leaseMs }))) {
    journal.record({ outcome: 'another tick is at it' });
    return;
  }
  const notices = (await table.due(noticesDue, now, perTick)).flatMap((key) => noticeIdOfKey(key) ?? []);
  for (const id of notices) await unpublished.send({ body: publishRequest(id) });
  const targets = (await table.due(targetsDue, now, perTick)).flatMap((key) => targetOfKey(key) ?? []);
  for (const target of targets) await looks.send({ body: look({ ...target, tries: 0 }) });
  journal.record({ outcome: 'ticked', notices: notices.length, targets: targets.length });
}
