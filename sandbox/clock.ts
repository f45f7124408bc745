import { Heap } from './heap.ts';

export type Cancel = () => void;

/** All time in the sandbox comes from one of these: milliseconds since the epoch. */
export interface Clock {
  now(): number;
  after(ms: number, run: () => void): Cancel;
}

/** The machine's own clock. Pending calls keep no process alive. */
export function realClock(): Clock {
  return {
    now: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms).unref();
      return () => clearTimeout(timer);
    },
  };
}

interface Pending {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Time that moves only when told to. What is due at one instant runs in the order in which it was asked for. */
export class VirtualClock implements Clock {
  #now: number;
  #asked = 0;
  #waiting = 0;
  readonly #heap = new Heap<Pending>(
    (one, other) => one.at < other.at || (one.at === other.at && one.order < other.order),
  );

  constructor(start = Date.UTC(2026, 10, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  get idle(): boolean {
    return this.#waiting === 0;
  }

  /** When the next call is due. Undefined: none is. */
  get next(): number | undefined {
    this.#dropCancelled();
    return this.#heap.first?.at;
  }

  after(ms: number, run: () => void): Cancel {
    this.#asked += 1;
    const entry: Pending = { at: this.#now + Math.max(0, ms), order: this.#asked, run };
    this.#heap.add(entry);
    this.#waiting += 1;
    return () => {
      if (entry.run === undefined) return;
      entry.run = undefined;
      this.#waiting -= 1;
    };
  }

  /** Runs the next call that is due, if it is due by `until`. */
  step(until = Number.POSITIVE_INFINITY): boolean {
    this.#dropCancelled();
    const next = this.#heap.first;
    if (next?.run === undefined || next.at > until) return false;
    this.#heap.take();
    this.#now = next.at;
    this.#waiting -= 1;
    const { run } = next;
    next.run = undefined;
    run();
    return true;
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    while (this.step(until));
    this.#now = until;
  }

  #dropCancelled(): void {
    while (this.#heap.first !== undefined && this.#heap.first.run === undefined) this.#heap.take();
  }
}
