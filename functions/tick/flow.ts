import { look } from '../../shared/domain/nudge.ts';
import type { Clock, Journal, Key, Message, Queue, Table } from '../../shared/ports.ts';
import { dueAgain } from '../../shared/records/due.ts';
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

const page = 100;
const leaseMs = 50_000;
/** What is left then waits for the next tick: it stays due. */
const budgetMs = 35_000;

/** Finds what a lost message, event or stream record left lying, and passes it on. Never acts itself. */
export async function tick(deps: Deps): Promise<void> {
  const { table, unpublished, looks, clock, journal } = deps;
  const now = clock.now();
  if (!(await takeLease(table, 'tick', { now, ms: leaseMs }))) {
    journal.record({ outcome: 'another tick is at it' });
    return;
  }
  const notices = await passOn(
    deps,
    { list: noticesDue, queue: unpublished, until: now + budgetMs },
    (key) => {
      const id = noticeIdOfKey(key);
      return id === undefined ? undefined : { body: publishRequest(id) };
    },
  );
  const targets = await passOn(deps, { list: targetsDue, queue: looks, until: now + budgetMs }, (key) => {
    const target = targetOfKey(key);
    return target === undefined ? undefined : { body: look({ ...target, tries: 0 }) };
  });
  journal.record({ outcome: 'ticked', notices, targets });
}

interface Round {
  readonly list: string;
  readonly queue: Queue;
  readonly until: number;
}

/** Page by page. Each is put off before it is sent on, so that the first ones due never keep the others waiting. */
async function passOn(
  deps: Deps,
  round: Round,
  messageFor: (key: Key) => Message | undefined,
): Promise<number> {
  const seen = new Set<string>();
  while (deps.clock.now() < round.until) {
    const keys = await deps.table.due(round.list, deps.clock.now(), page);
    const fresh = keys.filter(({ pk, sk }) => !seen.has(JSON.stringify([pk, sk])));
    if (fresh.length === 0) break;
    for (const key of fresh) {
      seen.add(JSON.stringify([key.pk, key.sk]));
      await sendOn(deps, round, { key, message: messageFor(key) });
    }
  }
  return seen.size;
}

async function sendOn(
  { table, clock }: Deps,
  { queue, until }: Round,
  { key, message }: { readonly key: Key; readonly message: Message | undefined },
): Promise<void> {
  if (clock.now() >= until || message === undefined) return;
  if (await dueAgain(table, key, clock.now())) await queue.send(message);
}
