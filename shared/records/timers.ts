import type { JsonObject } from '../domain/lossless-json.ts';
import { look, nudge, wake } from '../domain/nudge.ts';
import type { Target } from '../domain/target/state.ts';
import type { Clock, Message, Queue } from '../ports.ts';
import { looksDue, targetsDue, type Written } from './target-record.ts';

/** As long as SQS hides a message. What is due later, `tick` finds. */
const soonMs = 15 * 60_000;

/**
 * A message for the queue `wakeups`, which has this one passed on to the second when its time comes. Undefined where that is too
 * far off. Times in milliseconds since the epoch.
 */
export function wakeup(message: JsonObject, at: number, now: number): Message | undefined {
  if (at - now > soonMs) return undefined;
  return { body: wake({ at, message }), delaySeconds: Math.max(0, Math.ceil((at - now) / 1_000)) };
}

interface Deps {
  readonly wakeups: Queue;
  readonly clock: Clock;
}

/** Once a target is written: whoever has to look at it is woken to the second, if that is soon. */
export async function remind(
  { wakeups, clock }: Deps,
  { target, due }: Pick<Written, 'target' | 'due'>,
): Promise<void> {
  const message = due === undefined ? undefined : messageOf(due.list, target);
  if (due === undefined || message === undefined) return;
  const soon = wakeup(message, due.at, clock.now());
  if (soon !== undefined) await wakeups.send(soon);
}

function messageOf(list: string, { cluster, service, generation }: Target): JsonObject | undefined {
  switch (list) {
    case targetsDue:
      return nudge({ cluster, service, generation }).body;
    case looksDue:
      return look({ cluster, service, tries: 0 });
    default:
      return undefined;
  }
}
