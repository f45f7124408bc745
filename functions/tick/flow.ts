import type { Clock, Journal, Key, Queue, Table } from '../../shared/ports.ts';
import { dueAgain } from '../../shared/records/due.ts';
import { takeLease } from '../../shared/records/lease.ts';
import { type List, lists } from './lists.ts';

export interface Deps {
  readonly table: Table;
  /** Feeds `publish`. */
  readonly unpublished: Queue;
  /** Feeds `deployment-changed`. */
  readonly looks: Queue;
  /** `rollouts.fifo`, which feeds `roll-service`. */
  readonly rollouts: Queue;
  readonly clock: Clock;
  readonly journal: Journal;
}

const page = 100;
const leaseMs = 50_000;
/** What is left then waits for the next tick: it stays due. */
const budgetMs = 35_000;

/** Finds what a lost message, event or stream record left lying, and timers that are due, and passes them on. Never acts itself. */
export async function tick(deps: Deps): Promise<void> {
  const { table, clock, journal } = deps;
  const now = clock.now();
  if (!(await takeLease(table, 'tick', { now, ms: leaseMs }))) {
    journal.record({ outcome: 'another tick is at it' });
    return;
  }
  const rounds = lists.map((list) => ({ list, seen: new Set<string>(), until: now + budgetMs }));
  await inTurn(rounds, deps);
  const found = Object.fromEntries(rounds.map(({ list, seen }) => [list.what, seen.size]));
  journal.record({ outcome: 'ticked', ...found });
}

interface Round {
  readonly list: List;
  readonly until: number;
  readonly seen: Set<string>;
}

/** A page of each list at a time: a long one keeps no other waiting. */
async function inTurn(rounds: readonly Round[], deps: Deps): Promise<void> {
  let open = rounds;
  while (open.length > 0) {
    const more: Round[] = [];
    for (const round of open) if (await passOnPage(deps, round)) more.push(round);
    open = more;
  }
}

/** False when there was nothing new. Each is put off before it is sent on, so that the first ones due never keep the others waiting. */
async function passOnPage(deps: Deps, { list, until, seen }: Round): Promise<boolean> {
  if (deps.clock.now() >= until) return false;
  const keys = await deps.table.due(list.name, deps.clock.now(), page);
  const fresh = keys.filter(({ pk, sk }) => !seen.has(JSON.stringify([pk, sk])));
  for (const key of fresh) {
    seen.add(JSON.stringify([key.pk, key.sk]));
    if (deps.clock.now() < until) await sendOn(deps, list, key);
  }
  return fresh.length > 0;
}

async function sendOn(deps: Deps, list: List, key: Key): Promise<void> {
  const now = deps.clock.now();
  const messageOf = list.messageFor(key);
  const item = messageOf === undefined ? undefined : await dueAgain(deps.table, key, now);
  if (messageOf !== undefined && item !== undefined) await deps[list.queue].send(messageOf(item, now));
}
