import { describe, expect, it } from 'vitest';
import { nudge } from '../../shared/domain/nudge.ts';
import { owe } from '../../shared/domain/target/debts.ts';
import type { Good } from '../../shared/domain/target/rollout.ts';
import type { Baking, Seen, Target } from '../../shared/domain/target/state.ts';
import { Refused, Throttled } from '../../shared/faults.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import { aDescribed } from '../builders/events.ts';
import {
  aDeployment,
  aProxy,
  aRollout,
  arn,
  aService,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  name,
  pinnedImage,
} from '../builders/rollouts.ts';
import { type FakeWorld, taken } from '../fakes/fake-world.ts';
import { aWorld, imagesSent, oldProxy, rolloutOf } from './given.ts';

function attend(world: FakeWorld, service: string = name.service): Promise<void> {
  const { body } = nudge({ ...name, service, generation: 1 });
  return world.attend(body);
}

const good: Good = {
  revision: arn(1),
  images: { app: pinnedImage('a'), proxy: pinnedImage('d', 'shop/proxy') },
  at: at(0),
};
const seen: Seen = {
  at: at(0),
  status: 'ACTIVE',
  controller: 'ECS',
  managedByEcs: false,
  revision: arn(1),
  containers: [{ name: 'app', image: pinnedImage('a') }],
  tags: {},
};

describe('going back', () => {
  const failed = aRollout({ phase: 'failed' });
  const back = aWaitingRollout({
    generation: 2,
    cause: 'rollback',
    of: 1,
    undoes: arn(2),
    goBackTo: good,
    changes: { app: aWanted({ digest: digest('a') }) },
  });
  const onFailed = aService({ deployments: [aDeployment({ id: 'ecs-svc/2', taskDefinition: arn(2) })] });

  it('clones the good revision, with its digests, and sets the service to the clone', async () => {
    const world = await aWorld(back, failed);
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(2) }, 2));
    world.services.put(onFailed);
    await attend(world);
    expect(imagesSent(world)).toEqual({ app: pinnedImage('a'), proxy: pinnedImage('d', 'shop/proxy') });
    expect(world.services.updates).toHaveLength(1);
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'rolling', baseRevision: arn(1) });
  });

  it('after ECS did so itself registers a clone of what runs again, by digest where it is known, and says nothing', async () => {
    const images = { app: pinnedImage('a'), proxy: oldProxy.replace(/:[^:]*$/, `@${digest('d')}`) };
    const goBackTo = { ...good, revision: arn(7), images };
    const world = await aWorld({ ...back, cause: 'restore', changes: {}, goBackTo }, failed);
    await attend(world);
    expect(imagesSent(world)).toEqual(images);
    expect(world.services.updates).toEqual([]);
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'completed' });
    expect(await world.said()).toEqual([]);
  });
});

describe('another hand changed what runs since the target was seen', () => {
  const moved = (image: string) => async () => {
    const world = await aWorld();
    await world.given({ ...aTarget(aWaitingRollout()), seen });
    world.definitions.add({
      taskDefinition: {
        taskDefinitionArn: arn(5),
        family: 'web',
        containerDefinitions: [{ name: 'app', image }],
      },
    });
    world.services.put(aService({ deployments: [aDeployment({ taskDefinition: arn(5) })] }));
    await attend(world);
    return world;
  };

  it('to another image: the push is decided about again', async () => {
    const world = await moved(pinnedImage('c'))();
    expect((await world.target()).rollouts).toEqual([]);
    expect(taken(world.reconciles)).toEqual([{ v: 1, kind: 'see', ...name }]);
    expect((await world.target()).owes).toEqual([]);
    expect(world.services.updates).toEqual([]);
  });

  it('and not the image: it is cloned as it is', async () => {
    const world = await moved(pinnedImage('a'))();
    expect(world.services.updates).toHaveLength(1);
    expect((await rolloutOf(world))?.baseRevision).toBe(arn(5));
  });
});

describe('a bake that is over', () => {
  const baking: Baking = {
    generation: 1,
    revision: arn(2),
    images: { app: pinnedImage('b'), proxy: oldProxy },
    at: at(0),
    until: at(90),
    plans: [],
  };
  const baked: Target = { ...aTarget(aRollout({ phase: 'completed' })), baking };

  const standing = aService({ deployments: [aDeployment({ taskDefinition: arn(2) })] });

  it.each([
    ['another hand moved the service', aService()],
    [
      'ECS has failed it since',
      aService({ deployments: [aDeployment({ taskDefinition: arn(2), rolloutState: 'FAILED' })] }),
    ],
  ])('verifies nothing where %s', async (_what, service) => {
    const world = await aWorld();
    await world.given(baked);
    world.services.put(service);
    await attend(world);
    expect(await world.target()).toMatchObject({ owes: [] });
    expect((await world.target()).good).toBeUndefined();
    expect(taken(world.reconciles)).toMatchObject([{ kind: 'see' }]);
  });

  it('makes the revision the one to go back to, by the digests that run', async () => {
    const world = await aWorld();
    world.services.put(standing);
    await world.given(baked);
    world.tasks.run(name, arn(2), { app: digest('9'), proxy: digest('d') });
    await attend(world);
    expect((await world.target()).good).toEqual({
      revision: arn(2),
      images: { app: pinnedImage('b'), proxy: pinnedImage('d', 'shop/proxy') },
      at: at(90),
    });
  });

  it('is over where nobody may look at the tasks, too', async () => {
    const world = await aWorld();
    world.services.put(standing);
    await world.given(baked);
    world.tasks.runningDigests = () => Promise.reject(new Refused('AccessDeniedException', 'no'));
    await attend(world);
    expect((await world.target()).good?.images['proxy']).toBe(oldProxy);
  });

  it('asks nobody where every image is pinned', async () => {
    const world = await aWorld();
    world.services.put(standing);
    await world.given({ ...baked, baking: { ...baking, images: { app: pinnedImage('b') } } });
    world.tasks.runningDigests = () => Promise.reject(new Error('asked'));
    await attend(world);
    expect((await world.target()).good?.revision).toBe(arn(2));
  });
});

describe('images that failed together', () => {
  it('are tried one after the other', async () => {
    const world = await aWorld();
    const alone = [
      { changes: { app: aWanted() }, of: 1, cause: 'alone' as const },
      { changes: { proxy: aProxy() }, of: 1, cause: 'alone' as const },
    ];
    await world.given({ ...aTarget(aRollout({ phase: 'failed' })), seen, alone });
    await attend(world);
    expect(await rolloutOf(world, 2)).toMatchObject({
      phase: 'rolling',
      cause: 'alone',
      changes: { app: {} },
    });
    expect((await world.target()).alone).toHaveLength(1);
  });
});

describe('an image that is tried alone', () => {
  const containers = [
    { name: 'app', image: pinnedImage('a') },
    { name: 'proxy', image: oldProxy },
  ];
  const alone = aWaitingRollout({ generation: 2, cause: 'alone' });

  it('stands beside the digest that is known to be good', async () => {
    const world = await aWorld();
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(1), containerDefinitions: containers }, 1));
    await world.given({ ...aTarget(alone), good });
    await attend(world);
    expect(imagesSent(world)).toEqual({ app: expect.any(String), proxy: good.images['proxy'] });
  });

  it('or that runs, where nobody has verified it', async () => {
    const world = await aWorld(alone);
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(1), containerDefinitions: containers }, 1));
    world.tasks.run(name, arn(1), { proxy: digest('9') });
    await attend(world);
    expect(imagesSent(world)).toMatchObject({ proxy: pinnedImage('9', 'shop/proxy') });
  });

  it('and runs already is not registered for that', async () => {
    const running = [{ name: 'app', image: pinnedImage('b') }, ...containers.slice(1)];
    const world = await aWorld(alone);
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(1), containerDefinitions: running }, 1));
    await attend(world);
    expect(world.definitions.sent).toEqual([]);
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'skipped', reason: 'already running' });
  });
});

describe('a deployment that shifts traffic and makes no progress', () => {
  const stuck = aRollout({ stopAskedAt: at(90), reason: 'no progress for 15 min' });
  const deployment = {
    arn: 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/prod/web/x',
    targetServiceRevisionArn:
      'arn:aws:ecs:eu-west-1:111122223333:service-revision/prod/web/0000000000000000002',
    status: 'IN_PROGRESS',
  };

  it('is rolled back by ECS, and looked at again', async () => {
    const world = await aWorld(stuck);
    world.services.records = [deployment];
    await attend(world);
    await attend(world);
    expect(world.services.rolledBack).toEqual([deployment.arn]);
    expect((await rolloutOf(world))?.stoppedAt).toBe(at(100));
    world.virtual.advance(120_000);
    expect(taken(world.wakeups)).toMatchObject([{ message: { kind: 'look' } }]);
  });

  it('of which ECS knows nothing comes due again', async () => {
    const world = await aWorld(stuck);
    await attend(world);
    expect(world.outcomes().at(0)).toBe('deployment stopped: ECS knows no such deployment');
  });

  it('that ECS refuses to stop comes due again', async () => {
    const world = await aWorld(stuck);
    world.services.records = [deployment];
    world.services.rollBack = () => Promise.reject(new Refused('ConflictException', 'it has ended'));
    await attend(world);
    expect(world.outcomes().at(0)).toBe('deployment stopped: it has ended');
  });
});

describe('a throttled read', () => {
  it.each([
    ['of a rollout that waits', [aWaitingRollout()]],
    ['of a target that owes something', [aRollout({ phase: 'completed' })]],
  ])('%s is tried again soon, and the message is done', async (_what, rollouts) => {
    const world = await aWorld();
    const base = aTarget(...rollouts);
    await world.given(rollouts[0]?.phase === 'accepted' ? base : owe(base, { kind: 'see' }));
    const throttled = () => Promise.reject(new Throttled('Rate exceeded'));
    world.services.describe = throttled;
    world.reconciles.send = throttled;
    await attend(world);
    expect(world.outcomes().at(-1)).toBe('throttled');
    world.virtual.advance(20_000);
    expect(taken(world.wakeups)).toMatchObject([{ message: { kind: 'nudge' } }]);
  });
});

describe('a schedule', () => {
  const service = 'schedule:default/nightly';
  const scheduled = { ...name, service };

  async function aSchedule(): Promise<FakeWorld> {
    const world = await aWorld();
    await world.given({ ...aTarget(aWaitingRollout()), service });
    world.scheduledTargets.put({ ...scheduled, taskDefinition: arn(1), enabled: true });
    return world;
  }

  it('gets a clone with the wanted image, and is told as done', async () => {
    const world = await aSchedule();
    await attend(world, service);
    expect(imagesSent(world)).toEqual({ app: pinnedImage('b'), proxy: oldProxy });
    expect(world.scheduledTargets.sets).toEqual([`${service} ${arn(2)}`]);
    expect(await world.said()).toEqual(['completed']);
    expect((await loadTarget(world.table, scheduled))?.baking?.revision).toBe(arn(2));
  });

  it('that may just be set to something else by one that lost its turn is looked at again', async () => {
    const world = await aSchedule();
    const containerDefinitions = [{ name: 'app', image: pinnedImage('b') }];
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(2), containerDefinitions }, 2));
    world.scheduledTargets.put({ ...scheduled, taskDefinition: arn(2), enabled: true });
    const lost = aWaitingRollout({ phase: 'superseded', revision: arn(5), endedAt: at(60) });
    await world.given({ ...aTarget(aWaitingRollout({ generation: 2 }), lost), service });
    await attend(world, service);
    const rollouts = (await loadTarget(world.table, scheduled))?.rollouts;
    expect(rollouts?.[0]).toMatchObject({ phase: 'accepted', slot: { call: 'turn' } });
  });

  it('whose answer was lost is set again, which changes nothing', async () => {
    const world = await aSchedule();
    world.scheduledTargets.fault = 'answer lost';
    await expect(attend(world, service)).rejects.toThrow('no answer');
    await attend(world, service);
    expect(world.definitions.sent).toHaveLength(1);
    expect(await world.said()).toEqual(['completed']);
  });

  it('that EventBridge refuses to change has failed', async () => {
    const world = await aSchedule();
    world.scheduledTargets.fault = { refused: 'FailedEntryCount 1' };
    await attend(world, service);
    expect(await world.said()).toEqual(['failed']);
  });

  it.each([
    [
      'that is gone',
      (world: FakeWorld) => world.scheduledTargets.remove(scheduled),
      'it runs no ECS task any more',
    ],
    [
      'in observe mode',
      (world: FakeWorld) => {
        world.config = { ...world.config, mode: 'observe' };
      },
      'observe mode',
    ],
  ] as const)('%s is left alone', async (_what, change, reason) => {
    const world = await aSchedule();
    change(world);
    await attend(world, service);
    expect((await loadTarget(world.table, scheduled))?.rollouts[0]).toMatchObject({
      phase: 'skipped',
      reason,
    });
  });
});
