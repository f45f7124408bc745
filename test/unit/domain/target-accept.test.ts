import { describe, expect, it } from 'vitest';
import { type Acceptance, accept, observe } from '../../../shared/domain/target/accept.ts';
import {
  currentRollout,
  knownBy,
  openRollouts,
  type Target,
  tagOf,
  withRollout,
} from '../../../shared/domain/target/state.ts';
import {
  aProxy,
  aRollout,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  name,
  pinnedImage,
} from '../../builders/rollouts.ts';

function anAcceptance(overrides: Partial<Acceptance> = {}): Acceptance {
  const { changes, from, base } = aRollout();
  return { ...name, changes, from, base, at: at(50), ...overrides };
}

const ofProxy = { changes: { proxy: aProxy() }, from: { proxy: pinnedImage('d', 'shop/proxy') } };
const newerApp = { changes: { app: aWanted({ tag: '1.2.0', digest: digest('c') }) } };

function phases(target: Target): readonly string[] {
  return target.rollouts.map(({ generation, phase }) => `${generation} ${phase}`);
}

describe('accepting a push', () => {
  it('makes the first rollout of a target that nobody knew, and says nothing yet', () => {
    const { target, notices } = accept(undefined, anAcceptance());
    expect(target).toEqual({
      v: 1,
      ...name,
      generation: 1,
      wanted: { app: aWanted() },
      rollouts: [aWaitingRollout({ acceptedAt: at(50) })],
    });
    expect(notices).toEqual([]);
  });

  it('supersedes what waits with an image of the same container, and says so', () => {
    const { target, notices } = accept(aTarget(aWaitingRollout()), anAcceptance(newerApp));
    expect(phases(target)).toEqual(['2 accepted', '1 superseded']);
    expect(currentRollout(target)?.changes).toEqual(newerApp.changes);
    expect(notices).toMatchObject([
      { kind: 'rollout.superseded', rollout: { generation: 1, reason: 'rollout 2 took its place' } },
    ]);
  });

  it('joins what waits with images of other containers, which nobody has heard of yet', () => {
    const { target, notices } = accept(aTarget(aWaitingRollout()), anAcceptance(ofProxy));
    expect(phases(target)).toEqual(['2 accepted', '1 joined']);
    expect(currentRollout(target)).toMatchObject({
      changes: { app: aWanted(), proxy: aProxy() },
      from: { app: pinnedImage('a'), proxy: pinnedImage('d', 'shop/proxy') },
    });
    expect(target.wanted).toEqual({ app: aWanted(), proxy: aProxy() });
    expect(notices).toEqual([]);
  });

  it.each(['accepted', 'registering', 'registered'] as const)(
    'takes over from a rollout that is %s',
    (phase) => {
      const { target } = accept(aTarget(aWaitingRollout({ phase })), anAcceptance(newerApp));
      expect(openRollouts(target).map(({ generation }) => generation)).toEqual([2]);
    },
  );

  it.each(['rolling', 'rolling-back'] as const)(
    'leaves a rollout that is %s to ECS until its own turn',
    (phase) => {
      const { target, notices } = accept(aTarget(aRollout({ phase })), anAcceptance(newerApp));
      expect(phases(target)).toEqual(['2 accepted', `1 ${phase}`]);
      expect(currentRollout(target)?.changes).toEqual(newerApp.changes);
      expect(notices).toEqual([]);
    },
  );

  it('keeps every container apart, whatever it is called', () => {
    const odd = { changes: Object.fromEntries([['__proto__', aWanted()]]), from: {} };
    const { target } = accept(undefined, anAcceptance(odd));
    const after = accept(target, anAcceptance(ofProxy)).target;
    expect(Object.keys(currentRollout(after)?.changes ?? {})).toEqual(['__proto__', 'proxy']);
  });

  it('remembers the last ten closed rollouts of each container', () => {
    const ofApp = aRollout({ phase: 'completed', generation: 1 });
    const ofProxies = Array.from({ length: 12 }, (_, index) =>
      aRollout({ phase: 'completed', generation: 13 - index, changes: { proxy: aProxy() } }),
    );
    const { target } = accept(aTarget(...ofProxies, ofApp), anAcceptance());
    const closed = accept(target, anAcceptance(newerApp)).target.rollouts.filter(
      ({ phase }) => phase === 'completed',
    );
    expect(closed.map(({ generation }) => generation)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 1]);
  });

  it('remembers the last ten closed rollouts', () => {
    const pushes = Array.from({ length: 15 }, (_, index) => ({
      changes: { app: aWanted({ digest: digest(index.toString(16)) }) },
    }));
    const target = pushes.reduce<Target | undefined>(
      (known, push) => accept(known, anAcceptance(push)).target,
      undefined,
    );
    expect(target?.rollouts.map(({ generation }) => generation)).toEqual([
      15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5,
    ]);
  });
});

describe('observing a push', () => {
  it('records what would be done, tells it, and leaves nothing open', () => {
    const { target, notices } = observe(undefined, anAcceptance());
    expect(phases(target)).toEqual(['1 skipped']);
    expect(target.rollouts[0]?.reason).toBe('observe mode');
    expect(notices.map(({ kind }) => kind)).toEqual(['rollout.observed']);
  });

  it('ends what still waits from the time before: nobody would ever roll it', () => {
    const { target, notices } = observe(aTarget(aWaitingRollout()), anAcceptance(ofProxy));
    expect(phases(target)).toEqual(['2 skipped', '1 skipped']);
    expect(notices.map(({ kind }) => kind)).toEqual(['rollout.skipped', 'rollout.observed']);
  });

  it('leaves what ECS is rolling already', () => {
    const { target } = observe(aTarget(aRollout()), anAcceptance(ofProxy));
    expect(phases(target)).toEqual(['2 skipped', '1 rolling']);
    expect(currentRollout(target)).toBeUndefined();
  });
});

describe('the memory of a target', () => {
  const known = aTarget(aRollout({ generation: 2, ...newerApp }), aRollout({ phase: 'completed' }));

  it.each([
    ['wanted now', 'c', '1.2.0'],
    ['wanted once', 'b', '1.1.0'],
    ['never wanted', 'f', undefined],
  ])('knows the tag of a digest that is %s', (_when, digit, tag) => {
    expect(tagOf(known, digest(digit))).toBe(tag);
    expect(knownBy(known, digest(digit))?.tag).toBe(tag);
  });

  it('knows no tag of no digest', () => {
    expect(tagOf(known, undefined)).toBeUndefined();
  });

  it('a target without rollouts has no current one', () => {
    expect(currentRollout(aTarget())).toBeUndefined();
  });
});

it('a rollout that was long on its way is remembered when it ends, however many younger ones have ended before', () => {
  const younger = Array.from({ length: 12 }, (_, index) =>
    aRollout({ generation: index + 2, phase: 'superseded', endedAt: at(index) }),
  );
  const long = aRollout({ phase: 'completed', endedAt: at(100) });
  const target = withRollout(aTarget(...younger.toReversed(), aRollout()), long);
  expect(target.rollouts.find(({ generation }) => generation === 1)?.phase).toBe('completed');
  expect(target.rollouts).toHaveLength(10);
});
