import { describe, expect, it } from 'vitest';
import { postpone } from '../../../shared/domain/target/postpone.ts';
import { defaultTerms } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import { aProxy, aRollout, aTarget, at, aWaitingRollout, aWanted, digest } from '../../builders/rollouts.ts';

const member = { plan: 'p', index: 3 };
const other = { plan: 'q', index: 3 };
const both = aWaitingRollout({
  changes: { app: aWanted(), proxy: aProxy() },
  alsoOf: [member, other, { ...member, index: 4 }],
});
const held = { generation: 1, member, digest: digest('b') };

describe('an image that joined a rollout, and that its own plan holds back', () => {
  it('waits by itself for its turn, and the others go', () => {
    const step = postpone(aTarget(both), held, at(60));
    expect(step?.target.rollouts[0]).toMatchObject({
      changes: { proxy: aProxy() },
      alsoOf: [other, { ...member, index: 4 }],
    });
    expect(Object.keys(step?.target.rollouts[0]?.changes ?? {})).toEqual(['proxy']);
    expect(step?.target.alone).toEqual([
      { changes: { app: aWanted() }, of: 1, cause: 'push', base: 'running', plan: member },
    ]);
    expect(step?.target.wanted).toEqual(aTarget(both).wanted);
    expect(step?.notices).toEqual([]);
  });

  it('hands the lead to the next plan where its own led', () => {
    const leading = { ...both, plan: member, alsoOf: [other] };
    const step = postpone(aTarget(leading), held, at(60));
    expect(step?.target.rollouts[0]).toMatchObject({ plan: other, alsoOf: [] });
    expect(step?.target.alone).toMatchObject([{ plan: member }]);
  });

  it('keeps its cause and its terms, and so do those that joined it', () => {
    const terms = { ...defaultTerms, rollback: 'notify' as const };
    const joined = aRollout({ phase: 'joined', changes: { proxy: aProxy() }, cause: 'found', terms });
    const leading = { ...both, generation: 2, plan: member, alsoOf: [other] };
    const apart = (target: Target, out: string) =>
      postpone(target, { ...held, generation: 2, digest: out }, at(60))?.target;
    const led = apart(aTarget(leading, joined), digest('b'));
    expect(led?.rollouts[0]).toMatchObject({ cause: 'found', terms });
    expect(led?.alone).toMatchObject([{ cause: 'push', terms: both.terms }]);
    const ledByOther = { ...leading, plan: other, alsoOf: [member] };
    const bound = apart(aTarget(ledByOther, joined), digest('e'));
    expect(bound?.rollouts[0]?.terms).toBeUndefined();
    expect(bound?.alone).toMatchObject([{ cause: 'found', terms }]);
  });

  it('keeps what the first push of three said, and takes nothing from what was no push', () => {
    const terms = { ...defaultTerms, rollback: 'notify' as const };
    const first = aRollout({ phase: 'joined', terms, base: 'latest' });
    const second = aRollout({ generation: 2, phase: 'joined', terms: defaultTerms, changes: both.changes });
    const third = { ...both, generation: 3, alsoOf: [member] };
    const out = { ...held, generation: 3 };
    expect(postpone(aTarget(third, second, first), out, at(60))?.target.alone).toMatchObject([
      { terms, base: 'latest' },
    ]);
    const back = aRollout({ phase: 'completed', cause: 'rollback', terms });
    expect(postpone(aTarget(third, back), out, at(60))?.target.alone).toMatchObject([{ cause: 'push' }]);
    const again = aRollout({ phase: 'completed', terms, changes: { app: aWanted({ pushedAt: at(-9) }) } });
    expect(postpone(aTarget(third, again), out, at(60))?.target.alone?.[0]?.terms).toBeUndefined();
    const single = { ...third, cause: 'alone' as const };
    expect(postpone(aTarget(single), out, at(60))?.target.alone).toMatchObject([{ cause: 'alone' }]);
    const led = { ...third, plan: other, alsoOf: [member] };
    const proxyFirst = { ...first, changes: { proxy: aProxy() } };
    const left = postpone(aTarget(led, proxyFirst), { ...out, member: other, digest: digest('b') }, at(60));
    expect(left?.target.rollouts[0]).toMatchObject({ plan: member, base: 'latest' });
  });

  it('lets the others go no sooner than their own rule does, whatever has begun since they were pushed', () => {
    const terms = { ...defaultTerms, everyMs: 180_000 };
    const begun = aRollout({ generation: 2, phase: 'completed', changes: {}, startedAt: at(30) });
    const pushed = aRollout({ phase: 'joined', changes: { proxy: aProxy() }, terms, startedAt: undefined });
    const led = { ...both, generation: 3, plan: member, alsoOf: [] };
    const kept = (now: number) =>
      postpone(aTarget(led, begun, pushed), { ...held, generation: 3 }, now)?.target.rollouts[0];
    expect(kept(at(60))).toMatchObject({ terms, notBefore: at(210) });
    expect(kept(at(210))?.notBefore).toBeUndefined();
  });

  it('stands behind what waits already', () => {
    const first = { changes: { log: aWanted() }, of: 0, cause: 'alone' as const };
    const step = postpone({ ...aTarget(both), alone: [first] }, held, at(60));
    expect(step?.target.alone?.[0]).toEqual(first);
    expect(step?.target.alone).toHaveLength(2);
  });

  it.each([
    ['no other image is left', aTarget(aWaitingRollout({ alsoOf: [member] }))],
    ['its rollout is over', aTarget({ ...both, phase: 'skipped' as const })],
    ['a newer one has its turn', aTarget(aRollout({ generation: 2 }), both)],
    ['there is no such rollout', aTarget()],
  ])('stays where it is where %s', (_what, target) => {
    expect(postpone(target, held, at(60))).toBeUndefined();
  });

  it('is the only one of its rollout that no plan has', () => {
    const alone = aWaitingRollout({ changes: { app: aWanted(), proxy: aProxy() } });
    expect(postpone(aTarget(alone), held, at(60))?.target.rollouts[0]?.alsoOf).toEqual([]);
  });
});
