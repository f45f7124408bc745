import { describe, expect, it } from 'vitest';
import {
  baseMoved,
  carriedImages,
  carriedRollouts,
  compareImages,
  deploymentOf,
  isFailing,
  isOlderThanUs,
  isUnwatched,
  keeping,
  mayBeSet,
  movedAway,
  stopsAt,
} from '../../../functions/roll-service/decide.ts';
import type { Rollout, WantedImages } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import {
  aDeployment,
  aProxy,
  aRollout,
  arn,
  aSeen,
  aService,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  pinnedImage,
} from '../../builders/rollouts.ts';

describe('a rollout stops before its service when', () => {
  it.each([
    ['nothing is in the way', aService(), 'act', undefined],
    ['it is gone', undefined, 'act', 'service not found'],
    [
      'a person holds it, with a reason',
      aService({ tags: { 'slipway:hold': 'freeze' } }),
      'act',
      'on hold: freeze',
    ],
    ['a person holds it without one', aService({ tags: { 'slipway:hold': '' } }), 'act', 'on hold'],
    ['it is going', aService({ status: 'INACTIVE' }), 'act', 'service inactive'],
    ['Slipway observes only', aService(), 'observe', 'observe mode'],
    [
      'it is going and Slipway observes only',
      aService({ status: 'INACTIVE' }),
      'observe',
      'service inactive',
    ],
  ] as const)('%s', (...[, service, mode, expected]) => {
    expect(stopsAt(service, {}, mode)).toBe(expected);
  });

  it('a person holds it, but for the rollback that a person asks for', () => {
    const held = aService({ tags: { 'slipway:hold': 'freeze' } });
    expect(stopsAt(held, { cause: 'manual-rollback' }, 'act')).toBeUndefined();
    expect(stopsAt({ ...held, status: 'INACTIVE' }, { cause: 'manual-rollback' }, 'act')).toBe(
      'service inactive',
    );
  });
});

describe('another hand has moved the service away', () => {
  const seen = aSeen({ revision: arn(1), containers: [{ name: 'app', image: pinnedImage('a') }] });
  const container = (image: string) => [{ name: 'app', image, definition: {} }];
  const target = { ...aTarget(aWaitingRollout()), seen };
  const unwritten = { generation: 1, phase: 'superseded', revision: arn(5) } as const;
  const behind = (one: Partial<Rollout>) =>
    aTarget(aWaitingRollout({ generation: 2 }), aWaitingRollout({ ...unwritten, ...one }));
  const lost = (more: WantedImages = {}) => ({ ...behind({ changes: { app: aWanted(), ...more } }), seen });
  const back = (baseRevision: string) => ({
    ...behind({ baseRevision }),
    seen: { ...seen, revision: arn(5) },
  });
  it.each([
    ['when it runs another image', target, arn(5), pinnedImage('c'), true],
    ['not when it runs the same image', target, arn(5), pinnedImage('a'), false],
    ['not when it is where it was', target, arn(1), pinnedImage('c'), false],
    ['not when a rollout of ours did', { ...aTarget(aRollout()), seen }, arn(2), pinnedImage('b'), false],
    ['not when it runs what is wanted already', target, arn(5), pinnedImage('b'), false],
    ['not when a rollout of ours did, and nobody wrote it down', lost(), arn(5), pinnedImage('c'), false],
    ['when that holds another image too', lost({ proxy: aProxy() }), arn(5), pinnedImage('c'), true],
    ['not when ECS went back from one that nobody wrote down', back(arn(1)), arn(1), pinnedImage('c'), false],
    ['when a hand went elsewhere from there', back(arn(3)), arn(1), pinnedImage('c'), true],
    ['not when nobody has seen it before', aTarget(aWaitingRollout()), arn(5), pinnedImage('c'), false],
    [
      'not when the container is new',
      { ...target, seen: { ...seen, containers: [] } },
      arn(5),
      pinnedImage('c'),
      false,
    ],
  ] as const)('%s', (...[, known, running, image, expected]) => {
    expect(movedAway({ target: known, rollout: aWaitingRollout(), running }, container(image))).toBe(
      expected,
    );
  });
});

it('what goes back is cloned from a good revision, whatever runs', () => {
  const goBackTo = { revision: arn(1), images: {}, at: at(0) };
  expect(baseMoved(aWaitingRollout({ goBackTo, baseRevision: arn(1) }), arn(2))).toBe(false);
});

describe('images held against containers', () => {
  const container = (name: string, image: string) => ({ name, image, definition: {} });
  it.each([
    ['run already', 'x', [], true],
    ['are to change', 'y', [], false],
  ] as const)('%s', (...[, image, missing, running]) => {
    expect(compareImages({ app: 'x' }, [container('app', image)])).toEqual({ missing, running });
  });

  it('have nowhere to go', () => {
    expect(compareImages({ app: 'x' }, [container('web', 'x')])).toEqual({
      missing: ['app'],
      running: false,
    });
  });
});

describe('a deployment of a revision', () => {
  const failed = aDeployment({
    id: 'ecs-svc/2',
    status: 'ACTIVE',
    taskDefinition: arn(2),
    rolloutState: 'FAILED',
  });
  it.each([
    ['runs', aService({ deployments: [failed, aDeployment()] }), 'ecs-svc/2'],
    ['failed, and is still shown', aService({ deployments: [aDeployment(), failed] }), 'ecs-svc/2'],
    ['is not there', aService(), undefined],
    ['has no service', undefined, undefined],
  ])('%s', (_what, service, expected) => {
    expect(deploymentOf(service, arn(2))?.id).toBe(expected);
  });
});

describe('a read of the service is older than our own update when', () => {
  const soon = at(30);
  const shown = aService({ deployments: [aDeployment({ taskDefinition: arn(2) })] });
  it.each([
    ['it does not show what we started a moment ago', aService(), aTarget(aRollout()), soon, true],
    [
      'it does not show what completed a moment ago',
      aService(),
      aTarget(aRollout({ phase: 'completed' })),
      soon,
      true,
    ],
    ['never, when it shows it', shown, aTarget(aRollout()), soon, false],
    ['never, a minute later', aService(), aTarget(aRollout()), at(63), false],
    ['never, when that rollout failed', aService(), aTarget(aRollout({ phase: 'rolled-back' })), soon, false],
    ['never, when we started nothing', aService(), aTarget(aWaitingRollout()), soon, false],
    [
      'never, when nobody knows what we started',
      aService(),
      aTarget(aRollout({ revision: undefined })),
      soon,
      false,
    ],
    ['never, without a state', aService(), undefined, soon, false],
    ['never, when it shows no service', undefined, aTarget(aRollout()), soon, false],
  ] as const)('%s', (...[, service, target, now, expected]) => {
    expect(isOlderThanUs(service, target, now)).toBe(expected);
  });
});

describe('a service may be set to what nobody wrote down', () => {
  const lost = { phase: 'joined', startedAt: undefined, endedAt: at(30) } as const;
  it.each([
    ['when a newer push took the turn a moment ago', aRollout(lost), at(89), true],
    ['never, a minute later', aRollout(lost), at(90), false],
    ['never, where nothing was registered', aRollout({ ...lost, revision: undefined }), at(31), false],
    ['never, where its start was written down', aRollout({ ...lost, startedAt: at(2) }), at(31), false],
    ['never, where none was to be set', aRollout({ ...lost, cause: 'restore' }), at(31), false],
    ['never, while it has its turn', aWaitingRollout({ revision: arn(2) }), at(31), false],
  ] as const)('%s', (...[, rollout, now, expected]) => {
    expect(mayBeSet(aTarget(rollout), now)).toBe(expected);
    expect(mayBeSet(undefined, now)).toBe(false);
  });
});

describe('a clone is out of date when', () => {
  it.each([
    ['the service was set to another revision', 'running', arn(9), true],
    ['never while the service is on its base', 'running', arn(1), false],
    ['never where the family’s newest was cloned', 'latest', arn(9), false],
  ] as const)('%s', (...[, base, running, expected]) => {
    expect(baseMoved(aRollout({ base }), running)).toBe(expected);
  });
});

describe('a rollout carries on what an older one has not finished', () => {
  const containers = ['app', 'proxy'].map((name) => ({ name, image: 'x', definition: {} }));
  const rollout = aWaitingRollout({ generation: 2, changes: { proxy: aProxy() } });
  const carried = (older: Parameters<typeof aRollout>[0], running = arn(2)) => {
    const target = aTarget(rollout, aRollout(older));
    return carriedRollouts(target, { rollout, running, containers }).map((one) =>
      carriedImages(target, [one]),
    );
  };

  it('while the service is set to its revision', () => {
    expect(carried({})).toEqual([{ app: pinnedImage('b') }]);
  });

  it.each([
    ['once ECS or a person has set the service back', {}, arn(1)],
    ['once it has ended', { phase: 'failed' } as const, arn(2)],
    ['where its container is gone', { changes: { gone: aWanted() } }, arn(2)],
  ])('not %s', (_what, older, running) => {
    expect(carried(older, running)).toEqual([]);
  });

  it('but no image that a later push replaced', () => {
    const target = aTarget(
      aWaitingRollout({ generation: 2, changes: { app: aWanted({ digest: digest('c') }) } }),
      aRollout(),
    );
    expect(carriedImages(target, target.rollouts.slice(1))).toEqual({});
  });

  it('never itself', () => {
    const alone = aTarget(aRollout());
    expect(carriedRollouts(alone, { rollout: aRollout(), running: arn(2), containers })).toEqual([]);
  });
});

describe('what ECS rolls of ours is unwatched', () => {
  const lost = aTarget(aRollout({ phase: 'superseded', startedAt: undefined, revision: arn(2) }));
  const serviceOn = (revision: number, rolloutState?: string) =>
    aService({ deployments: [aDeployment({ taskDefinition: arn(revision), rolloutState })] });

  it('where nobody wrote down that it began', () => {
    expect(isUnwatched(lost, serviceOn(2, 'IN_PROGRESS'))).toBe(true);
    expect(isUnwatched(lost, serviceOn(2, 'COMPLETED'))).toBe(true);
    expect(isUnwatched(aTarget(aRollout()), serviceOn(2, 'IN_PROGRESS'))).toBe(false);
  });

  it.each([
    ['ECS rolls something else', serviceOn(1, 'IN_PROGRESS')],
    ['there is no service', undefined],
  ])('not where %s', (_what, service) => {
    expect(isUnwatched(lost, service)).toBe(false);
  });
});

describe('a container that nobody changes, named by a tag', () => {
  const bad = { repository: 'shop/proxy', digest: digest('c'), tag: 'latest', reason: 'x', at: at(1) };
  const proxy = `${pinnedImage('d', 'shop/proxy').split('@')[0]}:latest`;
  const containers = [
    { name: 'app', image: pinnedImage('a'), definition: {} },
    { name: 'proxy', image: proxy, definition: {} },
    { name: 'log', image: 'nginx:1', definition: {} },
  ];
  const failed = aRollout({ phase: 'failed', changes: { proxy: aProxy() } });
  const namesOf = (target: Target, rollout = aRollout()) =>
    keeping(target, { containers, rollout }).map((one) => one.name);

  it.each([
    ['one of its repository is quarantined here', { ...aTarget(), quarantine: [bad] }, ['proxy']],
    ['one of its repository failed here', aTarget(failed), ['proxy']],
    [
      'one of its repository waits for its turn',
      { ...aTarget(), alone: [{ changes: { proxy: aProxy() }, of: 1, cause: 'push' as const }] },
      ['proxy'],
    ],
    ['nothing failed here', aTarget(), []],
  ])('keeps the digest that runs, or not, where %s', (_what, target, names) => {
    expect(namesOf(target)).toEqual(names);
  });

  it('keeps it wherever an image is tried alone', () => {
    expect(namesOf(aTarget(), aRollout({ cause: 'alone' }))).toEqual(['proxy']);
  });

  it('is not kept where the rollout changes it', () => {
    expect(namesOf(aTarget(failed), aRollout({ changes: { proxy: aProxy() } }))).toEqual([]);
  });
});

describe('what runs is no base for a clone while ECS has failed it', () => {
  const failed = aDeployment({ taskDefinition: arn(2), rolloutState: 'FAILED' });
  it.each([
    [
      'a rollout of ours that nobody has concluded',
      aTarget(aRollout()),
      aService({ deployments: [failed] }),
      true,
    ],
    [
      'not one that is over',
      aTarget(aRollout({ phase: 'failed' })),
      aService({ deployments: [failed] }),
      false,
    ],
    ['not what rolls', aTarget(aRollout()), aService(), false],
    ['not what is gone', aTarget(aRollout()), undefined, false],
  ] as const)('%s', (...[, target, service, expected]) => {
    expect(isFailing(target, service)).toBe(expected);
  });
});
