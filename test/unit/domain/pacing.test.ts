import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshPace, type Pace, reserve, throttled } from '../../../shared/domain/pacing/pace.ts';
import {
  type Api,
  awsRates,
  type Lane,
  laneRates,
  type Rate,
  rates,
} from '../../../shared/domain/pacing/rates.ts';

const start = Date.UTC(2026, 10, 1);
const { update, register } = rates({ share: 70 });

function asked(lane: Lane, count: number, now = start) {
  return { lane, count, now, rate: update };
}

describe('the share', () => {
  it('is a part of what AWS allows the whole account', () => {
    expect(rates({ share: 70 })).toEqual({
      register: { burst: 14, perSecond: 0.7 },
      update: { burst: 35, perSecond: 3.5 },
    });
  });

  it('is split: a fifth for single calls, the rest for a fan-out', () => {
    expect(laneRates(update)).toEqual({
      single: { burst: 7, perSecond: 0.7 },
      'fan-out': { burst: 28, perSecond: 2.8 },
    });
  });

  it('lets each lane make a call, however small it is', () => {
    const lanes = laneRates(rates({ share: 1 }).register);
    expect([lanes.single.burst, lanes['fan-out'].burst]).toEqual([1, 1]);
  });
});

describe('slots', () => {
  it('are given at once as far as the burst goes, and then one after the other', () => {
    const { slots } = reserve(freshPace, asked('fan-out', 30));
    expect(slots.filter((slot) => slot === start)).toHaveLength(28);
    expect(slots.slice(28)).toEqual([start + 357, start + 714]);
  });

  it('go up to a horizon', () => {
    const { slots, pace } = reserve(freshPace, { ...asked('fan-out', 100), until: start + 1_000 });
    expect(slots).toHaveLength(30);
    expect(reserve(pace, asked('fan-out', 1)).slots).toEqual([start + 1_071]);
  });

  it('are the same in one block and one by one', () => {
    const block = reserve(freshPace, asked('fan-out', 50));
    let pace = freshPace;
    const slots = Array.from({ length: 50 }, () => {
      const one = reserve(pace, asked('fan-out', 1));
      pace = one.pace;
      return one.slots[0];
    });
    expect({ pace, slots }).toEqual(block);
  });

  it('of a single call are near while a fan-out of 10,000 is on its way', () => {
    const { pace } = reserve(freshPace, asked('fan-out', 10_000));
    const { slots } = reserve(pace, asked('single', 8));
    expect(slots.slice(0, 7)).toEqual(Array.from({ length: 7 }, () => start));
    expect(slots[7]).toBe(start + 1_429);
    expect(reserve(pace, asked('single', 1, start + 60_000)).slots).toEqual([start + 60_000]);
  });

  it('that a fan-out leaves are for single calls too', () => {
    const { slots } = reserve(freshPace, asked('single', 36));
    expect(slots.filter((slot) => slot === start)).toHaveLength(35);
    expect(slots[35]).toBe(start + 357);
  });
});

interface Given {
  readonly lane: Lane;
  readonly at: number;
}

interface Turn {
  readonly waitMs: number;
  readonly lane: Lane;
  readonly count: number;
  readonly throttles: boolean;
}

const turns: fc.Arbitrary<readonly Turn[]> = fc.array(
  fc.record({
    waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 90_000 })),
    lane: fc.constantFrom<Lane>('single', 'fan-out'),
    count: fc.integer({ min: 0, max: 60 }),
    throttles: fc.boolean(),
  }),
  { maxLength: 30 },
);

function play(all: readonly Turn[], rate: Rate): readonly Given[] {
  const given: Given[] = [];
  let pace: Pace = freshPace;
  let now = start;
  for (const { waitMs, lane, count, throttles } of all) {
    now += waitMs;
    if (throttles) pace = throttled(pace, now);
    const reserved = reserve(pace, { lane, count, now, rate });
    pace = reserved.pace;
    given.push(...reserved.slots.map((at) => ({ lane, at })));
  }
  return given.toSorted((a, b) => a.at - b.at);
}

/** How far the fullest window is above burst + rate × its length. A slot is a whole millisecond. */
function excess(given: readonly Given[], { burst, perSecond }: Rate): number {
  const over = given.flatMap(({ at: from }, first) =>
    given.slice(first).map(({ at: to }, more) => more + 1 - burst - (perSecond * (to - from + 1)) / 1_000),
  );
  return Math.max(0, ...over.map((one) => one - 1e-6));
}

describe('in any window, whatever is asked for and whenever AWS throttles', () => {
  const cases = fc.tuple(
    turns,
    fc.constantFrom<Api>('register', 'update'),
    fc.integer({ min: 10, max: 100 }),
  );

  it('no more is given than the share', () => {
    fc.assert(
      fc.property(cases, ([all, api, share]) => {
        const rate = rates({ share })[api];
        expect(excess(play(all, rate), rate)).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('a fan-out is given no more than four fifths of it', () => {
    fc.assert(
      fc.property(cases, ([all, api, share]) => {
        const rate = rates({ share })[api];
        const given = play(all, rate).filter(({ lane }) => lane === 'fan-out');
        const most = Math.max(1, (rate.burst * 4) / 5);
        expect(excess(given, { burst: most, perSecond: (rate.perSecond * 4) / 5 })).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('as many slots are given as were asked for, none in the past', () => {
    fc.assert(
      fc.property(cases, ([all, api, share]) => {
        const given = play(all, rates({ share })[api]);
        expect(given).toHaveLength(all.reduce((sum, { count }) => sum + count, 0));
        expect(given.every(({ at }) => at >= start)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('a single call waits a second at most, while its own lane has something left', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 10_000 }),
        fc.integer({ min: 2_000, max: 60_000 }),
        (count, gap) => {
          let { pace } = reserve(freshPace, asked('fan-out', count));
          for (let now = start; now < start + 600_000; now += gap) {
            const { slots, pace: next } = reserve(pace, asked('single', 1, now));
            pace = next;
            expect(slots[0]).toBeLessThanOrEqual(now + 1_000);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('when AWS throttles', () => {
  const busy = throttled(freshPace, start);

  it('what was saved up is gone, and the rate falls', () => {
    const { slots } = reserve(busy, asked('fan-out', 2));
    expect(slots).toEqual([start + 420, start + 840]);
  });

  it('it falls once per cool-down', () => {
    expect(throttled(busy, start + 19_999)).toBe(busy);
    expect(throttled(busy, start + 20_000).factor).toBeCloseTo((0.85 + 20 / 300) * 0.85, 9);
  });

  it('it grows again, as fast as it was', () => {
    const intervals = [0, 30_000, 45_000, 600_000].map((ms) => {
      const { pace } = reserve(busy, asked('fan-out', 100, start + ms));
      const [slot = 0, next = 0] = reserve(pace, asked('fan-out', 2, start + ms)).slots;
      return next - slot;
    });
    expect(intervals.map((ms) => Math.round(ms / 10))).toEqual([42, 38, 36, 36]);
  });

  it('it never falls to nothing', () => {
    let pace = freshPace;
    for (let ms = 0; ms < 3_600_000; ms += 20_000) pace = throttled({ ...pace, factor: 0.05 }, start + ms);
    expect(pace.factor).toBeGreaterThan(0.05);
  });

  it('a single call still has its own lane', () => {
    expect(reserve(busy, asked('single', 1)).slots).toEqual([start]);
  });

  it('slots that were given stay, and the next follow them', () => {
    const { pace, slots } = reserve(freshPace, asked('fan-out', 60));
    const after = reserve(throttled(pace, start + 100), asked('fan-out', 1, start + 100)).slots[0] ?? 0;
    expect(after).toBeGreaterThan(slots.at(-1) ?? 0);
  });
});

/** A fan-out against AWS's own bucket, and somebody else who calls as well. */
function fanOut(api: Api, count: number, competitorPerSecond: number) {
  const aws = awsRates[api];
  const stepMs = 50;
  let bucket = aws.burst;
  let pace = freshPace;
  let [queue, released, done, refused, debt, now]: [number[], number, number, number, number, number] = [
    [],
    0,
    0,
    0,
    0,
    start,
  ];
  const call = () => {
    if (bucket < 1) return false;
    bucket -= 1;
    return true;
  };
  const ask = (some: number, until?: number) => {
    const reserved = reserve(pace, {
      ...asked('fan-out', some, now),
      rate: rates({ share: 70 })[api],
      until,
    });
    pace = reserved.pace;
    queue.push(...reserved.slots);
    return reserved.slots.length;
  };
  for (; done < count; now += stepMs) {
    bucket = Math.min(aws.burst, bucket + (aws.perSecond * stepMs) / 1_000);
    if ((now - start) % 30_000 === 0) released += ask(count - released, now + 60_000);
    debt += (competitorPerSecond * stepMs) / 1_000;
    while (debt >= 1 && call()) debt -= 1;
    const due = queue.filter((slot) => slot <= now).length;
    queue = queue.filter((slot) => slot > now);
    const went = Array.from({ length: due }, call).filter((ok) => ok).length;
    done += went;
    refused += due - went;
    if (due > went) pace = throttled(pace, now);
    ask(due - went);
  }
  return { seconds: (now - start) / 1_000, refused };
}

describe('a fan-out', () => {
  it.each([
    ['update', 10],
    ['update', 1_000],
    ['update', 10_000],
    ['register', 1_000],
  ] as const)('alone (%s, %i calls) is never throttled, and as fast as its share', (api, count) => {
    const { seconds, refused } = fanOut(api, count, 0);
    const { burst, perSecond } = laneRates(rates({ share: 70 })[api])['fan-out'];
    expect(refused).toBe(0);
    expect(seconds).toBeLessThanOrEqual(Math.max(1, (1.01 * (count - burst)) / perSecond + 1));
  });

  it.each([
    ['update', 1_000, 2.5],
    ['update', 10_000, 2.5],
    ['update', 1_000, 4],
    ['register', 1_000, 0.5],
  ] as const)('beside somebody else (%s, %i calls, %d a second) takes what is left', (api, count, other) => {
    const { seconds, refused } = fanOut(api, count, other);
    const left = awsRates[api].perSecond - other;
    expect(seconds).toBeLessThanOrEqual((1.15 * count) / left);
    expect(refused / count).toBeLessThan(0.5);
  });

  it('has its share of registrations too', () => {
    expect(laneRates(register)['fan-out'].perSecond).toBeCloseTo(0.56, 9);
  });
});
