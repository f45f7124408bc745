import { printLossless } from '../../shared/domain/lossless-json.ts';
import type { Message, Queue } from '../../shared/ports.ts';
import type { Clock } from '../clock.ts';

export interface QueueSettings {
  readonly clock: Clock;
  readonly fifo?: boolean;
  /** A message that was received and not deleted comes again after so long. */
  readonly visibilityMs: number;
  /** So many times it is received; then it goes to the dead-letter queue. */
  readonly receiveMax: number;
}

export interface Received {
  readonly receipt: number;
  readonly body: string;
  readonly receiveCount: number;
}

interface Stored {
  readonly body: string;
  readonly group: string | undefined;
  receipt: number;
  receiveCount: number;
  visibleAt: number;
}

const deduplicationMs = 5 * 60_000;
const delayMaxSeconds = 900;

/**
 * SQS in memory: at least once, with visibility timeouts and a dead-letter queue. A FIFO queue keeps the order of a group, hands
 * out one of its messages at a time, and swallows a deduplication id of a group for five minutes, as the stack's queue is set.
 */
export class MemoryQueue implements Queue {
  readonly #settings: QueueSettings;
  #messages: Stored[] = [];
  readonly #dead: string[] = [];
  readonly #seen = new Map<string, number>();
  #receipts = 0;
  #wake: () => void = () => undefined;

  constructor(settings: QueueSettings) {
    this.#settings = settings;
  }

  get deadLetters(): readonly string[] {
    return this.#dead;
  }

  get length(): number {
    return this.#messages.length;
  }

  /** Called whenever a message may have become visible. */
  onVisible(wake: () => void): void {
    this.#wake = wake;
  }

  send(message: Message): Promise<void> {
    const { clock, fifo = false } = this.#settings;
    const problem = fifo ? fifoProblem(message) : delayProblem(message);
    if (problem !== undefined) return Promise.reject(new RangeError(problem));
    if (fifo && this.#isRepeated(message)) return Promise.resolve();
    const delayMs = (message.delaySeconds ?? 0) * 1_000;
    this.#messages.push({
      body: printLossless(message.body),
      group: message.group,
      receipt: 0,
      receiveCount: 0,
      visibleAt: clock.now() + delayMs,
    });
    clock.after(delayMs, () => this.#wake());
    return Promise.resolve();
  }

  receive(): Received | undefined {
    const { clock, visibilityMs } = this.#settings;
    const message = this.#nextFree();
    if (message === undefined) return undefined;
    this.#receipts += 1;
    message.receipt = this.#receipts;
    message.receiveCount += 1;
    message.visibleAt = clock.now() + visibilityMs;
    clock.after(visibilityMs, () => this.#wake());
    return { receipt: message.receipt, body: message.body, receiveCount: message.receiveCount };
  }

  /** A receipt that is not the last one of its message deletes nothing. */
  delete(receipt: number): void {
    this.#messages = this.#messages.filter((message) => message.receipt !== receipt);
    this.#wake();
  }

  changeVisibility(receipt: number, ms: number): void {
    const { clock } = this.#settings;
    for (const message of this.#messages.filter((one) => one.receipt === receipt)) {
      message.visibleAt = clock.now() + ms;
      clock.after(ms, () => this.#wake());
    }
  }

  /** Those that were received too often go to the dead letters, which may free the next of their group. */
  #nextFree(): Stored | undefined {
    for (;;) {
      const message = this.#messages.find((one) => this.#isFree(one));
      if (message === undefined || message.receiveCount < this.#settings.receiveMax) return message;
      this.#bury(message);
    }
  }

  #isFree(message: Stored): boolean {
    const now = this.#settings.clock.now();
    if (message.visibleAt > now) return false;
    if (this.#settings.fifo !== true) return true;
    const first = this.#messages.find(({ group }) => group === message.group);
    return first === message;
  }

  #isRepeated({ group, deduplicationId }: Message): boolean {
    const now = this.#settings.clock.now();
    for (const [id, at] of this.#seen) if (at <= now - deduplicationMs) this.#seen.delete(id);
    const id = JSON.stringify([group, deduplicationId]);
    const isRepeated = this.#seen.has(id);
    if (!isRepeated) this.#seen.set(id, now);
    return isRepeated;
  }

  #bury(message: Stored): void {
    this.#messages = this.#messages.filter((one) => one !== message);
    this.#dead.push(message.body);
  }
}

function fifoProblem({ group, deduplicationId, delaySeconds }: Message): string | undefined {
  if (group === undefined || deduplicationId === undefined)
    return 'a FIFO message needs a group and a deduplication id';
  return delaySeconds === undefined ? undefined : 'a FIFO queue knows no delay per message';
}

function delayProblem({ delaySeconds = 0 }: Message): string | undefined {
  return delaySeconds > delayMaxSeconds
    ? `a message can be delayed by ${delayMaxSeconds} seconds at most`
    : undefined;
}
