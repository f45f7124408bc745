import { describe, expect, it } from 'vitest';
import { type Context, type Decision, decide, type Push } from '../../../functions/image-pushed/decide.ts';
import type { TagPolicySource } from '../../../shared/domain/tag-policy/policy.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import {
  aProxy,
  aPush,
  aRollout,
  aService,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  pinnedImage,
  registry,
} from '../../builders/rollouts.ts';
import { aCandidate, aPolicy, aRule, type Candidate, rules, seenAs } from './given.ts';

interface Given extends Partial<Omit<Context, 'target'>> {
  readonly candidate?: Candidate;
  readonly target?: Target;
}

function decided(
  push: Push,
  { candidate = aCandidate(), target = aTarget(), ...more }: Given = {},
): Decision {
  const seen = seenAs(candidate);
  return decide(push, {
    rules: rules(aRule()),
    target: { ...target, seen },
    lookUp: () => undefined,
    ...more,
  });
}

function reasonOf(decision: Decision): string {
  if (decision.kind === 'roll') return 'roll';
  return decision.detail === undefined ? decision.reason : `${decision.reason}: ${decision.detail}`;
}

function running(image: string, ...more: readonly string[]) {
  return aCandidate({
    containers: [image, ...more].map((one, index) => ({
      name: index === 0 ? 'app' : `more-${index}`,
      image: one,
    })),
  });
}

describe('a push that a service wants', () => {
  it('names its container’s new image, the one that ran, and the rule', () => {
    const rule = aRule();
    expect(decided(aPush({ commit: 'abc', author: 'ann' }), { rules: rules(rule) })).toEqual({
      kind: 'roll',
      changes: { app: aWanted({ commit: 'abc', author: 'ann' }) },
      from: { app: `${registry}/shop/web:1.0.0` },
      base: 'running',
      rule,
    });
  });

  it('changes every container that runs the image, or those alone that the rule names', () => {
    const image = `${registry}/shop/web:1.0.0`;
    const candidate = running(image, image);
    const all = decided(aPush(), { candidate });
    const one = decided(aPush(), {
      candidate,
      rules: rules(aRule({ containers: ['more-1'], base: 'latest' })),
    });
    expect(all).toMatchObject({ changes: { app: {}, 'more-1': {} } });
    expect(one).toMatchObject({ from: { 'more-1': image }, base: 'latest' });
    expect(one.kind === 'roll' && Object.keys(one.changes)).toEqual(['more-1']);
  });

  it('changes the containers that do not run it yet', () => {
    const candidate = running(pinnedImage('b'), pinnedImage('a'));
    const decision = decided(aPush(), { candidate });
    expect(decision.kind === 'roll' && Object.keys(decision.changes)).toEqual(['more-1']);
  });

  it('names what ran by the tag that people know it by', () => {
    const lookUp = () => ({ digest: digest('a'), tags: ['latest', '1.0.0'], pushedAt: at(-99) });
    expect(decided(aPush(), { candidate: running(pinnedImage('a')), lookUp })).toMatchObject({
      from: { app: `${registry}/shop/web:1.0.0@${digest('a')}` },
    });
  });

  it('names what ran by its digest alone where it has no tag', () => {
    const lookUp = () => ({ digest: digest('a'), tags: [], pushedAt: undefined });
    expect(decided(aPush(), { candidate: running(pinnedImage('a')), lookUp })).toMatchObject({
      from: { app: pinnedImage('a') },
    });
  });
});

describe('a push that a service wants, in odd places', () => {
  it('is found under another host name of the same registry, which stays', () => {
    const host = registry.replace('.dkr.ecr.', '.dkr-ecr.').replace('amazonaws.com', 'on.aws');
    const decision = decided(aPush(), { candidate: running(`${host}/shop/web:1.0.0`) });
    expect(decision).toMatchObject({ kind: 'roll', changes: { app: { registry: host } } });
  });

  it('goes wherever the container instance decides what runs', () => {
    const push = aPush({ platforms: [{ os: 'linux', architecture: 'arm64' }] });
    expect(reasonOf(decided(push, { candidate: aCandidate({ platform: undefined }) }))).toBe('roll');
  });

  it('goes to no container whose name no table can hold', () => {
    const containers = [{ name: '__proto__', image: `${registry}/shop/web:1.0.0` }];
    expect(reasonOf(decided(aPush(), { candidate: aCandidate({ containers }) }))).toBe('image not used');
  });
});

describe('a push is left alone when', () => {
  const hold = aService({ tags: { 'slipway:hold': 'freeze' } });
  const cases: readonly [string, string, Given, Partial<Push>?][] = [
    ['nobody runs the image', 'image not used', { candidate: running('nginx:1') }],
    ['another registry’s image runs', 'image not used', { candidate: running('example.com/shop/web:1.0.0') }],
    ['the service is on hold', 'on hold: freeze', { candidate: aCandidate({ service: hold }) }],
    [
      'the service is going',
      'service inactive',
      { candidate: aCandidate({ service: aService({ status: 'DRAINING' }) }) },
    ],
    ['no rule names it', 'no rule names it', { rules: rules() }],
    [
      'the rule names other containers',
      'image not used: not by log',
      { rules: rules(aRule({ containers: ['log'] })) },
    ],
    [
      'the task cannot run it',
      'platform cannot run it: the task needs linux/arm64, the image has linux/amd64',
      { candidate: aCandidate({ platform: { os: 'linux', architecture: 'arm64' } }) },
    ],
    ['the rule wants other tags', 'tag not wanted: outside the range', {}, { tag: '2.0.0' }],
    ['it is older than what runs', 'not newer than what runs: not newer', {}, { tag: '0.9.0' }],
    ['it runs', 'already running', { candidate: running(pinnedImage('b')) }],
    [
      'it runs under another tag',
      'already running: 1.0.9',
      { candidate: running(`${registry}/shop/web:1.0.9@${digest('b')}`) },
    ],
    ['its rollout waits', 'already accepted: rollout 1: accepted', { target: aTarget(aWaitingRollout()) }],
    [
      'its rollout failed',
      'already accepted: rollout 1: rolled-back',
      { target: aTarget(aRollout({ phase: 'rolled-back' })) },
    ],
  ];

  it.each(cases)('%s: %s', (...[, expected, context, push]) => {
    const wide = rules(aRule({ policy: aPolicy({ semver: '<2' }) }));
    expect(reasonOf(decided(aPush(push), { rules: wide, ...context }))).toBe(expected);
  });
});

describe('a push is compared', () => {
  const newest: TagPolicySource = { newest: 'pushed' };
  const by = (source: TagPolicySource) => rules(aRule({ policy: aPolicy(source) }));

  it('with what is on its way, not with what still runs', () => {
    const target = aTarget(
      aWaitingRollout({ changes: { app: aWanted({ tag: '1.2.0', digest: digest('c') }) } }),
    );
    expect(reasonOf(decided(aPush({ tag: '1.1.5', digest: digest('d') }), { target }))).toBe(
      'not newer than what runs: not newer',
    );
  });

  it('with an older rollout on its way, even when a newer one changes other containers', () => {
    const older = aRollout({ changes: { app: aWanted({ tag: '1.2.0', digest: digest('c') }) } });
    const target = aTarget(aWaitingRollout({ generation: 2, changes: { proxy: aProxy() } }), older);
    expect(reasonOf(decided(aPush({ tag: '1.1.5', digest: digest('d') }), { target }))).toBe(
      'not newer than what runs: not newer',
    );
  });

  it('not with what is on its way from another repository', () => {
    const target = aTarget(aWaitingRollout({ changes: { app: aProxy({ tag: '9.0.0' }) } }));
    expect(reasonOf(decided(aPush(), { target }))).toBe('roll');
  });

  it('with what Slipway remembers of the digest that runs', () => {
    const done = aRollout({
      phase: 'completed',
      changes: { app: aWanted({ tag: '1.3.0', digest: digest('c') }) },
    });
    const context = { candidate: running(pinnedImage('c')), target: aTarget(done) };
    expect(reasonOf(decided(aPush({ tag: '1.2.0' }), context))).toBe('not newer than what runs: not newer');
    expect(reasonOf(decided(aPush({ tag: '1.4.0' }), context))).toBe('roll');
  });

  it('with what the registry says, where the rule no longer wants the tag that Slipway remembers', () => {
    const done = aRollout({
      phase: 'completed',
      changes: { app: aWanted({ tag: 'latest', digest: digest('c') }) },
    });
    const lookUp = () => ({ digest: digest('c'), tags: ['latest', '1.3.0'], pushedAt: at(-99) });
    const context = { candidate: running(pinnedImage('c')), target: aTarget(done), lookUp };
    expect(reasonOf(decided(aPush({ tag: '1.2.0' }), context))).toBe('not newer than what runs: not newer');
  });

  it('with what Slipway remembers, wanted or not, where the registry has forgotten it', () => {
    const done = aRollout({
      phase: 'completed',
      changes: { app: aWanted({ tag: '2.0.0', digest: digest('c') }) },
    });
    const context = { candidate: running(pinnedImage('c')), target: aTarget(done) };
    expect(reasonOf(decided(aPush({ tag: '1.2.0' }), context))).toBe('not newer than what runs: not newer');
  });

  it('not with what ECS is rolling back', () => {
    const failing = aRollout({
      phase: 'rolling-back',
      changes: { app: aWanted({ tag: '1.2.0', digest: digest('c') }) },
    });
    expect(
      reasonOf(decided(aPush({ tag: '1.1.5', digest: digest('d') }), { target: aTarget(failing) })),
    ).toBe('roll');
  });

  it('with what the registry says of the digest that runs', () => {
    const lookUp = () => ({ digest: digest('c'), tags: ['latest', '1.3.0'], pushedAt: at(-99) });
    const context = { candidate: running(pinnedImage('c')), target: aTarget(), lookUp };
    expect(reasonOf(decided(aPush({ tag: '1.2.0' }), context))).toBe('not newer than what runs: not newer');
  });

  it('with the greatest tag where the policy wants none of those that the running digest has', () => {
    const lookUp = () => ({ digest: digest('c'), tags: ['b', 'a'], pushedAt: at(5) });
    const context = { rules: by({ glob: '1.*' }), candidate: running(pinnedImage('c')), lookUp };
    expect(reasonOf(decided(aPush({ pushedAt: at(0) }), context))).toBe(
      'not newer than what runs: not newer',
    );
    expect(reasonOf(decided(aPush({ pushedAt: at(9) }), context))).toBe('roll');
  });

  describe('with what a digest is best known by', () => {
    const retagged =
      (heard: Readonly<Record<string, number>> = {}) =>
      () => ({
        digest: digest('c'),
        tags: ['1.0.9', '1.0.11', 'main-3', 'main-5'],
        pushedAt: at(1),
        heard,
      });
    const late = aPush({ tag: '1.0.10', digest: digest('d') });
    const older = 'not newer than what runs: not newer';

    it.each<[string, Given]>([
      ['runs by tag and digest', { candidate: running(`${registry}/shop/web:1.0.9@${digest('c')}`) }],
      [
        'is on its way',
        {
          target: aTarget(
            aWaitingRollout({ changes: { app: aWanted({ tag: '1.0.9', digest: digest('c') }) } }),
          ),
        },
      ],
      [
        'was rolled out by an older tag',
        {
          candidate: running(pinnedImage('c')),
          target: aTarget(
            aRollout({
              phase: 'completed',
              changes: { app: aWanted({ tag: '1.0.9', digest: digest('c') }) },
            }),
          ),
        },
      ],
    ])('where it %s', (_where, given) => {
      expect(reasonOf(decided(late, { ...given, lookUp: retagged() }))).toBe(older);
      expect(reasonOf(decided(late, { ...given, lookUp: () => undefined }))).toBe('roll');
    });

    it.each([
      ['its last push', { 'main-5': at(50) }, older],
      ['the push of the tag that runs', { 'main-3': at(50) }, older],
      ['the push of the digest', {}, 'roll'],
    ])('by %s', (_what, heard, expected) => {
      const candidate = running(`${registry}/shop/web:main-3@${digest('c')}`);
      const push = aPush({ tag: 'main-4', digest: digest('d'), pushedAt: at(30) });
      const context = { rules: by({ glob: 'main-*' }), candidate, lookUp: retagged(heard) };
      expect(reasonOf(decided(push, context))).toBe(expected);
    });

    it('by the time that Slipway remembers, where that is later', () => {
      const done = aRollout({
        phase: 'completed',
        changes: { app: aWanted({ tag: 'main-3', digest: digest('c'), pushedAt: at(50) }) },
      });
      const push = aPush({ tag: 'main-4', digest: digest('d'), pushedAt: at(30) });
      const context = {
        rules: by({ glob: 'main-*' }),
        candidate: running(pinnedImage('c')),
        target: aTarget(done),
      };
      expect(reasonOf(decided(push, { ...context, lookUp: retagged({ 'main-3': at(9) }) }))).toBe(older);
    });
  });

  it('with nothing where the registry has forgotten what runs', () => {
    expect(reasonOf(decided(aPush({ tag: '1.0.0' }), { candidate: running(pinnedImage('c')) }))).toBe('roll');
  });

  it('by time where the tag is the same: a late one does not go backwards', () => {
    const onTheWay = aWaitingRollout({
      changes: { app: aWanted({ tag: 'latest', digest: digest('c'), pushedAt: at(9) }) },
    });
    const context = { rules: by({ exact: 'latest' }), target: aTarget(onTheWay) };
    expect(reasonOf(decided(aPush({ tag: 'latest', pushedAt: at(5) }), context))).toBe(
      'pushed before what runs: latest',
    );
    expect(reasonOf(decided(aPush({ tag: 'latest', pushedAt: at(10) }), context))).toBe('roll');
  });

  it.each([
    ['since what was accepted last', at(7), 'roll'],
    ['in the same moments', at(6), 'pushed before what runs: latest'],
  ])('by what the tag names now, when it was resolved %s', (_when, resolvedAt, expected) => {
    const onTheWay = aWaitingRollout({
      changes: { app: aWanted({ tag: 'latest', digest: digest('c'), pushedAt: at(9) }) },
    });
    const context = { rules: by({ exact: 'latest' }), target: aTarget(onTheWay), resolvedAt };
    expect(reasonOf(decided(aPush({ tag: 'latest', pushedAt: at(5) }), context))).toBe(expected);
  });

  it('by the digest where tag and second are the same: the tag was resolved to this one last', () => {
    const earlier = aWaitingRollout({
      changes: { app: aWanted({ tag: 'main', digest: digest('c'), pushedAt: at(5) }) },
    });
    const context = { rules: by(newest), target: aTarget(earlier) };
    expect(reasonOf(decided(aPush({ tag: 'main', pushedAt: at(5) }), context))).toBe('roll');
  });

  it('of a tag that runs unpinned is new: the registry tells of the new image alone', () => {
    const lookUp = () => ({ digest: digest('b'), tags: ['latest'], pushedAt: at(1) });
    const context = {
      rules: by({ exact: 'latest' }),
      candidate: running(`${registry}/shop/web:latest`),
      lookUp,
    };
    expect(reasonOf(decided(aPush({ tag: 'latest', pushedAt: at(0) }), context))).toBe('roll');
  });

  it('with what the registry says of a tag that runs unpinned', () => {
    const asked: string[] = [];
    const lookUp = (reference: string) => {
      asked.push(reference);
      return { digest: digest('c'), tags: ['main-1'], pushedAt: at(5) };
    };
    const context = { rules: by(newest), candidate: running(`${registry}/shop/web`), lookUp };
    expect(reasonOf(decided(aPush({ pushedAt: at(0) }), context))).toBe(
      'not newer than what runs: not newer',
    );
    expect(asked).toContain('latest');
  });

  it.each([
    ['x', 'main-1', 'tag not wanted: pattern does not match'],
    ['main-5', 'dev-5', 'not newer than what runs: extract gives 5 for both main-5 and dev-5'],
  ])('where the policy can: %s with %s is a reason too', (tag, current, expected) => {
    const rule = by({ numerical: 'ascending', pattern: '^(?:main|dev)-(?P<n>\\d+)$', extract: '$n' });
    const context = { rules: rule, candidate: running(`${registry}/shop/web:${current}`) };
    expect(reasonOf(decided(aPush({ tag }), context))).toBe(expected);
  });
});

describe('an event that comes again', () => {
  const tried = aWanted({ tag: 'latest', pushedAt: at(0) });
  const failed = aTarget(aRollout({ phase: 'rolled-back', acceptedAt: at(30), changes: { app: tried } }));
  const context = { rules: rules(aRule({ policy: aPolicy({ exact: 'latest' }) })), target: failed };

  it.each([
    ['itself', at(0)],
    ['an earlier one of the same image', at(-9)],
    ['one that was delayed, while the tag had been resolved to its image already', at(20)],
  ])('%s rolls no failed digest again', (_what, pushedAt) => {
    expect(reasonOf(decided(aPush({ tag: 'latest', pushedAt }), context))).toBe(
      'already accepted: rollout 1: rolled-back',
    );
  });

  it('a later push of the same image is a new one', () => {
    expect(reasonOf(decided(aPush({ tag: 'latest', pushedAt: at(60) }), context))).toBe('roll');
  });
});
