import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import { OutcomeUnknown, RejectedInput, Unavailable } from '../../shared/faults.ts';
import { aDescribed } from '../builders/events.ts';
import {
  aDeployment,
  arn,
  aService,
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
import { aWorld, imagesSent, oldProxy, rolloutOf } from './given.ts';

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

  it('takes no image of a newest revision that Slipway registered, and that may never have run', async () => {
    const world = await aWorld(aWaitingRollout({ base: 'latest' }));
    const ours = aDescribed({ taskDefinitionArn: arn(2), memory: '1024' }, 2);
    const containers = (ours['taskDefinition'] as JsonObject)[
      'containerDefinitions'
    ] as readonly JsonObject[];
    const changed = containers.map((one) =>
      one['name'] === 'proxy' ? { ...one, image: pinnedImage('e') } : one,
    );
    const taskDefinition = { ...(ours['taskDefinition'] as JsonObject), containerDefinitions: changed };
    world.definitions.add({ taskDefinition, tags: [{ key: 'slipway:rollout', value: 'prod/web/9' }] });
    await world.roll();
    expect(imagesSent(world)).toEqual({ app: pinnedImage('b'), proxy: oldProxy });
    expect(world.definitions.sent[0]?.['memory']).toBe('1024');
  });

  it('of an unknown target is nothing', async () => {
    const world = new FakeWorld();
    await world.roll();
    expect(world.outcomes()).toEqual(['nothing to roll']);
  });

  it('is asked for by a nudge alone', async () => {
    const world = await aWorld();
    await expect(world.attend({ v: 2, kind: 'nudge', ...name })).rejects.toThrow(RejectedInput);
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
