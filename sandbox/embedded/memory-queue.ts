import { printLossless } from '../../shared/domain/lossless-json.ts';
import type { Message, Queue } from '../../shared/ports.ts';
import type { Cancel, Clock } from '../clock.ts';
import { Heap } from '../heap.ts';

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
  /** Its place in the queue. */
  readonly order: number;
  readonly line: Line;
  receipt: number;
  receiveCount: number;
  visibleAt: number;
  /** The look at what becomes visible again when nobody deletes it. */
  cancel: Cancel;
}

/** What is handed out one after the other: a group of a FIFO queue; in a standard queue each message alone. */
interface Line {
  readonly messages: Stored[];
}

interface Hidden {
  readonly until: number;
  readonly line: Line;
}

const deduplicationMs = 5 * 60_000;
const delayMaxSeconds = 900;

/**
 * SQS in memory: at least once, with visibility timeouts and a dead-letter queue. A FIFO queue keeps the order of a group, hands
 * out one of its messages at a time, and swallows a deduplication id of a group for five minutes, as the stack's queue is set.
 */
export class MemoryQueue implements Queue {
  readonly #settings: QueueSettings;
  readonly #groups = new Map<string, Line>();
  readonly #received = new Map<number, Stored>();
  /** Lines whose first message may be free, the oldest message first. What no longer holds is passed over. */
  readonly #ready = new Heap<Line>((one, other) => orderOf(one) < orderOf(other));
  readonly #hidden = new Heap<Hidden>((one, other) => one.until < other.until);
  readonly #dead: string[] = [];
  readonly #seen = new Map<string, number>();
  #length = 0;
  #orders = 0;
  #receipts = 0;
  #wake: () => void = () => undefined;

  constructor(settings: QueueSettings) {
    this.#settings = settings;
  }

  get deadLetters(): readonly string[] {
    return this.#dead;
  }

  /** Those that are handled just now among them. */
  get length(): number {
    return this.#length;
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
    const line = this.#lineOf(message.group);
    this.#orders += 1;
    const stored: Stored = {
      body: printLossless(message.body),
      order: this.#orders,
      line,
      receipt: 0,
      receiveCount: 0,
      visibleAt: clock.now() + delayMs,
      cancel: () => undefined,
    };
    line.messages.push(stored);
    this.#length += 1;
    if (line.messages.length === 1) this.#offer(line);
    clock.after(delayMs, () => this.#wake());
    return Promise.resolve();
  }

  receive(): Received | undefined {
    const { clock, visibilityMs } = this.#settings;
    const message = this.#nextFree();
    if (message === undefined) return undefined;
    this.#received.delete(message.receipt);
    this.#receipts += 1;
    message.receipt = this.#receipts;
    message.receiveCount += 1;
    this.#received.set(message.receipt, message);
    this.#hide(message, clock.now() + visibilityMs);
    return { receipt: message.receipt, body: message.body, receiveCount: message.receiveCount };
  }

  /** A receipt that is not the last one of its message deletes nothing. */
  delete(receipt: number): void {
    const message = this.#received.get(receipt);
    if (message !== undefined) this.#remove(message);
    this.#wake();
  }

  changeVisibility(receipt: number, ms: number): void {
    const message = this.#received.get(receipt);
    if (message !== undefined) this.#hide(message, this.#settings.clock.now() + ms);
  }

  #lineOf(group: string | undefined): Line {
    if (group === undefined) return { messages: [] };
    const line = this.#groups.get(group) ?? { messages: [] };
    this.#groups.set(group, line);
    return line;
  }

  #hide(message: Stored, until: number): void {
    const { clock } = this.#settings;
    message.visibleAt = until;
    message.cancel();
    message.cancel = clock.after(until - clock.now(), () => this.#wake());
    this.#hidden.add({ until, line: message.line });
  }

  /** Its first message is handed out when it is visible. */
  #offer(line: Line): void {
    const [first] = line.messages;
    if (first === undefined) return;
    const { visibleAt } = first;
    if (visibleAt <= this.#settings.clock.now()) this.#ready.add(line);
    else this.#hidden.add({ until: visibleAt, line });
  }

  /** Those that were received too often go to the dead letters, which may free the next of their group. */
  #nextFree(): Stored | undefined {
    const now = this.#settings.clock.now();
    while ((this.#hidden.first?.until ?? Number.POSITIVE_INFINITY) <= now) {
      const line = this.#hidden.take()?.line;
      if (line !== undefined) this.#offer(line);
    }
    for (let line = this.#ready.take(); line !== undefined; line = this.#ready.take()) {
      const [first] = line.messages;
      if (first === undefined || first.visibleAt > now) continue;
      if (first.receiveCount < this.#settings.receiveMax) return first;
      this.#dead.push(first.body);
      this.#remove(first);
    }
    return undefined;
  }

  #remove(message: Stored): void {
    const { line } = message;
    message.cancel();
    this.#received.delete(message.receipt);
    const place = line.messages.indexOf(message);
    line.messages.splice(place, 1);
    this.#length -= 1;
    if (place === 0) this.#offer(line);
  }

  #isRepeated({ group, deduplicationId }: Message): boolean {
    const now = this.#settings.clock.now();
    // In the order in which they came, so the first that is young enough ends it.
    for (const [id, at] of this.#seen) {
      if (at > now - deduplicationMs) break;
      this.#seen.delete(id);
    }
    const id = JSON.stringify([group, deduplicationId]);
    const isRepeated = this.#seen.has(id);
    if (!isRepeated) this.#seen.set(id, now);
    return isRepeated;
  }
}

function orderOf({ messages: [first] }: Line): number {
  return first?.order ?? 0;
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
