import { describe, expect, it } from 'vitest';
import { ownership } from '../../../shared/domain/cluster-owner.ts';
import { ecrRegistryOf } from '../../../shared/domain/image-ref.ts';
import { readSelect, seeMessage, selectMessage } from '../../../shared/domain/reconcile-messages.ts';
import type { Step } from '../../../shared/domain/target/accept.ts';
import { needsDigests, type Sighting, see, vanish } from '../../../shared/domain/target/see.ts';
import type { Seen, Target } from '../../../shared/domain/target/state.ts';
import {
  aGood,
  aRollout,
  arn,
  aSeen,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  name,
  pinnedImage,
  registry,
} from '../../builders/rollouts.ts';

const web = { app: `${registry}/shop/web:1.0.0`, proxy: `${registry}/shop/proxy:1.9.0` };

function running(revision: number, images: Readonly<Record<string, string>> = web): Seen {
  const containers = Object.entries(images).map(([container, image]) => ({ name: container, image }));
  return aSeen({ revision: arn(revision), containers });
}

function aSighting(seen: Seen, overrides: Partial<Sighting> = {}): Sighting {
  const { at: _at, ...shown } = seen;
  return { ...name, seen: shown, digests: {}, isSteady: true, ...overrides };
}

const later = at(9_000);
const known: Target = { ...aTarget(), seen: running(1), good: aGood(), ran: [digest('a')] };

function looked(target: Target, seen: Seen, overrides: Partial<Sighting> = {}): Step | undefined {
  return see(target, aSighting(seen, overrides), later);
}

describe('at first sight', () => {
  it('a target is adopted as it runs: what its tasks run is good, and has run', () => {
    const digests = { app: digest('a'), proxy: digest('9') };
    const step = see(undefined, aSighting(running(1), { digests }), later);
    expect(step?.notices).toEqual([]);
    expect(step?.target).toEqual({
      ...aTarget(),
      seen: { ...running(1), at: later },
      good: {
        revision: arn(1),
        images: { app: pinnedImage('a'), proxy: pinnedImage('9', 'shop/proxy') },
        at: later,
      },
      ran: [digest('a'), digest('9')],
    });
  });

  it('what nobody runs is taken for good as it is written', () => {
    const images = { ...web, log: 'fluent/fluent-bit:2' };
    expect(see(undefined, aSighting(running(1, images)), later)?.target.good?.images).toEqual(images);
  });

  it.each([
    ['while it is being deployed', aSighting(running(1), { isSteady: false })],
    ['where it has no revision', aSighting({ ...running(1), revision: undefined, containers: [] })],
  ])('%s nothing is known to be good', (_when, sighting) => {
    const target = see(undefined, sighting, later)?.target;
    expect(target?.seen).toBeDefined();
    expect(target).not.toHaveProperty('good');
  });

  it('of what an earlier version of Slipway rolled, what completed is good', () => {
    const done = aTarget(aRollout({ phase: 'completed', endedAt: at(60) }));
    expect(looked(done, running(2))?.target.good?.revision).toBe(arn(2));
    const failed = aTarget(aRollout({ phase: 'failed', endedAt: at(60) }));
    expect(looked(failed, running(2))?.target.good).toBeUndefined();
  });

  it('of what is being rolled nothing is taken down: what ran before may be back in a moment', () => {
    expect(looked(aTarget(aRollout()), running(2))).toBeUndefined();
  });
});

describe('a target that is known', () => {
  it('is left as it is where nothing is new', () => {
    expect(looked(known, running(1))).toBeUndefined();
  });

  it.each([
    ['its tags', { tags: { 'slipway:tags': 'semver:1.x', 'slipway:hold': 'freeze' } }],
    ['its status', { status: 'DRAINING' }],
    ['its platform', { platform: { os: 'linux', architecture: 'arm64' } }],
  ])('is refreshed where somebody changed %s', (_what, overrides) => {
    const step = looked(known, { ...running(1), ...overrides });
    expect(step?.target).toEqual({ ...known, seen: { ...running(1), ...overrides, at: later } });
  });

  it('is the same whatever the order of its tags', () => {
    const target = { ...known, seen: { ...running(1), tags: { a: '1', b: '2' } } };
    expect(looked(target, { ...running(1), tags: { b: '2', a: '1' } })).toBeUndefined();
  });

  it('whose first good revision was still missing gets it when it is steady', () => {
    const { good: _good, ...young } = known;
    expect(looked(young, running(1))?.target.good).toMatchObject({ revision: arn(1), at: later });
  });

  it('that vanishes is inactive, and that is known once', () => {
    const gone = vanish(known, later)?.target;
    expect(gone?.seen).toMatchObject({ status: 'INACTIVE', at: later });
    expect(gone === undefined ? undefined : vanish(gone, later)).toBeUndefined();
    expect(vanish(aTarget(), later)).toBeUndefined();
  });
});

describe('what another hand changes', () => {
  const newer = { ...web, app: pinnedImage('b') };

  it('is noted with what ran before, for somebody to judge', () => {
    const step = looked(known, running(2, newer));
    expect(step?.target).toEqual({
      ...known,
      seen: { ...running(2, newer), at: later },
      ran: [digest('b'), digest('a')],
      movedFrom: [{ name: 'app', image: web.app }],
    });
  });

  it('is compared with what ran at first, however often it changes before somebody judges', () => {
    const once = looked(known, running(2, newer))?.target ?? known;
    const twice = looked(once, running(3, { ...web, app: pinnedImage('c') }))?.target;
    expect(twice?.movedFrom).toEqual([{ name: 'app', image: web.app }]);
  });

  it.each([
    ['another memory size', running(2)],
    ['an image of another repository', running(2, { ...web, app: pinnedImage('b', 'shop/other') })],
    ['an image of no registry', running(2, { ...web, app: 'nginx' })],
    ['a container less', running(2, { proxy: web.proxy })],
  ])('%s is nothing to judge', (_what, seen) => {
    expect(looked(known, seen)?.target).not.toHaveProperty('movedFrom', expect.anything());
  });

  it('what ran from no registry is nothing to judge either', () => {
    const target = { ...known, seen: running(1, { app: 'nginx:1' }) };
    expect(looked(target, running(2, { app: 'nginx:2' }))?.target.movedFrom).toBeUndefined();
  });

  it('ends the bake of what was there, and its plan hears of it', () => {
    const baking = {
      ...aGood({ revision: arn(1) }),
      generation: 1,
      until: at(99_999),
      plans: [{ plan: 'p', index: 3 }],
    };
    const target = looked({ ...known, baking }, running(2, newer))?.target;
    expect(target?.baking).toBeUndefined();
    expect(target?.owes).toMatchObject([{ kind: 'plan', plan: 'p', index: 3, result: 'left alone' }]);
  });

  it('is no other hand where it follows its family', () => {
    const target = looked(known, running(2, newer), { isFollowing: true })?.target;
    expect(target).toMatchObject({ seen: { revision: arn(2) }, ran: [digest('b'), digest('a')] });
    expect(target?.movedFrom).toBeUndefined();
  });

  it('right after an end of ours is seen at once where ECS began it later: that is no old read', () => {
    const done = aRollout({ phase: 'completed', endedAt: at(8_990) });
    const target: Target = { ...aTarget(done), seen: running(2), good: aGood() };
    expect(looked(target, running(1), { since: at(8_980) })?.target.seen?.revision).not.toBe(arn(1));
    expect(looked(target, running(1), { since: at(8_995) })?.target.seen?.revision).toBe(arn(1));
  });

  it('going back to an older revision of ours is another hand too', () => {
    const rollouts = [
      aRollout({ generation: 2, revision: arn(3), phase: 'completed', endedAt: at(60) }),
      aRollout({ phase: 'completed', endedAt: at(30) }),
    ];
    const target = { ...known, rollouts, seen: running(3, newer) };
    expect(looked(target, running(2))?.target.movedFrom).toEqual([{ name: 'app', image: newer.app }]);
  });
});

describe('what is good once another hand has changed a target', () => {
  const moved: Target = { ...known, seen: { ...running(2), at: later - 10 * 60_000 } };

  it('is the new revision, when it has stood as long as one of ours would have to', () => {
    const digests = { app: digest('c') };
    expect(looked(moved, running(2), { digests })?.target.good).toEqual({
      revision: arn(2),
      images: { app: pinnedImage('c'), proxy: web.proxy },
      at: later,
    });
  });

  it.each<[string, Target, Partial<Sighting>?]>([
    ['a moment too early', { ...moved, seen: { ...running(2), at: later - 10 * 60_000 + 1 } }],
    ['while it is being deployed', moved, { isSteady: false }],
    ['before somebody has judged it', { ...moved, movedFrom: [{ name: 'app', image: web.app }] }],
    ['while a rollout waits', { ...moved, rollouts: [aWaitingRollout()] }],
    [
      'while another revision bakes',
      { ...moved, baking: { ...aGood(), generation: 1, until: later, plans: [] } },
    ],
    [
      'where it is one of ours that failed',
      { ...moved, rollouts: [aRollout({ phase: 'failed', endedAt: at(9) })] },
    ],
  ])('not %s', (_when, target, overrides) => {
    expect(looked(target, running(2), overrides)).toBeUndefined();
  });

  it('not where it runs what failed here', () => {
    const seen = { ...running(2, { app: pinnedImage('b') }), at: later - 10 * 60_000 };
    const quarantine = [{ ...aWanted(), reason: 'exit 1', at: at(0) }];
    expect(looked({ ...moved, seen, quarantine }, seen)).toBeUndefined();
  });
});

describe('what a rollout of ours changes', () => {
  it.each([
    ['waits', aWaitingRollout()],
    ['rolls', aRollout()],
    [
      'ended so lately that the read may be older',
      aRollout({ phase: 'completed', revision: arn(5), endedAt: later - 119_999 }),
    ],
  ])('is not taken for another hand’s while one %s', (_when, rollout) => {
    expect(looked({ ...known, rollouts: [rollout] }, running(5))).toBeUndefined();
  });

  it('does not keep tags from being seen', () => {
    const tags = { 'slipway:hold': 'freeze' };
    const target = looked({ ...known, rollouts: [aRollout()] }, { ...running(5), tags })?.target;
    expect(target?.seen).toEqual({ ...running(1), tags, at: later });
  });

  it('is taken down where its end was not: it was started last', () => {
    const failed = aRollout({ phase: 'failed', endedAt: at(60) });
    const target = looked({ ...known, rollouts: [failed] }, running(2))?.target;
    expect(target?.seen?.revision).toBe(arn(2));
    expect(target?.movedFrom).toBeUndefined();
  });
});

describe('the running digests', () => {
  it.each<[string, Target | undefined, Seen, boolean]>([
    ['are asked for at first sight', undefined, running(1), true],
    ['not where every image is pinned', undefined, running(1, { app: pinnedImage('a') }), false],
    ['not where nothing is known to run', undefined, { ...running(1), revision: undefined }, false],
    ['not for what is good already', known, running(1), false],
    ['for another revision than the good one', known, running(2), true],
  ])('%s', (...[, target, seen, expected]) => {
    expect(needsDigests(target, seen)).toBe(expected);
  });
});

describe('messages to look and to select', () => {
  const image = { registry, repository: 'shop/web' };

  it.each([
    ['for every target', image],
    ['for one alone', { ...image, only: name }],
  ])('%s come back as they were sent', (_what, select) => {
    expect(readSelect(selectMessage(select))).toEqual({ only: undefined, ...select });
  });

  it('name the target', () => {
    expect(seeMessage({ ...name })).toEqual({ v: 1, kind: 'see', ...name });
  });

  it.each([
    ['text', 'select'],
    ['another version', { ...selectMessage(image), v: 2 }],
    ['another kind', { ...selectMessage(image), kind: 'look' }],
    ['no registry', { v: 1, kind: 'select', repository: 'shop/web' }],
    ['no repository', { v: 1, kind: 'select', registry }],
  ])('%s is none', (_what, value) => {
    expect(readSelect(value)).toBeUndefined();
  });

  it.each([[{ cluster: 'prod' }], [{ service: 'web' }], ['prod/web']])('%j names no target', (only) => {
    expect(readSelect({ ...selectMessage(image), only })).toEqual({ ...image, only: undefined });
  });
});

it.each([
  [undefined, 'free'],
  ['', 'free'],
  ['slipway-prod/1/eu', 'ours'],
  ['slipway-dev/1/eu', 'foreign'],
])('a cluster whose tag is %j is %s', (tag, expected) => {
  expect(ownership(tag, 'slipway-prod/1/eu')).toBe(expected);
});

it.each([
  [registry, registry],
  [registry.replace('.dkr.ecr.', '.dkr-ecr.').replace('amazonaws.com', 'on.aws'), registry],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn'],
  ['ghcr.io', undefined],
])('the registry of %s is %s', (host, expected) => {
  expect(ecrRegistryOf(host)).toBe(expected);
});
