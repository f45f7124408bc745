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
  readonly run: () => void;
}

/** Time that moves only when told to. What is due at one instant runs in the order in which it was asked for. */
export class VirtualClock implements Clock {
  #now: number;
  #asked = 0;
  #pending: Pending[] = [];

  constructor(start = Date.UTC(2026, 10, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  get idle(): boolean {
    return this.#pending.length === 0;
  }

  after(ms: number, run: () => void): Cancel {
    this.#asked += 1;
    const entry: Pending = { at: this.#now + Math.max(0, ms), order: this.#asked, run };
    const place = this.#pending.findIndex(({ at }) => at > entry.at);
    this.#pending.splice(place === -1 ? this.#pending.length : place, 0, entry);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== entry);
    };
  }

  /** Runs the next call that is due, if it is due by `until`. */
  step(until = Number.POSITIVE_INFINITY): boolean {
    const next = this.#pending[0];
    if (next === undefined || next.at > until) return false;
    this.#pending.shift();
    this.#now = next.at;
    next.run();
    return true;
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    while (this.step(until));
    this.#now = until;
  }
}
