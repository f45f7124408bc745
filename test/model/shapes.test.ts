import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import { aContainer, addInstance, addService, breaker, onInstances } from './given.ts';
import { byDigest, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });
const loadBalancers = [
  {
    targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/web/0123456789abcdef',
    containerName: 'app',
    containerPort: 8080,
  },
];
const listening = { containerDefinitions: [aContainer({ portMappings: [{ containerPort: 8080 }] })] };

interface Shape {
  readonly what: string;
  readonly definition?: JsonObject;
  readonly service?: JsonObject;
  readonly instances?: number;
}

const onEc2 = { launchType: 'EC2', networkConfiguration: undefined };

const shapes: readonly Shape[] = [
  { what: 'Fargate, rolling, without circuit breaker' },
  { what: 'a breaker that rolls back', service: { deploymentConfiguration: breaker(true) } },
  { what: 'a breaker that does not roll back', service: { deploymentConfiguration: breaker(false) } },
  {
    what: 'alarms',
    service: {
      deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } },
    },
  },
  {
    what: 'stops before it starts',
    service: { deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 } },
  },
  {
    what: 'a container health check',
    definition: { containerDefinitions: [aContainer({ healthCheck: { command: ['CMD', '/check'] } })] },
  },
  {
    what: 'behind a load balancer',
    definition: listening,
    service: { loadBalancers, healthCheckGracePeriodSeconds: 60 },
  },
  {
    what: 'a capacity provider strategy of Fargate and Fargate Spot',
    service: {
      launchType: undefined,
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE', base: 1, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 4 },
      ],
    },
  },
  { what: 'EC2, bridge', definition: onInstances, service: onEc2, instances: 2 },
  {
    what: 'EC2 by a capacity provider of one’s own, with placement',
    definition: onInstances,
    service: {
      ...onEc2,
      launchType: undefined,
      capacityProviderStrategy: [{ capacityProvider: 'my-instances', base: 0, weight: 1 }],
      placementStrategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }],
    },
    instances: 2,
  },
  {
    what: 'DAEMON',
    definition: onInstances,
    service: { ...onEc2, schedulingStrategy: 'DAEMON', desiredCount: undefined },
    instances: 3,
  },
  { what: 'a desired count of 0', service: { desiredCount: 0 } },
  {
    what: 'managed tags, ExecuteCommand and tags of its own',
    service: {
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
      enableExecuteCommand: true,
      tags: [{ key: 'team', value: 'shop' }],
    },
  },
];

/** What a rollout is meant to change, and what follows from it. */
const moving = new Set([
  'taskDefinition',
  'deployments',
  'events',
  'currentServiceDeployment',
  'currentServiceRevisions',
]);

function standing(service: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(service).filter(([key]) => !moving.has(key)));
}

async function shaped({ definition = {}, service = {}, instances = 0 }: Omit<Shape, 'what'>, rule = latest) {
  const world = new World();
  world.put();
  for (let number = 0; number < instances; number += 1) addInstance(world);
  addService(world, 'web', { definition, service });
  return { world, slipway: await world.install({ deploy: [rule] }) };
}

describe('a service of any shape runs what was pushed, and nothing else of it changes', () => {
  it.each(shapes)('$what', async (shape) => {
    const { world, slipway } = await shaped(shape);
    const before = world.service('web');
    const digest = world.push();
    await world.until(() => slipway.said('web').length > 1);
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.completed']);
    expect(world.images('web')).toEqual({ app: byDigest(digest) });
    expect(standing(world.service('web'))).toEqual(standing(before));
    const taskDefinition = expect.stringMatching(/web:2$/) as string;
    expect(slipway.sent('UpdateService')).toEqual([{ cluster: 'prod', service: 'web', taskDefinition }]);
    expect(await world.until(() => slipway.isAtRest)).toBe(true);
    expect(slipway.wrong).toEqual([]);
  });
});
