import { describe, expect, it } from 'vitest';
import { accept } from '../../shared/domain/target/accept.ts';
import { Refused } from '../../shared/faults.ts';
import { aDescribed } from '../builders/events.ts';
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
  name,
  pinnedImage,
} from '../builders/rollouts.ts';
import { onCall } from '../fakes/around.ts';
import type { FakeWorld } from '../fakes/fake-world.ts';
import { aWorld, imagesSent, oldProxy, rolloutOf } from './given.ts';

describe('somebody else is quicker', () => {
  it('a newer push between the registration and the update: the newer one alone is rolled', async () => {
    const world = await aWorld();
    const newer = async () => {
      const changes = { app: aWanted({ tag: '1.2.0', digest: digest('c') }) };
      await world.given(
        accept(await world.target(), { ...name, changes, from: {}, base: 'running', at: at(101) }).target,
      );
    };
    await world.roll(onCall('definitions.register', 'after', newer));
    expect(world.services.updates).toEqual([arn(3)]);
    expect(imagesSent(world)).toMatchObject({ app: pinnedImage('c') });
    expect((await rolloutOf(world))?.phase).toBe('superseded');
  });

  it.each(['running', 'latest'] as const)(
    'a newer push right before the update of a clone of what is %s: the older one is not set any more',
    async (base) => {
      const world = await aWorld(aWaitingRollout({ base }));
      let reads = 0;
      const changes = { app: aWanted({ tag: '1.2.0', digest: digest('c') }) };
      const newer = async (call: () => unknown) => {
        const acceptance = { ...name, changes, from: {}, base, at: at(101) } as const;
        await world.given(accept(await world.target(), acceptance).target);
        return call();
      };
      await world.roll((method, call) => {
        reads += Number(method === 'services.describe');
        return method === 'services.describe' && reads === 2 ? newer(call) : call();
      });
      expect(world.services.updates).toEqual([arn(3)]);
      expect(imagesSent(world)).toMatchObject({ app: pinnedImage('c') });
    },
  );

  it('a person sets the service to another revision meanwhile: that one is cloned, not undone', async () => {
    const world = await aWorld();
    const terraform = () => {
      world.definitions.add(aDescribed({ taskDefinitionArn: arn(3), memory: '2048' }, 3));
      world.services.put(
        aService({ deployments: [aDeployment({ id: 'ecs-svc/9', taskDefinition: arn(3) })] }),
      );
    };
    await world.roll(onCall('definitions.register', 'after', terraform));
    expect(world.definitions.sent.at(-1)?.['memory']).toBe('2048');
    expect(world.services.updates).toEqual([arn(4)]);
    expect(await rolloutOf(world)).toMatchObject({ baseRevision: arn(3), revision: arn(4) });
  });

  it('again and again: it is left to a later try', async () => {
    const world = await aWorld();
    const other = () => {
      const revision = 100 + world.definitions.sent.length;
      const memory = String(revision * 16);
      world.definitions.add(aDescribed({ taskDefinitionArn: arn(revision), memory }, revision));
      world.services.put(aService({ deployments: [aDeployment({ taskDefinition: arn(revision) })] }));
    };
    const always = async (method: string, call: () => unknown) => {
      const answer = await call();
      if (method === 'definitions.register') other();
      return answer;
    };
    await expect(
      world.roll((method, call) => (method === 'definitions.register' ? always(method, call) : call())),
    ).rejects.toThrow('prod/web: newer pushes kept taking the turn');
    expect(world.services.updates).toEqual([]);
  });
});

describe('a rollout whose revision was set already, and nobody wrote it down', () => {
  const made = aWaitingRollout({ phase: 'registered', baseRevision: arn(1), revision: arn(2) });

  it('is adopted with ECS’s own id', async () => {
    const world = await aWorld(made);
    const deployments = [
      aDeployment({ id: 'ecs-svc/77', taskDefinition: arn(2), rolloutState: 'IN_PROGRESS' }),
    ];
    world.services.put(aService({ deployments, tags: { 'slipway:hold': 'too late' } }));
    await world.roll();
    expect(world.services.updates).toEqual([]);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'rolling', deploymentId: 'ecs-svc/77' });
  });

  it('is not rolled a second time when it has failed meanwhile', async () => {
    const world = await aWorld(made);
    const bad = aDeployment({
      id: 'ecs-svc/77',
      status: 'ACTIVE',
      taskDefinition: arn(2),
      rolloutState: 'FAILED',
    });
    world.services.put(aService({ deployments: [aDeployment(), bad] }));
    await world.roll();
    expect(world.services.updates).toEqual([]);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'rolling', deploymentId: 'ecs-svc/77' });
  });
});

const second = aDeployment({ id: 'ecs-svc/77', taskDefinition: arn(2) });

describe('a revision of ours that ECS rolls, of a rollout that lost its turn', () => {
  it('is followed by the next one that wants the same', async () => {
    const lost = aRollout({ phase: 'superseded', startedAt: undefined, revision: arn(2) });
    const world = await aWorld(aWaitingRollout({ generation: 2 }), lost);
    addSecond(world);
    const failed = aDeployment({ id: 'ecs-svc/77', taskDefinition: arn(2), rolloutState: 'FAILED' });
    world.services.put(aService({ taskDefinition: arn(2), deployments: [failed] }));
    await world.roll();
    expect(world.definitions.sent).toEqual([]);
    expect(world.services.updates).toEqual([]);
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'rolling', deploymentId: 'ecs-svc/77' });
    expect(await world.table.due('look', world.clock.now(), 9)).toHaveLength(1);
  });

  it('may be there unseen for a minute: what the next one wants is not taken for running yet', async () => {
    const lost = aRollout({ phase: 'superseded', startedAt: undefined, revision: arn(5), endedAt: at(60) });
    const world = await aWorld(aWaitingRollout({ generation: 2 }), lost);
    addSecond(world);
    world.services.put(aService({ taskDefinition: arn(2), deployments: [second] }));
    await world.roll();
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'accepted', slot: { call: 'turn' } });
    world.virtual.advance(61_000);
    await world.roll();
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'skipped', reason: 'already running' });
  });

  it('is replaced by the next one of its images, and nobody else had a hand in it', async () => {
    const lost = aRollout({ phase: 'superseded', startedAt: undefined, revision: arn(2), endedAt: at(-600) });
    const changes = { app: aWanted({ tag: '1.2.0', digest: digest('c') }) };
    const world = await aWorld();
    await world.given({ ...aTarget(aWaitingRollout({ generation: 2, changes }), lost), seen: aSeen() });
    addSecond(world);
    world.services.put(aService({ taskDefinition: arn(2), deployments: [second] }));
    await world.roll();
    expect(await rolloutOf(world, 2)).toMatchObject({
      phase: 'rolling',
      baseRevision: arn(2),
      holds: { app: expect.stringContaining(digest('c')) },
    });
  });

  it('is followed although the target is on hold by now', async () => {
    const lost = aRollout({ phase: 'superseded', startedAt: undefined, revision: arn(2) });
    const found = aWaitingRollout({ generation: 2, cause: 'found' });
    const world = await aWorld();
    const hold = { reason: 'freeze', by: 'ada', at: at(1) };
    await world.given({ ...aTarget(found, lost), hold });
    addSecond(world);
    const done = aDeployment({ id: 'ecs-svc/77', taskDefinition: arn(2) });
    world.services.put(aService({ taskDefinition: arn(2), deployments: [done] }));
    await world.roll();
    expect(world.services.updates).toEqual([]);
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'rolling', deploymentId: 'ecs-svc/77' });
  });

  it('opens no hold for another image', async () => {
    const lost = aRollout({ phase: 'superseded', startedAt: undefined, revision: arn(2) });
    const changes = { app: aWanted({ digest: digest('c') }) };
    const world = await aWorld();
    const hold = { reason: 'freeze', by: 'ada', at: at(1) };
    const found = aWaitingRollout({ generation: 2, cause: 'found', changes });
    await world.given({ ...aTarget(found, lost), hold });
    const done = aDeployment({ id: 'ecs-svc/77', taskDefinition: arn(2) });
    world.services.put(aService({ taskDefinition: arn(2), deployments: [done] }));
    await world.roll();
    expect(world.services.updates).toEqual([]);
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'skipped', reason: 'on hold: freeze' });
  });

  it('is followed although its image is quarantined by now', async () => {
    const world = await aWorld();
    const made = aWaitingRollout({ phase: 'registered', baseRevision: arn(1), revision: arn(2) });
    const bad = { repository: 'shop/web', digest: digest('b'), tag: '1.1.0', reason: 'x', at: at(1) };
    await world.given({ ...aTarget(made), quarantine: [bad] });
    const rolling = aDeployment({ id: 'ecs-svc/77', taskDefinition: arn(2), rolloutState: 'IN_PROGRESS' });
    world.services.put(aService({ deployments: [rolling] }));
    await world.roll();
    expect(await rolloutOf(world)).toMatchObject({ phase: 'rolling', deploymentId: 'ecs-svc/77' });
  });
});

describe('two images of one service', () => {
  const proxy = aWaitingRollout({ generation: 2, changes: { proxy: aProxy() }, from: { proxy: oldProxy } });
  const onTheWay = aDeployment({ id: 'ecs-svc/2', taskDefinition: arn(2), rolloutState: 'IN_PROGRESS' });

  function rolling(world: FakeWorld): void {
    addSecond(world);
    world.services.put(aService({ deployments: [onTheWay, aDeployment({ status: 'ACTIVE' })] }));
  }

  it('a push of the second joins what ECS is rolling of the first', async () => {
    const world = await aWorld(proxy, aRollout());
    rolling(world);
    await world.roll();
    expect(imagesSent(world)).toEqual({ app: pinnedImage('b'), proxy: pinnedImage('e', 'shop/proxy') });
    expect(Object.keys((await rolloutOf(world, 2))?.changes ?? {}).toSorted()).toEqual(['app', 'proxy']);
    expect(await world.said()).toEqual(['joined', 'started']);
  });

  it('even where the family’s newest revision, which is cloned, knows nothing of the first', async () => {
    const world = await aWorld({ ...proxy, base: 'latest' }, aRollout());
    rolling(world);
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(3) }, 3));
    await world.roll();
    expect(imagesSent(world)).toEqual({ app: pinnedImage('b'), proxy: pinnedImage('e', 'shop/proxy') });
    expect(await world.said()).toEqual(['joined', 'started']);
  });

  it('but never takes up a first one that ECS has rolled back already, nor claims it', async () => {
    const world = await aWorld(proxy, aRollout());
    await world.roll();
    expect(imagesSent(world)).toMatchObject({ proxy: pinnedImage('e', 'shop/proxy') });
    expect(imagesSent(world)).not.toMatchObject({ app: pinnedImage('b') });
    expect(Object.keys((await rolloutOf(world, 2))?.changes ?? {})).toEqual(['proxy']);
    expect((await rolloutOf(world))?.phase).toBe('rolling');
  });

  it('not even when ECS rolls the first back between the registration and the update', async () => {
    const world = await aWorld(proxy, aRollout());
    rolling(world);
    await world.roll(onCall('definitions.register', 'after', () => world.services.put(aService())));
    expect(imagesSent(world)).not.toMatchObject({ app: pinnedImage('b') });
    expect(Object.keys((await rolloutOf(world, 2))?.changes ?? {})).toEqual(['proxy']);
    expect(await world.said()).toEqual(['started']);
  });

  it('nor joins a first one that had completed already, though its event is still on its way', async () => {
    const world = await aWorld(proxy, aRollout());
    rolling(world);
    world.services.put(aService({ deployments: [{ ...onTheWay, rolloutState: 'COMPLETED' }] }));
    await world.roll();
    expect(await world.said()).toEqual(['completed', 'started']);
    expect(Object.keys((await rolloutOf(world, 2))?.changes ?? {})).toEqual(['proxy']);
  });
});

describe('a read that is older than our own last update', () => {
  const proxy = aWaitingRollout({ generation: 2, changes: { proxy: aProxy() } });

  async function justRolled() {
    const world = await aWorld(proxy, aRollout({ startedAt: at(95) }));
    addSecond(world);
    const deployments = [
      aDeployment({ id: 'ecs-svc/2', taskDefinition: arn(2), rolloutState: 'IN_PROGRESS' }),
    ];
    world.services.put(aService({ deployments }));
    return world;
  }

  it('is waited out: what it shows is no base for a clone', async () => {
    const world = await justRolled();
    world.services.oldReads.push(aService(), aService());
    await world.roll();
    expect(imagesSent(world)).toEqual({ app: pinnedImage('b'), proxy: pinnedImage('e', 'shop/proxy') });
    expect(world.virtual.now()).toBe(at(106));
  });

  it('is left to a later try where it stays old', async () => {
    const world = await justRolled();
    world.services.oldReads.push(aService(), aService(), aService());
    await expect(world.roll()).rejects.toMatchObject({ name: 'Unavailable', retryAfterSeconds: 10 });
    expect(world.definitions.sent).toEqual([]);
  });
});

describe('a permission that is lacking', () => {
  const denied = (method: string, call: () => unknown) =>
    method === 'definitions.register' ? Promise.reject(new Refused('AccessDeniedException', 'no')) : call();

  it('may still be spreading: a young rollout waits for it', async () => {
    const world = await aWorld();
    await expect(world.roll(denied)).rejects.toThrow('AccessDeniedException: no');
    await world.roll();
    expect(world.services.updates).toEqual([arn(2)]);
  });

  it('fails a rollout that has waited', async () => {
    const world = await aWorld();
    world.virtual.advance(3 * 60_000);
    await world.roll(denied);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'failed', reason: 'AccessDeniedException: no' });
  });
});

/** Revision 2 holds the new image of app. */
function addSecond({ definitions }: FakeWorld): void {
  const containers = [
    { name: 'app', image: pinnedImage('b') },
    { name: 'proxy', image: oldProxy },
  ];
  definitions.add(aDescribed({ taskDefinitionArn: arn(2), containerDefinitions: containers }, 2));
}
