import { setImmediate as turn } from 'node:timers/promises';
import { VirtualClock } from '../../sandbox/clock.ts';
import type { Clock } from '../../shared/ports.ts';

const start = Date.UTC(2026, 10, 21, 10);

/** Time of a bench: it stands still while anything runs, and then jumps to what comes next. */
export class VirtualTime {
  readonly timers = new VirtualClock(start);
  readonly clock: Clock = {
    now: () => this.timers.now(),
    pause: (ms) => this.pass(ms),
  };

  now(): number {
    return this.timers.now();
  }

  pass(ms: number): Promise<void> {
    return new Promise((done) => {
      this.timers.after(ms, done);
    });
  }

  /** Runs everything, moment by moment, until this is so. Throws where nothing is left to happen, or it takes too long. */
  async until(isOver: () => boolean, limitMs: number): Promise<void> {
    const latest = this.now() + limitMs;
    while (!isOver()) {
      await turn();
      const { next } = this.timers;
      if (next === undefined) throw new Error('nothing is left to happen');
      if (next > latest) throw new Error(`not over after ${limitMs / 1_000} s`);
      while (this.timers.step(next));
    }
  }

  async run(ms: number): Promise<void> {
    const end = this.now() + ms;
    this.timers.after(ms, () => undefined);
    await this.until(() => this.now() >= end, ms);
  }
}
