import { describe, expect, it } from 'vitest';
import { rollService } from '../../functions/roll-service/flow.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import { accept } from '../../shared/domain/target/accept.ts';
import type { Rollout } from '../../shared/domain/target/state.ts';
import { readContainers } from '../../shared/domain/task-definition/revise.ts';
import { OutcomeUnknown, RejectedInput, Unavailable } from '../../shared/faults.ts';
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
import { onCall } from '../fakes/around.ts';
import { aConfig, FakeWorld } from '../fakes/fake-world.ts';
import { storedByEcs } from '../fakes/stored-by-ecs.ts';

async function aWorld(...rollouts: readonly Rollout[]): Promise<FakeWorld> {
  const world = new FakeWorld();
  await world.given(aTarget(...(rollouts.length === 0 ? [aWaitingRollout()] : rollouts)));
  return world;
}

async function rolloutOf(world: FakeWorld, generation = 1): Promise<Rollout | undefined> {
  return (await world.target()).rollouts.find((one) => one.generation === generation);
}

function imagesSent({ definitions }: FakeWorld, call = -1): object {
  const sent = definitions.sent.at(call) ?? {};
  return Object.fromEntries(readContainers(sent).map(({ name: container, image }) => [container, image]));
}

const oldProxy = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/proxy:1.9.0';

describe('rolling a service', () => {
  it('registers a clone with the wanted image, sets the service to it, and says so', async () => {
    const world = await aWorld();
    await world.roll();
    expect(imagesSent(world)).toEqual({ app: pinnedImage('b'), proxy: oldProxy });
    expect(world.definitions.sent[0]?.['tags']).toContainEqual({
      key: 'slipway:rollout',
      value: 'prod/web/1',
    });
    expect(world.services.updates).toEqual([arn(2)]);
    expect(await rolloutOf(world)).toMatchObject({
      phase: 'rolling',
      baseRevision: arn(1),
      revision: arn(2),
      deploymentId: 'ecs-svc/0000000000000000002',
      startedAt: at(100),
    });
    expect(await world.said()).toEqual(['started']);
  });

  it('nudged again does nothing more', async () => {
    const world = await aWorld();
    await world.roll();
    await world.roll();
    expect(world.services.updates).toEqual([arn(2)]);
    expect(await world.said()).toEqual(['started']);
    expect(world.outcomes().at(-1)).toBe('nothing to roll');
  });

  it('clones the family’s newest revision where the rule says so', async () => {
    const world = await aWorld(aWaitingRollout({ base: 'latest' }));
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(2), memory: '1024' }, 2));
    await world.roll();
    expect(world.definitions.sent[0]?.['memory']).toBe('1024');
    expect(world.services.updates).toEqual([arn(3)]);
  });

  it('of an unknown target is nothing', async () => {
    const world = new FakeWorld();
    await world.roll();
    expect(world.outcomes()).toEqual(['nothing to roll']);
  });

  it('is asked for by a nudge alone', async () => {
    const world = await aWorld();
    const { table, services, definitions, journal, clock } = world;
    const asked = rollService(
      { v: 2, kind: 'nudge', ...name },
      { table, services, definitions, journal, clock, mode: 'act' },
    );
    await expect(asked).rejects.toThrow(RejectedInput);
  });
});

describe('a service is left alone when', () => {
  const cases: readonly [string, Parameters<typeof aService>[0], string][] = [
    ['a person holds it', { tags: { 'slipway:hold': 'freeze' } }, 'on hold: freeze'],
    ['it is going', { status: 'DRAINING' }, 'service inactive'],
    ['Express Mode drives it', { managedByEcs: true }, 'managed by ECS Express Mode'],
    ['CodeDeploy drives it', { controller: 'CODE_DEPLOY' }, 'controller is not ECS'],
    ['it has no task definition of its own', { taskDefinition: undefined }, 'no task definition'],
  ];

  it.each(cases)('%s', async (_what, overrides, reason) => {
    const world = await aWorld();
    world.services.put(aService(overrides));
    await world.roll();
    expect(await rolloutOf(world)).toMatchObject({ phase: 'skipped', reason });
    expect([world.definitions.sent, world.services.updates, await world.said()]).toEqual([
      [],
      [],
      ['skipped'],
    ]);
  });

  it('it is gone', async () => {
    const world = await aWorld();
    world.services.remove(name);
    await world.roll();
    expect(await rolloutOf(world)).toMatchObject({ phase: 'skipped', reason: 'service not found' });
  });

  it('Slipway observes by now', async () => {
    const world = await aWorld();
    world.config = aConfig({ mode: 'observe' });
    await world.roll();
    expect(await rolloutOf(world)).toMatchObject({ phase: 'skipped', reason: 'observe mode' });
    expect(world.definitions.sent).toEqual([]);
  });

  it('it runs the image already, of which nobody has to hear', async () => {
    const world = await aWorld(aWaitingRollout({ changes: { app: aWanted({ digest: digest('a') }) } }));
    world.definitions.add(aDescribed({ containerDefinitions: [{ name: 'app', image: pinnedImage('a') }] }));
    await world.roll();
    expect(await rolloutOf(world)).toMatchObject({ phase: 'skipped', reason: 'already running' });
    expect(await world.said()).toEqual([]);
  });

  it('a hold is put on it between the registration and the update', async () => {
    const world = await aWorld();
    const hold = () => world.services.change(name, { tags: { 'slipway:hold': 'stop!' } });
    await world.roll(onCall('definitions.register', 'after', hold));
    expect(await rolloutOf(world)).toMatchObject({ phase: 'skipped', reason: 'on hold: stop!' });
    expect(world.services.updates).toEqual([]);
    expect(await world.said()).toEqual(['skipped']);
  });
});

describe('a rollout fails, and the service is not touched, when', () => {
  async function failed(world: FakeWorld) {
    await world.roll();
    await world.roll();
    expect(world.services.updates).toEqual([]);
    expect(await world.said()).toEqual(['failed']);
    return (await rolloutOf(world))?.reason;
  }

  it('its container is gone', async () => {
    const world = await aWorld(aWaitingRollout({ changes: { gone: aWanted() } }));
    expect(await failed(world)).toBe(`${arn(1)} has no container gone`);
  });

  it('the revision that runs cannot be read', async () => {
    const world = await aWorld();
    world.services.put(aService({ deployments: [aDeployment({ taskDefinition: arn(9) })] }));
    expect(await failed(world)).toBe('ClientException: Unable to describe task definition.');
  });

  it('ECS refuses the registration', async () => {
    const world = await aWorld();
    world.definitions.fault = { refused: 'Role is not valid' };
    expect(await failed(world)).toBe('ClientException: Role is not valid');
  });

  it('ECS refuses the update', async () => {
    const world = await aWorld();
    world.services.fault = { refused: 'Service was not ACTIVE.' };
    expect(await failed(world)).toBe('ServiceNotActiveException: Service was not ACTIVE.');
  });

  it.each([
    [
      'a member of a container',
      changeContainer({ cpu: 512 }),
      'containerDefinitions[app].cpu, containerDefinitions[proxy].cpu',
    ],
    [
      'another image',
      changeContainer({ image: 'x' }),
      'containerDefinitions[app].image, containerDefinitions[proxy].image',
    ],
    ['no volumes', ({ volumes: _lost, ...stored }: JsonObject) => stored, 'volumes'],
  ])('ECS stores it differently: %s', async (_what, change, lost) => {
    const world = await aWorld();
    world.definitions.fault = { stored: (sent) => change(storedByEcs(sent)) };
    expect(await failed(world)).toBe(
      `ECS stored ${arn(2)} differently from what was sent (${lost}); the service was not touched`,
    );
  });
});

function changeContainer(overrides: JsonObject): (stored: JsonObject) => JsonObject {
  return (stored) => ({
    ...stored,
    containerDefinitions: (stored['containerDefinitions'] as readonly JsonValue[]).map((one) =>
      isJsonObject(one) ? { ...one, ...overrides } : one,
    ),
  });
}

describe('an answer is lost', () => {
  it('of the registration: the revision is found and adopted, and nobody registers twice', async () => {
    const world = await aWorld();
    world.definitions.fault = 'answer lost';
    await world.roll();
    expect(world.definitions.sent).toHaveLength(1);
    expect(world.services.updates).toEqual([arn(2)]);
    expect(await world.said()).toEqual(['started']);
  });

  it('of the registration of a clone of the family’s newest: the revision that it left is not taken for a base', async () => {
    const world = await aWorld(aWaitingRollout({ base: 'latest' }));
    world.definitions.fault = 'answer lost';
    const dead = (method: string, call: () => unknown) =>
      method === 'clock.pause' ? Promise.reject(new Unavailable('dies')) : call();
    await expect(world.roll(dead)).rejects.toThrow('dies');
    await world.roll();
    expect(world.definitions.sent).toHaveLength(1);
    expect(world.services.updates).toEqual([arn(2)]);
  });

  it('of the registration, which never arrived: it is left to a later try, which registers once', async () => {
    const world = await aWorld();
    world.definitions.fault = 'request lost';
    await expect(world.roll()).rejects.toThrow(Unavailable);
    await world.roll();
    expect(world.definitions.sent).toHaveLength(2);
    expect(world.services.updates).toEqual([arn(2)]);
  });

  it('and revisions of others in the family are not taken for ours', async () => {
    const world = await aWorld();
    world.definitions.fault = 'request lost';
    const others = () =>
      world.definitions.add(aDescribed({ taskDefinitionArn: arn(2), registeredAt: at(101) / 1_000 }, 2));
    await expect(world.roll(onCall('definitions.register', 'after', () => undefined))).rejects.toThrow(
      Unavailable,
    );
    others();
    await world.roll();
    expect(world.services.updates).toEqual([arn(3)]);
  });

  it('and a revision that is older than the try is not ours either', async () => {
    const world = await aWorld(
      aWaitingRollout({ phase: 'registering', baseRevision: arn(1), registeringSince: at(90) }),
    );
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(2), registeredAt: at(-9_999) / 1_000 }, 2));
    await world.roll();
    expect(world.services.updates).toEqual([arn(3)]);
  });

  it('of the update, which took effect', async () => {
    const world = await aWorld();
    world.services.fault = 'answer lost';
    await world.roll();
    expect(world.services.updates).toEqual([arn(2)]);
    expect((await rolloutOf(world))?.deploymentId).toBe('ecs-svc/0000000000000000002');
    expect(await world.said()).toEqual(['started']);
  });

  it('of the update, which never arrived: a later try updates once', async () => {
    const world = await aWorld();
    world.services.fault = 'request lost';
    await expect(world.roll()).rejects.toThrow(OutcomeUnknown);
    await world.roll();
    expect(world.definitions.sent).toHaveLength(1);
    expect(world.services.updates).toEqual([arn(2)]);
    expect(await world.said()).toEqual(['started']);
  });
});

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
      world.definitions.add(aDescribed({ taskDefinitionArn: arn(revision) }, revision));
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

describe('two images of one service', () => {
  const proxy = aWaitingRollout({ generation: 2, changes: { proxy: aProxy() }, from: { proxy: oldProxy } });
  const onTheWay = aDeployment({ id: 'ecs-svc/2', taskDefinition: arn(2), rolloutState: 'IN_PROGRESS' });

  function rolling(world: FakeWorld): void {
    const containers = [
      { name: 'app', image: pinnedImage('b') },
      { name: 'proxy', image: oldProxy },
    ];
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(2), containerDefinitions: containers }, 2));
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
});
