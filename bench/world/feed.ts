import { type JsonValue, parseLossless, printLossless } from '../../shared/domain/lossless-json.ts';
import { RejectedInput, Unavailable } from '../../shared/faults.ts';
import type { Message, Queue } from '../../shared/ports.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface FeedSettings {
  readonly time: VirtualTime;
  readonly fifo?: boolean;
  /** As `maximumConcurrency` in serverless.yml. */
  readonly concurrency: number;
  readonly visibilityMs: number;
  readonly receiveMax: number;
  /** Where the handler sets it: how long a message is hidden after Unavailable. */
  readonly retryMs?: number;
  readonly flow: (message: JsonValue) => Promise<void>;
}

interface Waiting {
  readonly body: string;
  readonly group: string | undefined;
  received: number;
}

const deduplicationMs = 5 * 60_000;
/** From SendMessage to the function, as Lambda's poller takes it. */
const hopMs = 20;

/** An SQS queue with the function that it feeds: groups in order and one at a time, many groups at once, retries, dead letters. */
export class Feed implements Queue {
  readonly dead: string[] = [];
  /** Messages that a function failed on, whatever became of them. */
  readonly faults: unknown[] = [];
  readonly #settings: FeedSettings;
  readonly #groups = new Map<string, Waiting[]>();
  readonly #seen = new Map<string, number>();
  readonly #ready: Waiting[] = [];
  #busy = 0;

  constructor(settings: FeedSettings) {
    this.#settings = settings;
  }

  send({ body, group, deduplicationId, delaySeconds = 0 }: Message): Promise<void> {
    const { time, fifo = false } = this.#settings;
    if (fifo && this.#isRepeated(`${group} ${deduplicationId}`)) return time.pass(0);
    const message: Waiting = { body: printLossless(body), group: fifo ? group : undefined, received: 0 };
    time.timers.after(hopMs + delaySeconds * 1_000, () => this.#arrive(message));
    return time.pass(hopMs / 4);
  }

  #isRepeated(id: string): boolean {
    const now = this.#settings.time.now();
    const isRepeated = now - (this.#seen.get(id) ?? Number.NEGATIVE_INFINITY) < deduplicationMs;
    if (!isRepeated) this.#seen.set(id, now);
    return isRepeated;
  }

  #arrive(message: Waiting): void {
    const { group } = message;
    if (group === undefined) this.#ready.push(message);
    else {
      const queue = this.#groups.get(group) ?? [];
      queue.push(message);
      this.#groups.set(group, queue);
      if (queue.length === 1) this.#ready.push(message);
    }
    this.#pump();
  }

  #pump(): void {
    while (this.#busy < this.#settings.concurrency) {
      const message = this.#ready.shift();
      if (message === undefined) return;
      this.#busy += 1;
      void this.#handle(message).finally(() => {
        this.#busy -= 1;
        this.#pump();
      });
    }
  }

  async #handle(message: Waiting): Promise<void> {
    message.received += 1;
    try {
      await this.#settings.flow(parseLossless(message.body));
      this.#delete(message);
    } catch (error) {
      this.faults.push(error);
      this.#settle(message, error);
    }
  }

  #settle(message: Waiting, error: unknown): void {
    const { time, visibilityMs, retryMs = visibilityMs, receiveMax } = this.#settings;
    if (error instanceof RejectedInput || message.received >= receiveMax) {
      this.dead.push(message.body);
      this.#delete(message);
      return;
    }
    const asked =
      error instanceof Unavailable ? (error.retryAfterSeconds ?? retryMs / 1_000) * 1_000 : undefined;
    time.timers.after(asked ?? visibilityMs, () => {
      this.#ready.push(message);
      this.#pump();
    });
  }

  /** The next of its group may be had now. */
  #delete({ group }: Waiting): void {
    if (group === undefined) return;
    const queue = this.#groups.get(group) ?? [];
    queue.shift();
    const [next] = queue;
    if (next === undefined) this.#groups.delete(group);
    else this.#ready.push(next);
  }
}
