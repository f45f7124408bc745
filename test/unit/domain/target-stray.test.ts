import { describe, expect, it } from 'vitest';
import { nextAlone, takeUp } from '../../../shared/domain/target/alone.ts';
import { type Sighting, see } from '../../../shared/domain/target/see.ts';
import type { Alone, Target } from '../../../shared/domain/target/state.ts';
import { leftOnFailed } from '../../../shared/domain/target/stray.ts';
import {
  aGood,
  aRollout,
  arn,
  aSeen,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  name,
} from '../../builders/rollouts.ts';

const later = at(9_000);

function sighted(revision: number, overrides: Partial<Sighting> = {}): Sighting {
  const { at: _at, ...seen } = aSeen({ revision: arn(revision) });
  return { ...name, seen, digests: {}, isSteady: true, ...overrides };
}

/** Its last rollout failed, and nobody has undone it. */
function left(phase: 'failed' | 'completed' = 'failed', revision = 2): Target {
  const failed = aRollout({ phase, startedAt: at(10), endedAt: at(60) });
  return { ...aTarget(failed), seen: aSeen({ revision: arn(revision) }), good: aGood() };
}

describe('a service that was left on what failed', () => {
  it.each<[string, Target, number | undefined]>([
    ['stands on it', left(), 1],
    ['has been set to something else', left('failed', 1), undefined],
    ['did not fail', left('completed'), undefined],
    ['never began', aTarget(aWaitingRollout({ phase: 'failed' })), undefined],
    [
      'rolls something newer',
      { ...left(), rollouts: [aWaitingRollout({ generation: 2 }), ...left().rollouts] },
      undefined,
    ],
  ])('%s', (_what, target, generation) => {
    expect(leftOnFailed(target)?.generation).toBe(generation);
  });

  it('and that ECS itself set back is no other hand: a good revision becomes the newest of its family', () => {
    const step = see(left(), sighted(1, { since: at(5) }), later);
    expect(step?.target.rollouts[0]).toMatchObject({ cause: 'restore', of: 1, undoes: arn(2) });
    expect(step?.target).toMatchObject({ seen: { revision: arn(1) } });
    expect(step?.target.movedFrom).toBeUndefined();
  });

  it.each<[string, Partial<Sighting>]>([
    ['with a deployment of its own', { since: at(70) }],
    ['nobody knows when', {}],
  ])('and that was set back %s is in other hands', (_what, overrides) => {
    expect(see(left(), sighted(1, overrides), later)?.target.rollouts[0]?.cause).toBeUndefined();
  });

  it('has what failed in it tried alone once it runs something else', () => {
    const one: Alone = { changes: { app: aWanted() }, of: 1, cause: 'alone' };
    expect(nextAlone({ ...left(), alone: [one] })).toBeUndefined();
    expect(nextAlone({ ...left('failed', 1), alone: [one] })).toEqual(one);
    expect(nextAlone({ ...left('completed'), alone: [one] })).toEqual(one);
    const pushed = { ...one, cause: 'push' as const };
    expect(nextAlone({ ...left(), alone: [one, pushed] })).toEqual(pushed);
    expect(takeUp({ ...left(), alone: [one, pushed] }, later)?.target.rollouts[0]?.cause).toBe('push');
  });
});

describe('a service that was set to a revision of ours, which nobody wrote down', () => {
  const lost = aWaitingRollout({
    phase: 'superseded',
    baseRevision: arn(1),
    revision: arn(2),
    endedAt: at(5),
  });
  const known: Target = { ...aTarget(lost), seen: aSeen({ revision: arn(1) }), good: aGood() };

  it('is followed to its end', () => {
    const step = see(known, sighted(2), later);
    expect(step?.target.rollouts[0]).toMatchObject({
      generation: 2,
      phase: 'accepted',
      cause: 'found',
      acceptedAt: lost.acceptedAt,
      changes: lost.changes,
    });
    expect(step?.target).toMatchObject({ seen: { revision: arn(2) } });
    expect(step?.target.movedFrom).toBeUndefined();
  });

  it.each<[string, Target]>([
    ['it is known by now', { ...known, seen: aSeen({ revision: arn(2) }) }],
    ['something newer is on its way', { ...known, rollouts: [aWaitingRollout({ generation: 2 }), lost] }],
    ['it was written down', { ...known, rollouts: [{ ...lost, startedAt: at(3) }] }],
    ['it sets no service', { ...known, rollouts: [{ ...lost, cause: 'restore' }] }],
    [
      'a newer one has begun since, so that the read is old, or somebody went back',
      {
        ...known,
        rollouts: [aRollout({ generation: 2, phase: 'completed', revision: arn(3), endedAt: at(40) }), lost],
      },
    ],
  ])('is not where %s', (_what, target) => {
    const step = see(target, sighted(2), later);
    expect(step?.target.rollouts.length ?? target.rollouts.length).toBe(target.rollouts.length);
  });

  it('is where ECS went back to it from what failed', () => {
    const failed = aRollout({ generation: 2, phase: 'failed', revision: arn(3), baseRevision: arn(2) });
    const step = see({ ...known, rollouts: [failed, lost] }, sighted(2), later);
    expect(step?.target.rollouts[0]).toMatchObject({ generation: 2, phase: 'accepted', cause: 'found' });
  });

  it('is not where a schedule names a family, and shows whatever is registered last', () => {
    const step = see(known, sighted(2, { isFollowing: true }), later);
    expect(step?.target.rollouts).toEqual([lost]);
  });

  it('nor where nobody knows what it is set to', () => {
    const { at: _at, ...seen } = aSeen({ revision: undefined });
    expect(see(known, { ...sighted(2), seen }, later)?.target.rollouts).toEqual([lost]);
  });
});

describe('a revision of ours that nobody set, and that is the newest of its family', () => {
  const registered = { baseRevision: arn(1), revision: arn(2), registeringSince: at(2), endedAt: at(5) };
  const gave = aWaitingRollout({ phase: 'superseded', ...registered });
  const known: Target = { ...aTarget(gave), seen: aSeen({ revision: arn(1) }), good: aGood() };
  const skipped = aWaitingRollout({ generation: 2, phase: 'skipped', reason: 'already running' });
  const begun = aRollout({ generation: 2, phase: 'completed', revision: arn(1), endedAt: at(40) });
  const restored = aWaitingRollout({ generation: 2, phase: 'failed', cause: 'restore' });
  const held = { 'slipway:hold': 'freeze' };
  const tagged = { ...sighted(1).seen, tags: held };

  it.each<[string, Target]>([
    ['it gave way', known],
    ['it joined another', { ...known, rollouts: [{ ...gave, phase: 'joined' }] }],
    ['what took its place is there already', { ...known, rollouts: [skipped, gave] }],
    [
      'its registration was not answered',
      { ...known, rollouts: [{ ...gave, revision: undefined, baseRevision: arn(1) }] },
    ],
  ])('is followed by a good one where %s', (_what, target) => {
    const step = see(target, sighted(1), later);
    expect(step?.target.rollouts[0]).toMatchObject({ cause: 'restore', of: 1, changes: {} });
    expect(see(step?.target, sighted(1), later)?.target.rollouts[1]?.cause).not.toBe('restore');
  });

  it.each<[string, Target, Partial<Sighting>]>([
    ['something newer is on its way', { ...known, rollouts: [aWaitingRollout(), gave] }, {}],
    ['something was set since', { ...known, rollouts: [begun, gave] }, {}],
    ['it was made good before, or could not be', { ...known, rollouts: [restored, gave] }, {}],
    ['it could not be set', { ...known, rollouts: [{ ...gave, phase: 'failed' }] }, {}],
    ['nothing was registered', { ...known, rollouts: [{ ...gave, registeringSince: undefined }] }, {}],
    ['it restores itself', { ...known, rollouts: [{ ...gave, cause: 'restore' }] }, {}],
    ['a person holds it by tag', { ...known, seen: aSeen({ tags: held }) }, { seen: tagged }],
    ['ECS is at work', known, { isSteady: false }],
    [
      'the read is old',
      { ...known, rollouts: [{ ...gave, endedAt: at(8_990) }], seen: aSeen({ revision: arn(3) }) },
      {},
    ],
    ['a schedule names the family', known, { isFollowing: true }],
    ['another hand has moved it', { ...known, movedFrom: [] }, {}],
  ])('is left alone where %s', (_what, target, overrides) => {
    const step = see(target, sighted(1, overrides), later);
    expect(step?.target.rollouts.length ?? target.rollouts.length).toBe(target.rollouts.length);
  });

  it.each([
    ['younger', arn(7), gave],
    ['of another family', arn(1, 'other'), gave],
    ['younger than what was cloned by one without answer', arn(7), { ...gave, revision: undefined }],
    ['nothing that anybody knows', arn(1), { ...gave, revision: undefined, baseRevision: undefined }],
  ])('nor where what runs is %s', (_what, revision, one) => {
    const target = { ...known, rollouts: [one], seen: aSeen({ revision }), good: aGood({ revision }) };
    const { at: _at, ...seen } = aSeen({ revision });
    expect(see(target, { ...sighted(1), seen }, later)).toBeUndefined();
  });

  it('nor where it is what runs, or nobody knows what does', () => {
    const set = { ...known, seen: aSeen({ revision: arn(2) }) };
    expect(see(set, sighted(2), later)?.target.rollouts).toEqual([gave]);
    const { at: _at, ...seen } = aSeen({ revision: undefined });
    expect(see(known, { ...sighted(1), seen }, later)?.target.rollouts).toEqual([gave]);
  });
});
