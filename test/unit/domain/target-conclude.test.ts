import { describe, expect, it } from 'vitest';
import { conclude, type End } from '../../../shared/domain/target/conclude.ts';
import { defaultTerms } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import {
  aProxy,
  aRollout,
  arn,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  pinnedImage,
} from '../../builders/rollouts.ts';
import { crashed, end, good, known, seen } from './conclude-given.ts';

const both = { app: aWanted({ pushedAt: at(2) }), proxy: aProxy({ pushedAt: at(1) }) };

function kinds(step: ReturnType<typeof conclude>): readonly string[] {
  return (step?.notices ?? []).map(({ kind }) => kind);
}

describe('a rollout that has completed', () => {
  const completed = end({ outcome: 'completed', undo: undefined });

  it('is what the target is seen to run, and bakes', () => {
    const target = conclude(known(), completed)?.target;
    expect(target?.seen).toMatchObject({ revision: arn(2), at: at(100) });
    expect(target?.seen?.containers).toEqual([
      { name: 'app', image: pinnedImage('b') },
      { name: 'proxy', image: pinnedImage('d', 'shop/proxy') },
    ]);
    expect(target?.baking).toMatchObject({
      generation: 1,
      revision: arn(2),
      until: at(100) + defaultTerms.bakeMs,
    });
    expect(target?.good).toEqual(good);
  });

  it('has stood long enough at once where its rule asks for no bake', () => {
    const terms = { ...defaultTerms, bakeMs: 0 };
    expect(conclude(known({ terms }), completed)?.target.baking?.until).toBe(at(100));
  });

  it('lifts the quarantine of its repository, and of no other', () => {
    const bad = { tag: '1', reason: 'x', at: at(0) };
    const quarantine = [
      { repository: 'shop/web', digest: digest('c'), ...bad },
      { repository: 'shop/proxy', digest: digest('e'), ...bad },
    ];
    const target = conclude(known({}, { quarantine }), completed)?.target;
    expect(target?.quarantine?.map(({ repository }) => repository)).toEqual(['shop/proxy']);
  });

  it('of a target that an earlier version knew, and that nobody has seen, is remembered all the same', () => {
    const target = conclude(aTarget(aRollout()), completed)?.target;
    expect(target?.seen).toBeUndefined();
    expect(target?.baking?.images).toEqual({ app: pinnedImage('b') });
  });

  it('as a rollback that a person asked for, to what nobody has verified, bakes', () => {
    const back = {
      cause: 'manual-rollback',
      goBackTo: { ...good, revision: arn(9) },
      revision: arn(3),
    } as const;
    const target = conclude(known(back), completed)?.target;
    expect(target?.good).toEqual(good);
    expect(target?.baking?.revision).toBe(arn(3));
  });

  it('as a rollback is good again, and lifts no quarantine', () => {
    const quarantine = [{ repository: 'shop/web', digest: digest('b'), tag: '1', reason: 'x', at: at(0) }];
    const back = {
      cause: 'rollback',
      goBackTo: good,
      changes: { app: aWanted({ digest: digest('a') }) },
    } as const;
    const target = conclude(known({ ...back, revision: arn(3) }, { quarantine }), completed)?.target;
    expect(target?.good).toEqual({ ...good, revision: arn(3), at: at(100) });
    expect(target?.baking).toBeUndefined();
    expect(target?.quarantine).toEqual(quarantine);
  });

  it('by registering what is good again has set nothing', () => {
    const before = known({ cause: 'restore', changes: {}, goBackTo: good });
    const target = conclude(before, completed)?.target;
    expect(target).toMatchObject({ seen, good });
    expect(target?.baking).toBeUndefined();
  });

  it('without a revision, as an earlier version may have left it, bakes nothing', () => {
    expect(conclude(known({ revision: undefined }), completed)?.target.baking).toBeUndefined();
  });
});

describe('a rollout that has failed', () => {
  it('for a cause of its image is undone, and the digest is quarantined', () => {
    const step = conclude(known(), end({ blame: crashed }));
    expect(kinds(step)).toEqual(['rollout.failed', 'target.quarantined']);
    expect(step?.target.quarantine).toEqual([
      { repository: 'shop/web', digest: digest('b'), tag: '1.1.0', reason: crashed.words, at: at(100) },
    ]);
    const [back] = step?.target.rollouts ?? [];
    expect(back).toMatchObject({
      generation: 2,
      phase: 'accepted',
      cause: 'rollback',
      of: 1,
      undoes: arn(2),
      goBackTo: good,
      notBefore: undefined,
    });
    expect(back?.changes).toEqual({
      app: expect.objectContaining({ digest: digest('a'), repository: 'shop/web' }),
    });
    expect(back?.from).toEqual({ app: expect.stringContaining(`@${digest('b')}`) });
    expect(step?.target.wanted['app']?.digest).toBe(digest('a'));
  });

  it('is named by its own reason where the tasks say nothing more', () => {
    const step = conclude(known(), end({ blame: { kind: 'image', words: '' } }));
    expect(step?.target.quarantine?.[0]?.reason).toBe('it failed');
  });

  it('for the sake of a container that it did not change is undone, and nothing is quarantined', () => {
    const step = conclude(known(), end({ blame: { ...crashed, container: 'log' } }));
    expect(step?.target.quarantine).toBeUndefined();
    expect(
      conclude(known(), end({ blame: { ...crashed, container: 'app' } }))?.target.quarantine,
    ).toHaveLength(1);
  });

  it('takes along what ran well beside it and was not verified yet, which is taken up again', () => {
    const proxy = aProxy({ digest: digest('f') });
    const earlier = aRollout({ phase: 'completed', changes: { proxy } });
    const failing = aRollout({ generation: 2 });
    const containers = [
      { name: 'app', image: pinnedImage('a') },
      { name: 'proxy', image: pinnedImage('f', 'shop/proxy') },
      { name: 'log', image: 'fluent/fluent-bit:3' },
    ];
    const target: Target = { ...aTarget(failing, earlier), seen: { ...seen, containers }, good };
    const step = conclude(target, end({ generation: 2, blame: crashed }));
    expect(step?.target.alone).toMatchObject([{ cause: 'alone', of: 2, changes: { proxy } }]);
    expect(Object.keys(step?.target.alone?.[0]?.changes ?? {})).toEqual(['proxy']);
  });

  it.each(['capacity', 'secrets', 'network', 'other'] as const)(
    'for %s is undone, and nothing is quarantined',
    (kind) => {
      const step = conclude(known(), end({ blame: { kind, words: 'x' } }));
      expect(step?.target.quarantine).toBeUndefined();
      expect(step?.target.rollouts[0]?.cause).toBe('rollback');
    },
  );

  it('with several images is undone, and each is tried alone, the oldest push first', () => {
    const step = conclude(known({ changes: both }), end({ blame: crashed }));
    expect(step?.target.quarantine).toBeUndefined();
    expect(step?.target.alone?.map(({ changes }) => Object.keys(changes))).toEqual([['proxy'], ['app']]);
    expect(step?.target.alone?.[0]).toMatchObject({ cause: 'alone', of: 1 });
  });

  it('is not suspected of the good images that it took over from a rollback', () => {
    const changes = { app: aWanted(), proxy: aProxy({ digest: digest('d') }) };
    const step = conclude(known({ changes }), end({ blame: { ...crashed, container: 'app' } }));
    expect(step?.target.alone?.map((one) => one.changes)).toEqual([{ proxy: changes.proxy }]);
    expect(step?.target.quarantine?.map((one) => one.repository)).toEqual(['shop/web']);
    const brought = { ...changes, proxy: aProxy({ digest: digest('d'), rule: 'rollback' }) };
    const other = conclude(known({ changes: brought }), end({ blame: { ...crashed, container: 'app' } }));
    expect(other?.target.alone).toEqual([]);
  });

  it('with several images leaves out what a newer push has replaced', () => {
    const before = known({ changes: both });
    const wanted = { ...before.wanted, app: aWanted({ digest: digest('c') }) };
    const step = conclude({ ...before, wanted }, end());
    expect(step?.target.alone?.map(({ changes }) => Object.keys(changes))).toEqual([['proxy']]);
  });

  it('with several images pushed at one time tries them in the order of their digests', () => {
    const changes = { app: aWanted(), proxy: aProxy({ pushedAt: at(0) }) };
    const step = conclude(known({ changes }), end());
    expect(step?.target.alone?.map((one) => Object.keys(one.changes))).toEqual([['app'], ['proxy']]);
  });

  it('with several images, for want of capacity, is undone, and each is tried again', () => {
    const step = conclude(known({ changes: both }), end({ blame: { kind: 'capacity', words: 'x' } }));
    expect(step?.target.alone).toHaveLength(2);
  });

  it('before ECS had anything to do is not undone, and blames nobody', () => {
    const step = conclude(known({ startedAt: undefined }), end({ undo: undefined, blame: crashed }));
    expect(kinds(step)).toEqual(['rollout.failed']);
    expect(step?.target.rollouts).toHaveLength(1);
  });

  it('where its rule says `rollback: notify` needs a person', () => {
    const step = conclude(known({ terms: { ...defaultTerms, rollback: 'notify' } }), end());
    expect(kinds(step)).toEqual(['rollout.failed', 'target.attention']);
    expect(step?.notices.at(-1)?.text).toContain('it failed; its rule says `rollback: notify`');
    expect(step?.target.rollouts).toHaveLength(1);
  });

  it('where no revision is known to be good needs a person', () => {
    const step = conclude(known({}, { good: undefined }), end());
    expect(step?.notices.at(-1)?.text).toContain('no revision is known to be good');
  });

  it('where it is on hold needs a person', () => {
    const hold = { reason: 'freeze', by: 'ada', at: at(1) };
    const step = conclude(known({}, { hold }), end());
    expect(step?.notices.at(-1)?.text).toContain('it is on hold: freeze');
    expect(step?.target.seen?.revision).toBe(arn(2));
  });

  it('where nobody knows the digest that was good needs a person', () => {
    const loose = { ...good, images: { proxy: pinnedImage('d', 'shop/proxy') } };
    const step = conclude(known({}, { good: loose }), end());
    expect(step?.notices.at(-1)?.text).toContain('nobody knows by which digest web:1 was good in app');
  });

  it('of a target that nobody has seen is undone all the same', () => {
    expect(conclude(known({}, { seen: undefined }), end())?.target.rollouts[0]?.cause).toBe('rollback');
  });

  it('as a rollback is not rolled back, and quarantines nothing', () => {
    const step = conclude(known({ cause: 'rollback', goBackTo: good }), end({ blame: crashed }));
    expect(kinds(step)).toEqual(['rollout.failed', 'target.attention']);
    expect(step?.notices.at(-1)?.text).toContain('a rollback is not rolled back');
    expect(step?.target.quarantine).toBeUndefined();
    expect(step?.target.rollouts).toHaveLength(1);
  });

  it('lets what waited for its turn come after its rollback', () => {
    const newer = aWaitingRollout({
      generation: 2,
      changes: { app: aWanted({ digest: digest('c'), tag: '1.2.0' }) },
      plan: { plan: 'p', index: 3 },
    });
    const target: Target = { ...aTarget(newer, aRollout()), seen, good };
    const step = conclude(target, end({ blame: crashed }));
    expect(step?.target.rollouts.map(({ generation, phase }) => `${generation} ${phase}`)).toEqual([
      '3 accepted',
      '1 failed',
    ]);
    expect(step?.target.alone).toEqual([
      expect.objectContaining({ cause: 'push', of: 2, plan: { plan: 'p', index: 3 } }),
    ]);
    expect(step?.target.owes).toBeUndefined();
    const hold = { reason: 'freeze', by: 'ada', at: at(1) };
    const held = conclude({ ...target, hold }, end({ outcome: 'rolled-back', undo: undefined }));
    expect(held?.target.alone?.map(({ plan }) => plan)).toEqual([{ plan: 'p', index: 3 }]);
    expect(held?.target.owes).toMatchObject([{ plan: 'p', index: 3, result: 'left alone' }]);
  });
});

describe('a rollback on top of another', () => {
  it('says what it comes from by digest where nobody knows a tag, and keeps what was to be taken up', () => {
    const first = aRollout({ phase: 'completed', cause: 'rollback', changes: { app: aWanted({ tag: '' }) } });
    const waits = aWaitingRollout({ generation: 3, cause: undefined });
    const alone = [{ changes: { proxy: aProxy() }, of: 1, cause: 'alone' as const }];
    const failing = aRollout({ generation: 2, changes: { app: aWanted({ tag: '' }) } });
    const target: Target = { ...aTarget(waits, failing, first), seen, good, alone };
    const step = conclude(target, end({ generation: 2 }));
    expect(step?.target.rollouts[0]?.from['app']).toBe(pinnedImage('b'));
    expect(step?.target.alone?.map(({ of, cause }) => [of, cause])).toEqual([
      [3, 'push'],
      [1, 'alone'],
    ]);
  });
});

describe('a rollout that ECS has rolled back', () => {
  it('leaves its revision the newest of its family: a good one is registered anew, and nothing is set', () => {
    const step = conclude(known(), end({ outcome: 'rolled-back', undo: undefined }));
    expect(step?.target.rollouts[0]).toMatchObject({ cause: 'restore', of: 1, goBackTo: good, changes: {} });
    expect(kinds(step)).toEqual(['rollout.rolled-back']);
    expect(step?.target.wanted['app']?.digest).toBe(digest('b'));
  });

  it('is restored from what runs where no revision is known to be good', () => {
    const step = conclude(known({}, { good: undefined }), end({ outcome: 'rolled-back', undo: undefined }));
    expect(step?.target.rollouts[0]).toMatchObject({
      cause: 'restore',
      goBackTo: { revision: '', images: {} },
    });
  });

  it('is restored before what waits for its turn', () => {
    const waits = aWaitingRollout({ generation: 2 });
    const target: Target = { ...aTarget(waits, aRollout()), seen, good };
    const step = conclude(target, end({ outcome: 'rolled-back', undo: undefined }));
    expect(step?.target.rollouts[0]?.cause).toBe('restore');
    expect(step?.target.alone).toMatchObject([{ of: 2, cause: 'push' }]);
  });

  it('and that a younger one had replaced by then needs nothing more', () => {
    const younger = aRollout({ generation: 2, revision: arn(3) });
    const target: Target = { ...aTarget(younger, aRollout()), seen, good };
    const step = conclude(target, end({ outcome: 'rolled-back', undo: undefined }));
    expect(step?.target.rollouts).toHaveLength(2);
  });
});

describe('a member of a plan', () => {
  const plan = { plan: 'p', index: 4 };
  const cases: readonly [string, Partial<End>, string][] = [
    ['completed', { outcome: 'completed', undo: undefined }, 'done'],
    ['failed', {}, 'failed'],
    ['timed out', { outcome: 'timed-out' }, 'failed'],
    ['rolled back by ECS', { outcome: 'rolled-back' }, 'failed'],
    ['skipped', { outcome: 'skipped' }, 'left alone'],
    ['skipped, for it has the image already', { outcome: 'skipped', isThere: true }, 'verified'],
    ['superseded by another hand', { outcome: 'superseded' }, 'left alone'],
    ['stopped by hand', { outcome: 'stopped' }, 'left alone'],
  ];

  it.each(cases)('%s tells it', (_what, how, result) => {
    const step = conclude(known({ plan }), end(how));
    expect(step?.target.owes?.[0]).toMatchObject({ kind: 'plan', ...plan, result });
  });

  it('tells the plans of those that joined it as well', () => {
    const step = conclude(known({ plan, alsoOf: [{ plan: 'q', index: 0 }] }), end());
    expect(step?.target.owes?.map((debt) => debt.kind === 'plan' && debt.plan)).toEqual(['p', 'q']);
  });

  it.each(['stopped', 'superseded'] as const)('what another hand has %s is looked at again', (outcome) => {
    expect(conclude(known(), end({ outcome }))?.target.owes).toEqual([{ kind: 'see' }]);
  });
});

it('a push that took the place of a restore, and is left alone, leaves the restore to be done', () => {
  const skipped = end({ outcome: 'skipped', reason: 'its plan was stopped', undo: undefined });
  const step = conclude(known({ restores: true, startedAt: undefined }), skipped);
  expect(step?.target.rollouts[0]?.cause).toBe('restore');
});

it('a rollback that is left alone needs a person', () => {
  const skipped = end({ outcome: 'skipped', reason: 'on hold: freeze', undo: undefined });
  const step = conclude(known({ cause: 'rollback', goBackTo: good }), skipped);
  expect(kinds(step)).toEqual(['rollout.skipped', 'target.attention']);
});

it('a rollout that has ended, or that nobody knows, ends no second time', () => {
  expect(conclude(known({ phase: 'completed' }), end())).toBeUndefined();
  expect(conclude(known(), end({ generation: 9 }))).toBeUndefined();
});

describe('a rollout that ECS undid', () => {
  const lost = aRollout({ phase: 'superseded', startedAt: undefined, revision: arn(5), holds: { app: 'x' } });
  const undone = aRollout({ generation: 2, baseRevision: arn(5) });
  const target = { ...aTarget(undone, lost), seen, good };
  const back = (runs: string | undefined, before: Target = target) =>
    conclude(before, end({ generation: 2, outcome: 'rolled-back', undo: undefined, runs }))?.target.seen;

  it('leaves what it was put upon, although nobody had written down that it was set', () => {
    expect(back(arn(5))).toMatchObject({ revision: arn(5), containers: [{ name: 'app', image: 'x' }] });
  });

  it.each<[string, string | undefined, Target]>([
    ['where nobody knows what that is', undefined, target],
    ['where it is known already', seen.revision, target],
    ['where it is none of ours', arn(6), target],
    ['where it was written down', arn(5), { ...target, rollouts: [undone, { ...lost, startedAt: at(1) }] }],
  ])('leaves what was seen %s', (_what, runs, before) => {
    expect(back(runs, before)).toEqual(seen);
  });

  it('leaves nothing where the target was never seen', () => {
    expect(back(arn(5), aTarget(undone, lost))).toBeUndefined();
  });
});

it('what a rollout is known to hold is what runs once it has completed', () => {
  const holds = { app: 'a', log: 'b' };
  const step = conclude(known({ holds }), end({ outcome: 'completed' }));
  expect(step?.target.seen?.containers).toEqual([
    { name: 'app', image: 'a' },
    { name: 'log', image: 'b' },
  ]);
});

it('what began needs to know no longer what it held, once it is over', () => {
  const over = (startedAt: number | undefined) =>
    conclude(known({ holds: { app: 'a' }, startedAt }), end({ outcome: 'failed' }))?.target.rollouts.find(
      ({ generation }) => generation === 1,
    );
  expect(over(at(1))?.holds).toBeUndefined();
  expect(over(undefined)?.holds).toEqual({ app: 'a' });
});
