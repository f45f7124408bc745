import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import { aContainer, addService } from './given.ts';
import { byDigest, minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });

async function aWorldWith(definition: JsonObject = {}, service: JsonObject = {}) {
  const world = new World();
  world.put();
  addService(world, 'web', { definition, service });
  return { world, slipway: await world.install({ deploy: [latest] }) };
}

describe('auto scaling in the middle of a rollout', () => {
  it.each<[string, number, readonly number[]]>([
    ['out, early', 20_000, [6]],
    ['out, when some tasks run already', 60_000, [6]],
    ['in', 60_000, [1]],
    ['to nothing', 60_000, [0]],
    ['out and in again and again', 20_000, [5, 1, 4, 3]],
  ])('%s: the rollout completes, and is told as completed', async (_what, after, counts) => {
    const { world, slipway } = await aWorldWith();
    const digest = world.push();
    for (const desiredCount of counts) {
      await world.pass(after);
      world.ask('UpdateService', { cluster: 'prod', service: 'web', desiredCount });
    }
    await world.until(() => slipway.isAtRest && slipway.said('web').length > 1);
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.completed']);
    expect(world.images('web')).toEqual({ app: byDigest(digest) });
    expect(world.service('web')).toMatchObject({ desiredCount: counts.at(-1), runningCount: counts.at(-1) });
    expect(slipway.wrong).toEqual([]);
  });
});

describe('a service whose deployments ECS shows no longer', () => {
  it('before the push: what ECS says is told, and nothing is stuck', async () => {
    const { world, slipway } = await aWorldWith();
    world.model.hooks.loseDeployments('web');
    const digest = world.push();
    await world.until(() => slipway.isAtRest && slipway.said('web').length > 1);
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.completed']);
    expect(world.images('web')).toEqual({ app: byDigest(digest) });
    expect(slipway.wrong).toEqual([]);
  });

  it('in the middle of the rollout: it is told as failed', async () => {
    const { world, slipway } = await aWorldWith();
    world.push();
    await world.pass(minute);
    world.model.hooks.loseDeployments('web');
    await world.until(() => slipway.isAtRest && slipway.said('web').length > 1, 120 * minute);
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.failed']);
    expect(slipway.wrong).toEqual([]);
  });
});

const rich: JsonObject = {
  taskRoleArn: 'arn:aws:iam::000000000000:role/task',
  runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
  ephemeralStorage: { sizeInGiB: 100 },
  volumes: [
    {
      name: 'uploads',
      efsVolumeConfiguration: {
        fileSystemId: 'fs-0123456789abcdef0',
        rootDirectory: '/',
        transitEncryption: 'ENABLED',
        authorizationConfig: { accessPointId: 'fsap-0123456789abcdef0', iam: 'ENABLED' },
      },
    },
  ],
  containerDefinitions: [
    aContainer({
      mountPoints: [{ sourceVolume: 'uploads', containerPath: '/uploads', readOnly: false }],
      secrets: [
        {
          name: 'PASSWORD',
          valueFrom: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:db-a1b2c3:password::',
        },
        { name: 'FLAGS', valueFrom: '/shop/flags' },
      ],
      environment: [{ name: 'MODE', value: '' }],
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': 'web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
        secretOptions: [],
      },
      dependsOn: [{ containerName: 'agent', condition: 'START' }],
      futureMember: { big: 1 },
    }),
    { name: 'agent', image: 'public.ecr.aws/agent:1', essential: false },
  ],
  tags: [{ key: 'team', value: 'shop' }],
};

const changes = new Set([
  'taskDefinitionArn',
  'revision',
  'registeredAt',
  'registeredBy',
  'tags',
  'requiresAttributes',
]);

/** What no clone may change: everything but the image, and what ECS itself says of a revision. */
function content(definition: JsonObject): JsonObject {
  const kept = Object.entries(definition).filter(([key]) => !changes.has(key));
  const containers = definition['containerDefinitions'] as readonly JsonObject[];
  const rest = containers.map(({ image, ...one }) => (one['name'] === 'app' ? one : { ...one, image }));
  return { ...Object.fromEntries(kept), containerDefinitions: rest };
}

describe('a clone', () => {
  it('keeps volumes, secrets, logging, tags and members that nobody knows yet, and changes one image', async () => {
    const { world, slipway } = await aWorldWith(rich);
    const before = world.definition('web:1');
    const digest = world.push();
    await world.until(() => slipway.said('web').length > 1);
    const after = world.definition('web:2');
    expect(content(after)).toEqual(content(before));
    expect(world.images('web')).toEqual({ app: byDigest(digest), agent: 'public.ecr.aws/agent:1' });
    expect(after['tags']).toContainEqual({ key: 'team', value: 'shop' });
  });
});
