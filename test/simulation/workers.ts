import type { Clock } from '../../sandbox/clock.ts';
import type { MemoryQueue, Received } from '../../sandbox/embedded/memory-queue.ts';
import { type JsonValue, parseLossless } from '../../shared/domain/lossless-json.ts';
import { OutcomeUnknown, Refused, RejectedInput, Unavailable } from '../../shared/faults.ts';
import type { Faults } from './faults.ts';
import type { Ending, Invocations } from './invocations.ts';

export interface Feed {
  readonly name: string;
  readonly queue: MemoryQueue;
  readonly flow: (message: JsonValue) => Promise<void>;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly fifo?: boolean;
  /** Hides a message that failed because somebody was away for so long. Missing: until its visibility time is over. */
  readonly retrySeconds?: number | undefined;
}

export interface Settings {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly invocations: Invocations;
  readonly said: (text: string) => void;
  /** Told of each message that was dealt with. */
  readonly handled: (feed: string, body: string) => void;
  /** What no flow may ever do: throw what is no fault of the outside world. */
  readonly broke: (what: string) => void;
}

/** A message that was received so often is left in peace: faults alone never make a dead letter. */
const sparedFrom = 3;
const pollMs = 30;

/** Feeds a queue to a flow as Lambda does: at least once, several at a time. */
export function startFeed(feed: Feed, settings: Settings): void {
  const { queue, concurrency } = feed;
  const { clock } = settings;
  let busy = 0;
  let polling = false;
  const pump = () => {
    polling = false;
    while (busy < concurrency) {
      const message = queue.receive();
      if (message === undefined) return;
      busy += 1;
      void handle(feed, message, settings).finally(() => {
        busy -= 1;
        pollSoon();
      });
    }
  };
  const pollSoon = () => {
    if (polling) return;
    polling = true;
    clock.after(pollMs, pump);
  };
  queue.onVisible(pollSoon);
  pollSoon();
}

async function handle(feed: Feed, message: Received, settings: Settings): Promise<void> {
  const { queue, name, fifo = false } = feed;
  const { faults } = settings;
  const isSpared = message.receiveCount >= sparedFrom;
  if (!fifo && !isSpared && faults.strikes(`${name}:queue`, ['message twice']))
    again(feed, message, settings);
  const ending = await attempt(feed, message, { settings, isSpared });
  if (ending.kind === 'died') return;
  if (ending.kind === 'threw') {
    settle(feed, message, { error: ending.error, settings });
    return;
  }
  settings.handled(name, message.body);
  if (!isSpared && faults.strikes(`${name}:queue`, ['acknowledgement lost'])) return;
  queue.delete(message.receipt);
}

/** A standard queue delivers a message to two at once now and then. */
function again(feed: Feed, message: Received, settings: Settings): void {
  const ms = settings.faults.dice.whole(`${feed.name}:again`, 0, 30_000);
  settings.clock.after(ms, () => {
    void attempt(feed, message, { settings, isSpared: false }).then((ending) => {
      if (ending.kind === 'threw') inspect(feed.name, ending.error, settings);
    });
  });
}

function attempt(
  { name, timeoutMs, flow }: Feed,
  { body }: Received,
  { settings, isSpared }: { readonly settings: Settings; readonly isSpared: boolean },
): Promise<Ending> {
  return settings.invocations.run({ name, timeoutMs, isSpared }, () => flow(parseLossless(body)));
}

function settle(
  { queue, name, retrySeconds }: Feed,
  { receipt, body }: Received,
  { error, settings }: { readonly error: unknown; readonly settings: Settings },
): void {
  settings.said(`${name} threw ${String(error)} over ${body.slice(0, 120)}`);
  inspect(name, error, settings);
  if (error instanceof RejectedInput) queue.delete(receipt);
  else if (error instanceof Unavailable && retrySeconds !== undefined) {
    queue.changeVisibility(receipt, (error.retryAfterSeconds ?? retrySeconds) * 1_000);
  }
}

export function inspect(name: string, error: unknown, { broke }: Pick<Settings, 'broke'>): void {
  const isOutside =
    error instanceof Unavailable || error instanceof OutcomeUnknown || error instanceof Refused;
  if (isOutside) return;
  broke(`${name} threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
