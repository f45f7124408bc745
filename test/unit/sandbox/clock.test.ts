import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sandbox/clock.ts';

interface Timer {
  readonly ms: number;
  readonly cancelled: boolean;
}

function inOrder(timers: readonly Timer[]): readonly number[] {
  return timers
    .map(({ ms, cancelled }, index) => ({ at: Math.max(0, ms), cancelled, index }))
    .filter(({ cancelled }) => !cancelled)
    .toSorted((one, other) => one.at - other.at || one.index - other.index)
    .map(({ index }) => index);
}

describe('virtual time', () => {
  it('runs what is due in the order of time, then in the order of asking, and drops what was cancelled', () => {
    const asked = fc.array(fc.record({ ms: fc.integer({ min: -5, max: 50 }), cancelled: fc.boolean() }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(asked, (timers) => {
        const clock = new VirtualClock(1_000);
        const ran: number[] = [];
        for (const [index, { ms, cancelled }] of timers.entries()) {
          const cancel = clock.after(ms, () => ran.push(index));
          for (let times = 0; cancelled && times < 2; times += 1) cancel();
        }
        clock.advance(50);
        const expected = inOrder(timers);
        expect([ran, clock.now(), clock.idle, clock.next]).toEqual([expected, 1_050, true, undefined]);
      }),
    );
  });

  it('says when the next call is due, and steps to it', () => {
    const clock = new VirtualClock(0);
    const cancel = clock.after(5, () => undefined);
    clock.after(9, () => clock.after(1, () => undefined));
    cancel();
    expect(clock.next).toBe(9);
    expect([clock.step(8), clock.now()]).toEqual([false, 0]);
    expect([clock.step(), clock.now(), clock.next, clock.idle]).toEqual([true, 9, 10, false]);
    expect([clock.step(), clock.step(), clock.idle]).toEqual([true, false, true]);
  });
});
