import { describe, expect, it } from 'vitest';
import type { Found } from '../../../functions/image-pushed/decide/running.ts';
import { type Decision, decide, type Push } from '../../../functions/image-pushed/decide.ts';
import { observing } from '../../../shared/domain/target/accept.ts';
import type { Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import {
  aGood,
  aPush,
  aRollout,
  arn,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  pinnedImage,
  registry,
} from '../../builders/rollouts.ts';
import { aPolicy, aRule, rules, runningTarget } from './given.ts';

const web = runningTarget(`${registry}/shop/web:1.0.0`);

function decided(
  overrides: Partial<Target>,
  { push = aPush(), found }: { push?: Push; found?: Found } = {},
): Decision {
  return decide(push, {
    rules: rules(aRule()),
    target: { ...web, ...overrides },
    lookUp: () => undefined,
    found,
  });
}

function reasonOf(decision: Decision): string {
  if (decision.kind === 'roll') return 'roll';
  return decision.detail === undefined ? decision.reason : `${decision.reason}: ${decision.detail}`;
}

function closed(overrides: Partial<Rollout>): Partial<Target> {
  const { rollouts, generation, wanted } = aTarget(aWaitingRollout({ phase: 'skipped', ...overrides }));
  return { rollouts, generation, wanted };
}

describe('an older push that arrives late', () => {
  const running = runningTarget(pinnedImage('a'));
  const known = closed({
    phase: 'completed',
    changes: { app: aWanted({ tag: '1.0.0', digest: digest('a') }) },
  });
  const waits = (tag: string) => ({
    alone: [{ changes: { app: aWanted({ tag, digest: digest('c') }) }, of: 1, cause: 'alone' as const }],
  });

  it.each<[string, Partial<Target>, string]>([
    [
      'has to beat what waits to be tried alone',
      { ...running, ...known, ...waits('1.2.0') },
      'not newer than what runs: not newer',
    ],
    ['and does, where that is older', { ...running, ...known, ...waits('1.0.5') }, 'roll'],
    [
      'has to beat one of several that ECS rolls back together, for each of them is tried again',
      {
        ...running,
        ...aTarget(
          aRollout({
            phase: 'rolling-back',
            changes: {
              app: aWanted({ tag: '1.2.0', digest: digest('c') }),
              proxy: aWanted({ repository: 'shop/proxy', digest: digest('e') }),
            },
          }),
        ),
        seen: running.seen,
      },
      'not newer than what runs: not newer',
    ],
    [
      'but not one that ECS rolls back by itself',
      {
        ...running,
        ...aTarget(
          aRollout({
            phase: 'rolling-back',
            changes: { app: aWanted({ tag: '1.2.0', digest: digest('c') }) },
          }),
        ),
        seen: running.seen,
      },
      'roll',
    ],
  ])('%s', (_what, target, reason) => {
    expect(reasonOf(decided(target))).toBe(reason);
  });

  it('of the same tag and second is told apart by when it was resolved', () => {
    const latest = aWanted({ tag: 'latest', digest: digest('a'), answeredAt: at(2) });
    const before = closed({ phase: 'completed', acceptedAt: at(2), changes: { app: latest } });
    const said = (resolvedAt: number | undefined) =>
      reasonOf(
        decide(aPush({ tag: 'latest' }), {
          rules: rules(aRule({ policy: aPolicy({ exact: 'latest' }) })),
          target: { ...running, ...before },
          lookUp: () => undefined,
          resolvedAt,
        }),
      );
    expect(said(at(1))).toBe('pushed before what runs: latest');
    expect(said(at(3))).toBe('roll');
    // Another registry is not asked.
    expect(said(undefined)).toBe('roll');
  });

  it('of the same second counts where Slipway never rolled what runs', () => {
    const decision = decide(aPush({ tag: 'latest' }), {
      rules: rules(aRule({ policy: aPolicy({ exact: 'latest' }) })),
      target: running,
      lookUp: () => ({ digest: digest('a'), tags: ['latest'], pushedAt: at(0) }),
      resolvedAt: at(1),
    });
    expect(reasonOf(decision)).toBe('roll');
  });

  it('has to beat the best tag of what a container runs by another tag', () => {
    const target = runningTarget(`${registry}/shop/web:1`);
    const said = (named: string) =>
      reasonOf(
        decide(aPush(), {
          rules: rules(aRule()),
          target,
          lookUp: () => ({ digest: digest(named), tags: ['1', '1.2.0'], pushedAt: at(0) }),
        }),
      );
    expect(said('c')).toBe('not newer than what runs: not newer');
    // The tag that runs has come to mean the pushed image: what runs is not that.
    expect(said('b')).toBe('roll');
  });
});

describe('what Slipway remembers of a target', () => {
  const quarantined = {
    repository: 'shop/web',
    digest: digest('b'),
    tag: '1.1.0',
    reason: 'exit 1',
    at: at(0),
  };
  const alone = { changes: { app: aWanted() }, of: 1, cause: 'alone' } as const;

  it.each<[string, Partial<Target>, string]>([
    ['nobody has looked at it', { seen: undefined }, 'not in the inventory'],
    ['it is on hold', { hold: { reason: 'incident', by: 'ann', at: at(0) } }, 'on hold: incident'],
    ['the image failed here', { quarantine: [quarantined] }, 'quarantined: exit 1'],
    ['another image failed here', { quarantine: [{ ...quarantined, digest: digest('c') }] }, 'roll'],
    ['the image waits to be tried alone', { alone: [alone] }, 'already accepted: it waits for its turn'],
    ['it ran the image once, and somebody pushes it again', { ran: [digest('b')] }, 'roll'],
    [
      'the image was there at first sight, and somebody pushes it again',
      { baseline: { app: digest('b') } },
      'roll',
    ],
  ])('%s: %s', (_what, overrides, expected) => {
    expect(reasonOf(decided(overrides))).toBe(expected);
  });

  it('a tag is known by the digest that its tasks were found to run', () => {
    const good = aGood({ images: { app: pinnedImage('b') } });
    expect(reasonOf(decided({ good }))).toBe('already running: 1.0.0');
    expect(reasonOf(decided({ good: { ...good, revision: arn(9) } }))).toBe('roll');
    expect(reasonOf(decided({ good: aGood({ images: {} }) }))).toBe('roll');
    expect(decided({ good: aGood() })).toMatchObject({
      from: { app: `${registry}/shop/web:1.0.0@${digest('a')}` },
    });
  });
});

describe('what reconcile finds', () => {
  const act: Found = { mode: 'act' };

  it.each<[string, Partial<Target>, string]>([
    ['was never here', {}, 'roll'],
    ['ran here before', { ran: [digest('b')] }, 'ran before'],
    ['was there at first sight', { baseline: { app: digest('b') } }, 'baseline'],
    ['is not what was there at first sight', { baseline: { app: digest('c') } }, 'roll'],
    ['was left alone before it began', closed({ reason: 'on hold: freeze' }), 'roll'],
    ['was only observed then', closed({ reason: observing }), 'roll'],
    ['gave way before it began', closed({ phase: 'superseded' }), 'roll'],
    ['could not be registered', closed({ phase: 'failed' }), 'already accepted: rollout 1: failed'],
    ['waits', closed({ phase: 'accepted' }), 'already accepted: rollout 1: accepted'],
    ['began, and no longer counts as run', { ...closed({ phase: 'failed', startedAt: at(3) }) }, 'roll'],
  ])('%s: %s', (_what, overrides, expected) => {
    expect(reasonOf(decided(overrides, { found: act }))).toBe(expected);
  });

  it.each<[string, number | undefined, string]>([
    ['before the last rollout', at(0), 'ran before'],
    ['after it', at(2), 'roll'],
    ['at a time that nobody knows', undefined, 'ran before'],
  ])('ran before, and its tag was pushed again %s', (_when, heardAt, expected) => {
    const changes = { app: aWanted({ tag: '1.0.5', digest: digest('c') }) };
    const other = closed({ changes, phase: 'completed', startedAt: at(1) });
    const decision = decided({ ...other, ran: [digest('b')] }, { found: { mode: 'act', heardAt } });
    expect(reasonOf(decision)).toBe(expected);
  });

  it('ran before, and its push gave way to another one before it began', () => {
    const changes = { app: aWanted({ tag: '1.0.5', digest: digest('c') }) };
    const done = aRollout({ changes, phase: 'completed', startedAt: at(1) });
    const gave = aWaitingRollout({ generation: 2, phase: 'superseded', acceptedAt: at(4) });
    const { rollouts } = aTarget(gave, done);
    const decision = decided({ rollouts, ran: [digest('b')] }, { found: { mode: 'act', heardAt: at(3) } });
    expect(reasonOf(decision)).toBe('roll');
  });

  it('ran before, and is not taken for pushed again where all that is known gave way', () => {
    const gave = closed({ phase: 'superseded', changes: { app: aWanted({ digest: digest('d') }) } });
    const decision = decided({ ...gave, ran: [digest('b')] }, { found: { mode: 'act', heardAt: at(99) } });
    expect(reasonOf(decision)).toBe('ran before');
  });

  it('ran before by another hand alone, and is not taken for pushed again', () => {
    expect(reasonOf(decided({ ran: [digest('b')] }, { found: { mode: 'act', heardAt: at(99) } }))).toBe(
      'ran before',
    );
  });

  it('is observed once where Slipway observes', () => {
    const observed = closed({ reason: observing });
    expect(reasonOf(decided(observed, { found: { mode: 'observe' } }))).toBe(
      'already accepted: rollout 1: skipped',
    );
  });

  it('is the same as a push for what goes on', () => {
    const rolling = aTarget(aRollout());
    expect(reasonOf(decided({ rollouts: rolling.rollouts }, { found: act }))).toMatch(/^already accepted/);
  });
});

it('an image of another registry is found where it runs', () => {
  const abroad = '999999999999.dkr.ecr.us-east-1.amazonaws.com';
  const decision = decide(aPush({ registry: abroad, platforms: [] }), {
    rules: rules(aRule({ registry: abroad, policy: aPolicy({ exact: '1.1.0' }) })),
    target: runningTarget(`${abroad}/shop/web:1.0.0`, `${registry}/shop/web:1.0.0`),
    lookUp: () => undefined,
  });
  expect(decision.kind === 'roll' && Object.keys(decision.changes)).toEqual(['app']);
});
