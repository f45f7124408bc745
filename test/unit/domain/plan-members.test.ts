import { describe, expect, it } from 'vitest';
import { enlist, inOrder } from '../../../shared/domain/plan/enlist.ts';
import { releasable, release } from '../../../shared/domain/plan/release.ts';
import {
  hasBegun,
  isFinished,
  memberName,
  memberText,
  type Plan,
  planId,
  standing,
} from '../../../shared/domain/plan/state.ts';
import { at } from '../../builders/rollouts.ts';
import { aPlan, aSeed, image, names, numbered, said, told } from './plan-given.ts';

function again(plan: Plan, seed = aSeed(), count = 3) {
  return enlist(plan, { seed, members: numbered(names(plan.total)), names: names(count), at: at(9) });
}

const first = { cluster: 'prod', service: 'web-1' };

describe('a plan', () => {
  it('is one for each image and rule, whatever the tag', () => {
    const id = planId(image, 'semver ^1');
    const retagged = { ...image, tag: 'other' };
    expect(planId(retagged, 'semver ^1')).toBe(id);
    expect(planId(image, 'semver ^2')).not.toBe(id);
    expect(planId({ ...image, repository: 'shop/api' }, 'semver ^1')).not.toBe(id);
  });

  it('names its members as they are named elsewhere', () => {
    const schedule = { cluster: 'prod', service: 'schedule:nightly/report' };
    expect(memberText(schedule)).toBe('prod/schedule:nightly/report');
    expect(memberName(memberText(schedule))).toEqual(schedule);
  });

  it('has begun once somebody was released, or nobody will be', () => {
    expect(hasBegun(aPlan(2))).toBe(false);
    expect(hasBegun(release(aPlan(2), { count: 1, at: at(1) }))).toBe(true);
    expect(hasBegun(aPlan(2, { first: { name: { cluster: 'x', service: 'y' }, verified: false } }))).toBe(
      true,
    );
  });

  it('is finished when everybody was released and reported', () => {
    const all = release(aPlan(2), { count: 2, at: at(1) });
    expect(
      [aPlan(2), all, told(all, said(0, 'done')), told(all, said(0, 'done'), said(1, 'done'))].map(
        isFinished,
      ),
    ).toEqual([false, false, false, true]);
  });
});

describe('a member', () => {
  const plan = release(aPlan(3), { count: 1, at: at(1) });

  it('may go once it was released', () => {
    expect([0, 1].map((index) => standing(plan, index))).toEqual(['may go', 'waits']);
  });

  it('is left alone once the plan has stopped', () => {
    const stopped = told(plan, said(0, 'failed'));
    expect([0, 1].map((index) => standing(stopped, index))).toEqual(['left alone', 'left alone']);
  });

  it('of a plan that was forgotten may go', () => {
    expect(standing(undefined, 7)).toBe('may go');
  });
});

describe('enlisting', () => {
  it('numbers members as they come, the rule’s first before them', () => {
    const seed = aSeed({ first: { name: first, verified: false } });
    const ordered = inOrder(names(3), seed);
    expect(ordered.map(({ service }) => service)).toEqual(['web-1', 'web-0', 'web-2']);
    const { indices, added, plan } = enlist(undefined, {
      seed,
      members: new Map(),
      names: ordered,
      at: at(0),
    });
    expect([indices, added[0], plan.first, plan.total]).toEqual([[0, 1, 2], 'prod/web-1', 'waiting', 3]);
  });

  it('twice changes nothing', () => {
    const plan = release(aPlan(3), { count: 1, at: at(1) });
    const twice = again(plan);
    expect(twice.plan).toBe(plan);
    expect([twice.indices, twice.added]).toEqual([[0, 1, 2], []]);
  });

  it('the same name twice makes one member', () => {
    const twice = [...names(1), ...names(1)];
    const { plan, indices } = enlist(undefined, {
      seed: aSeed(),
      members: new Map(),
      names: twice,
      at: at(0),
    });
    expect([plan.total, indices]).toEqual([1, [0, 0]]);
  });

  it('a member anew once it is done', () => {
    const plan = told(release(aPlan(3), { count: 2, at: at(1) }), said(0, 'done'));
    const { indices, added } = again(plan);
    expect([indices, added]).toEqual([[3, 1, 2], ['prod/web-0']]);
  });

  it('takes the bounds of the rule as it is by now', () => {
    const { plan } = again(aPlan(3), aSeed({ parallel: 2, stopAfter: 3 }));
    expect([plan.parallel, plan.stopAfter, plan.at]).toEqual([2, 3, at(0)]);
    expect(again(aPlan(3), aSeed({ stopAfter: 3 })).plan.stopAfter).toBe(3);
  });

  it('holds those back who join a plan that has begun, until their targets know of it', () => {
    const begun = release(aPlan(2), { count: 2, at: at(1) });
    const { plan } = again(begun, aSeed(), 4);
    expect([releasable(plan, at(38)), releasable(plan, at(39))]).toEqual([0, 2]);
    const more = enlist(plan, {
      seed: aSeed(),
      members: numbered(names(4)),
      names: names(5),
      at: at(20),
    }).plan;
    expect([releasable(more, at(49)), releasable(more, at(50))]).toEqual([0, 3]);
    const late = enlist(plan, {
      seed: aSeed(),
      members: numbered(names(4)),
      names: names(5),
      at: at(60),
    }).plan;
    expect([releasable(late, at(61)), releasable(late, at(90))]).toEqual([2, 3]);
  });

  it('into a plan that has stopped announces whom it leaves alone, once', () => {
    const stopped = told(release(aPlan(1), { count: 1, at: at(1) }), said(0, 'failed'));
    expect(stopped.told).toBeUndefined();
    const joined = again(stopped, aSeed(), 2);
    expect(joined.notices.map(({ kind, system }) => [kind, system.leftAlone])).toEqual([
      ['system.plan-stopped', 2],
    ]);
    expect(again(joined.plan, aSeed(), 4).notices).toEqual([]);
  });
});

describe('the first of a rule', () => {
  const waiting = aPlan(3, { first: { name: first, verified: false } });

  it('is waited for', () => {
    expect(waiting.first).toBe('waiting');
  });

  it('is not waited for where it runs the image already, and stands by it', () => {
    expect(aPlan(3, { first: { name: first, verified: true } }).first).toBe('none');
  });

  it('stops the plan where it does not run the image, and is no member', () => {
    const absent = { name: { cluster: 'prod', service: 'canary' }, verified: false };
    const { plan, notices } = enlist(undefined, {
      seed: aSeed({ first: absent }),
      members: new Map(),
      names: names(3),
      at: at(0),
    });
    expect(plan.stopped).toBe('prod/canary, which goes first, does not run it');
    expect(notices.map(({ text }) => text)).toEqual([
      'shop/web:1.1.0 (bbbbbbbbbbbb) is rolled no further: prod/canary, which goes first, does not run it. 3 targets had not begun and are left alone',
    ]);
  });

  it('is waited for no longer when it was verified in another way', () => {
    const released = release(waiting, { count: 1, at: at(1) });
    const { plan } = again(released, aSeed({ first: { name: first, verified: true } }));
    expect([plan.first, plan.open, releasable(plan, at(40))]).toEqual(['verified', [], 2]);
  });

  it('does not keep the others waiting once the rule names none', () => {
    expect(again(waiting).plan.first).toBe('verified');
  });

  it('goes on being waited for while nothing of that is so', () => {
    expect(again(waiting, aSeed({ first: { name: first, verified: false } })).plan).toBe(waiting);
  });

  it('may have failed, and be verified later: then the plan goes on', () => {
    const seed = { first: { name: first, verified: false } };
    const failed = told(release(waiting, { count: 1, at: at(1) }), said(0, 'failed'));
    expect(again(failed, aSeed(seed)).plan.stopped).toBeDefined();
    expect(again(failed, aSeed()).plan.stopped).toBeDefined();
    const { plan } = again(failed, aSeed({ first: { name: first, verified: true } }));
    expect([plan.stopped, plan.told, plan.first]).toEqual([undefined, undefined, 'verified']);
  });
});
