import { MemoryQueue } from '../../sandbox/embedded/memory-queue.ts';
import { startWorker } from '../../sandbox/embedded/worker.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Message, Queue } from '../../shared/ports.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface FeedSettings {
  readonly time: VirtualTime;
  readonly fifo?: boolean;
  /** As `maximumConcurrency` in serverless.yml. */
  readonly concurrency: number;
  readonly visibilityMs: number;
  readonly receiveMax: number;
  readonly flow: (message: JsonValue) => Promise<void>;
}

/** How long SendMessage takes, and then Lambda's poller. */
const [sendMs, pollMs] = [5, 15];

/** A queue with the function that it feeds. */
export class Feed implements Queue {
  /** What a function failed on, whether it was tried again or not. */
  readonly faults: unknown[] = [];
  readonly #queue: MemoryQueue;
  readonly #time: VirtualTime;

  constructor({ time, flow, concurrency, ...settings }: FeedSettings) {
    this.#time = time;
    this.#queue = new MemoryQueue({ clock: time.timers, ...settings });
    startWorker(this.#queue, { flow, concurrency, failed: (fault) => this.faults.push(fault) });
  }

  get dead(): readonly string[] {
    return this.#queue.deadLetters;
  }

  async send(message: Message): Promise<void> {
    await this.#time.pass(sendMs);
    this.#time.timers.after(pollMs, () => void this.#queue.send(message));
  }
}
