import type { JsonObject } from '../domain/lossless-json.ts';
import type { Throttled } from '../faults.ts';
import type { Journal, Queue } from '../ports.ts';

/** AWS asked for fewer calls: nothing is lost but time. */
const retrySeconds = 30;
const latestSeconds = 900;
/** Most of an hour at least; then it is somebody's business. */
const againMax = 100;

interface Deps {
  /** Where the message came from. */
  readonly queue: Queue;
  readonly journal: Journal;
}

/** The same message, later: being throttled is no failure, so it does not count towards the dead letters. */
export async function sendAgain(
  message: JsonObject,
  cause: Throttled,
  { queue, journal }: Deps,
): Promise<void> {
  const throttled = Number(message['throttled'] ?? 0) + 1;
  if (throttled > againMax) throw cause;
  const delaySeconds = Math.min(latestSeconds, cause.retryAfterSeconds ?? retrySeconds);
  await queue.send({ body: { ...message, throttled }, delaySeconds });
  journal.record({ outcome: 'throttled', reason: cause.message, kind: message['kind'], throttled });
}
