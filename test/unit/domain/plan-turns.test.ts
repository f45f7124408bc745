import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  laneOf,
  pageMax,
  reenter,
  releasable,
  release,
  told as toldUpTo,
  turnsOf,
  untold,
} from '../../../shared/domain/plan/release.ts';
import { report } from '../../../shared/domain/plan/report.ts';
import { isFinished, type Plan, standing } from '../../../shared/domain/plan/state.ts';
import type { PlanResult } from '../../../shared/domain/target/state.ts';
import { at } from '../../builders/rollouts.ts';
import { aPlan, type aSeed, names, said, told } from './plan-given.ts';

const first = { name: { cluster: 'prod', service: 'web-0' }, verified: false };

function released(plan: Plan, count: number, second = 1): Plan {
  const after = release(plan, { count, at: at(second) });
  return toldUpTo(after, { upTo: after.next, armed: undefined });
}

describe('a member whose place was given back before it began', () => {
  const passed = told(released(aPlan(5, { parallel: 2 }), 1), said(0, 'left alone'));

  it('has been passed', () => {
    expect(standing(passed, 0)).toBe('passed');
    expect(standing(released(aPlan(5), 1), 0)).toBe('may go');
  });

  it('takes it again where there is room', () => {
    const again = reenter(passed, 0, at(9));
    expect([again.open, again.at]).toEqual([[0], at(9)]);
    expect(standing(again, 0)).toBe('may go');
    expect(reenter(again, 0, at(10))).toBe(again);
  });

  it.each<[string, Plan]>([
    ['others have all places', released(passed, 2)],
    ['the first is not verified', { ...passed, first: 'waiting' }],
    ['the plan has stopped', { ...passed, stopped: 'it failed' }],
  ])('does not where %s', (_what, plan) => {
    expect(reenter(plan, 0, at(9))).toBe(plan);
  });
});

describe('a member that failed before it was let go, for it went with a rollback', () => {
  it('counts as well', () => {
    const after = told(released(aPlan(9, { stopAfter: 2 }), 3), said(5, 'failed'));
    expect([after.failures, after.failed, after.open.length]).toEqual([1, ['prod/web-5'], 3]);
  });
});

describe('a member that failed, and whose digest was pushed again', () => {
  it('counts as a failure and keeps its place', () => {
    const plan = released(aPlan(5, { parallel: 2, stopAfter: 2 }), 2);
    const after = told(plan, said(0, 'failed', { goesOn: true }));
    expect([after.failures, after.open]).toEqual([1, [0, 1]]);
    expect(told(after, said(0, 'left alone')).open).toEqual([1]);
  });

  it('stops a plan that waits for it', () => {
    const after = told(released(aPlan(5, { first }), 1), said(0, 'failed', { goesOn: true }));
    expect([after.stopped !== undefined, after.open]).toEqual([true, [0]]);
  });
});

describe('members are released', () => {
  it.each<[string, Plan, number]>([
    ['as many as may roll at once', aPlan(50, { parallel: 7 }), 7],
    ['as many as there are', aPlan(5), 5],
    ['as places come free', released(aPlan(50, { parallel: 7 }), 4), 3],
    ['none while all places are taken', released(aPlan(50, { parallel: 7 }), 7), 0],
    ['none when a rule allows fewer by now', { ...released(aPlan(50, { parallel: 7 }), 7), parallel: 2 }, 0],
    ['the first alone', aPlan(50, { first }), 1],
    ['none while the first is not verified', released(aPlan(50, { first }), 1), 0],
    ['the others once it is', told(released(aPlan(50, { first }), 1), said(0, 'verified')), 20],
    [
      'page by page, to be told, once the plan has stopped',
      told(released(aPlan(250), 1), said(0, 'failed')),
      100,
    ],
  ])('%s', (_what, plan, count) => {
    expect(releasable(plan, at(2))).toBe(count);
  });

  it('in the order of their numbers, at most a page at once', () => {
    const plan = release(aPlan(250, { parallel: 250 }), { count: 200, at: at(1) });
    expect([plan.next, plan.open.length, plan.at]).toEqual([pageMax, pageMax, at(1)]);
    expect(untold(plan)).toEqual(plan.open);
  });

  it('or not at all', () => {
    const plan = aPlan(3);
    expect(release(plan, { count: 0, at: at(1) })).toBe(plan);
    expect(release(plan, { count: -2, at: at(1) })).toBe(plan);
  });

  it('and told, of which note is taken', () => {
    const plan = release(aPlan(30, { parallel: 30 }), { count: 5, at: at(1) });
    const some = toldUpTo(plan, { upTo: 3, armed: at(9) });
    expect([untold(some), some.armed]).toEqual([[3, 4], at(9)]);
    expect(toldUpTo(some, { upTo: 2, armed: at(9) })).toBe(some);
  });
});

describe('the lane', () => {
  it('of a few is that of single calls', () => {
    expect([laneOf(aPlan(20)), laneOf(aPlan(21))]).toEqual(['single', 'fan-out']);
  });
});

describe('there is to do', () => {
  const many = released(aPlan(50, { parallel: 20 }), 20);
  const some = (count: number) =>
    told(many, ...Array.from({ length: count }, (_, index) => said(index, 'done')));

  it.each<[string, Plan, object]>([
    ['a page of members to release', aPlan(250, { parallel: 250 }), { kind: 'release', count: 100 }],
    ['nothing while all places are taken', many, { kind: 'none' }],
    ['nothing when all is done', told(released(aPlan(1), 1), said(0, 'done')), { kind: 'none' }],
    [
      'those to tell whom somebody released and did not tell',
      release(aPlan(3), { count: 2, at: at(1) }),
      { kind: 'release', count: 3 },
    ],
    ['nothing where somebody else is on his way', { ...some(9), armed: at(64) }, { kind: 'none' }],
    [
      'something where that somebody is this one',
      { ...some(9), armed: at(61) },
      { kind: 'release', count: 9 },
    ],
    ['something later where few places came free just now', some(9), { kind: 'later', at: at(64) }],
    ['something now where ten did', some(10), { kind: 'release', count: 10 }],
    ['something now where nobody is on the way', aPlan(50, { parallel: 1 }), { kind: 'release', count: 1 }],
    ['something now where all the rest fits', { ...some(9), total: 29 }, { kind: 'release', count: 9 }],
    [
      'something now for a few',
      told(released(aPlan(20, { parallel: 2 }), 2), said(0, 'done')),
      { kind: 'release', count: 1 },
    ],
    [
      'everybody to tell that the plan has stopped, whoever is on his way',
      { ...many, stopped: 'enough', armed: at(90) },
      { kind: 'release', count: 30 },
    ],
    [
      'something when those who joined know of it',
      { ...many, open: [], joined: { from: 20, until: at(70) } },
      { kind: 'later', at: at(70) },
    ],
    [
      'nothing for those who joined a plan that ended',
      { ...many, open: [], next: 50, joined: { from: 20, until: at(70) } },
      { kind: 'none' },
    ],
  ])('%s', (_what, plan, turns) => {
    expect(turnsOf(plan, at(60))).toEqual(turns);
  });
});

describe('a report', () => {
  it('makes room', () => {
    const plan = released(aPlan(9, { parallel: 3 }), 3);
    const after = report(plan, said(1, 'done'));
    expect([after?.plan.open, after?.plan.at, after?.notices]).toEqual([[0, 2], at(60), []]);
  });

  it.each<[string, Plan, number, PlanResult]>([
    ['repeated', told(released(aPlan(9), 3), said(1, 'done')), 1, 'done'],
    ['of a failure, repeated', told(released(aPlan(9, { stopAfter: 3 }), 3), said(1, 'failed')), 1, 'failed'],
    ['of somebody who waits and is superseded', released(aPlan(9), 3), 5, 'left alone'],
    ['that the first is done, and not verified', released(aPlan(9, { first }), 1), 0, 'done'],
    ['that one who is done was verified', told(released(aPlan(9), 3), said(1, 'done')), 1, 'verified'],
  ])('%s changes nothing', (...[, plan, index, result]) => {
    expect(report(plan, said(index, result))).toBeUndefined();
  });

  it('that the first is verified lets the others go', () => {
    const { plan } = report(released(aPlan(9, { first }), 1), said(0, 'verified')) ?? {};
    expect([plan?.first, plan?.open]).toEqual(['verified', []]);
  });

  it.each([
    ['failed', 'its tasks crash', 'prod/web-0, which goes first, failed: its tasks crash', ['prod/web-0']],
    ['left alone', undefined, 'prod/web-0, which goes first, was left alone', []],
  ] as const)('that the first %s stops the plan', (...[result, why, reason, failed]) => {
    const step = report(released(aPlan(9, { first }), 1), said(0, result, { why }));
    expect([step?.plan.stopped, step?.plan.open, step?.plan.failed]).toEqual([reason, [], failed]);
    expect(step?.notices.map(({ system }) => system.leftAlone)).toEqual([8]);
  });

  it('that the first was superseded before it was released stops the plan as well', () => {
    const { plan } = report(aPlan(9, { first }), said(0, 'left alone', { why: '' })) ?? {};
    expect([plan?.stopped, plan?.next, plan?.sent]).toEqual([
      'prod/web-0, which goes first, was left alone',
      1,
      1,
    ]);
  });

  it('of as many failures as the rule bears stops the plan, which is announced once', () => {
    const plan = released(aPlan(9, { stopAfter: 2 }), 4);
    const one = report(plan, said(0, 'failed'));
    expect([one?.plan.stopped, one?.notices]).toEqual([undefined, []]);
    const two = report(one?.plan ?? plan, said(1, 'failed', { why: 'exit code 1' }));
    expect(two?.notices).toMatchObject([
      {
        kind: 'system.plan-stopped',
        severity: 'error',
        at: at(60),
        text: 'shop/web:1.1.0 (bbbbbbbbbbbb) is rolled no further: it failed on prod/web-0, prod/web-1: exit code 1. 5 targets had not begun and are left alone',
        system: { failed: ['prod/web-0', 'prod/web-1'], leftAlone: 5, image: { tag: '1.1.0' } },
      },
    ]);
    const three = report(two?.plan ?? plan, said(2, 'failed'));
    expect([three?.notices, three?.plan.stopped, three?.plan.failures]).toEqual([[], two?.plan.stopped, 3]);
  });

  it('names three of many that failed, and one target that is left', () => {
    const plan = released(aPlan(6, { stopAfter: 5 }), 5);
    const after = told(plan, ...[0, 1, 2, 3].map((index) => said(index, 'failed')));
    const { notices = [] } = report(after, said(4, 'failed')) ?? {};
    expect(notices[0]?.text).toContain(
      'it failed on prod/web-0, prod/web-1, prod/web-2 and 2 more. 1 target had not begun and is left alone',
    );
  });

  it('of the last member stops nobody, so that nobody hears of it', () => {
    const step = report(released(aPlan(1), 1), said(0, 'failed'));
    expect([step?.plan.stopped, step?.notices]).toEqual(['it failed on prod/web-0', []]);
  });

  it('of a member that was done before and fails late counts', () => {
    const plan = told(released(aPlan(9, { stopAfter: 2 }), 3), said(1, 'done'));
    expect(report(plan, said(1, 'failed'))?.plan.failures).toBe(1);
  });

  it('of a second failure of one target counts once', () => {
    const plan = told(released(aPlan(9, { stopAfter: 3 }), 3), said(1, 'failed'));
    const again = { ...plan, open: [...plan.open, 3], next: 4 };
    const after = report(again, said(3, 'failed', { name: { cluster: 'prod', service: 'web-1' } }));
    expect([after?.plan.failures, after?.plan.open]).toEqual([1, [0, 2]]);
  });
});

describe('whatever is reported, and in whatever order', () => {
  const results = fc.constantFrom<PlanResult>('done', 'verified', 'failed', 'left alone');
  const steps = fc.array(fc.tuple(fc.nat(40), results, fc.nat(9)), { maxLength: 120 });
  const seeds = fc.record({
    parallel: fc.integer({ min: 1, max: 12 }),
    stopAfter: fc.integer({ min: 1, max: 6 }),
    first: fc.constantFrom(undefined, first),
  });

  type Moves = readonly (readonly [number, PlanResult, number])[];

  function play(seed: Partial<ReturnType<typeof aSeed>>, moves: Moves) {
    let plan = aPlan(40, seed);
    const seen: Plan[] = [];
    let notices = 0;
    for (const [index, result, count] of moves) {
      plan = release(plan, { count, at: at(1) });
      seen.push(plan);
      const step = report(plan, said(index, result));
      notices += step?.notices.length ?? 0;
      plan = step?.plan ?? plan;
    }
    return { plan, notices, going: seen.filter(({ stopped }) => stopped === undefined) };
  }

  it('no more roll at once than may, nobody goes before the first is verified, and a stop is told once', () => {
    fc.assert(
      fc.property(seeds, steps, (seed, moves) => {
        const { plan, notices, going } = play(seed, moves);
        expect(going.every(({ open }) => open.length <= seed.parallel)).toBe(true);
        expect(going.every(({ first: it, next }) => it !== 'waiting' || next <= 1)).toBe(true);
        expect(going.every(({ failures }) => failures < seed.stopAfter)).toBe(true);
        expect(notices).toBe(plan.stopped !== undefined && plan.told === true ? 1 : 0);
        expect(new Set(plan.open).size).toBe(plan.open.length);
      }),
    );
  });

  it('every plan finishes when everybody reports', () => {
    fc.assert(
      fc.property(seeds, steps, (seed, moves) => {
        let { plan } = play(seed, moves);
        for (let rounds = 0; rounds < 200 && !isFinished(plan); rounds += 1) {
          plan = release(plan, { count: 100, at: at(2) });
          plan = told(plan, ...plan.open.map((index) => said(index, 'verified')));
        }
        expect(isFinished(plan)).toBe(true);
      }),
    );
  });

  it('has as many members as were enlisted', () => {
    expect(aPlan(0, {}, names(3)).total).toBe(3);
  });
});
