import { account, registryHost } from '../../sandbox/world-types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { minute, type World } from './world.ts';

/** A task definition of one container, `app`, that runs shop/web. */
export function aDefinition(family: string, overrides: JsonObject = {}): JsonObject {
  return {
    family,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    executionRoleArn: `arn:aws:iam::${account}:role/execution`,
    containerDefinitions: [aContainer()],
    ...overrides,
  };
}

export function aContainer(overrides: JsonObject = {}): JsonObject {
  return { name: 'app', image: `${registryHost}/shop/web:latest`, essential: true, ...overrides };
}

/** A Fargate service of two tasks. */
function aServiceInput(name: string, overrides: JsonObject = {}): JsonObject {
  return defined({
    cluster: 'prod',
    serviceName: name,
    taskDefinition: name,
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
    },
    ...overrides,
  });
}

function defined(input: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

interface Made {
  readonly definition?: JsonObject;
  readonly service?: JsonObject;
}

/** A family and a service of that name; its image is in the registry already. */
export function addService(world: World, name: string, { definition = {}, service = {} }: Made = {}): void {
  world.ask('RegisterTaskDefinition', aDefinition(name, definition));
  world.ask('CreateService', aServiceInput(name, service));
}

/** What ran before stands already: the service's own first deployment is none of the case's. */
export async function configure(world: World, deploymentConfiguration: JsonObject): Promise<void> {
  await world.pass(10 * minute);
  world.ask('UpdateService', { cluster: 'prod', service: 'web', deploymentConfiguration });
}

/** An instance with room for some tasks. */
export function addInstance(world: World): void {
  world.ask('RegisterContainerInstance', {
    cluster: 'prod',
    totalResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: 4_096 },
      { name: 'MEMORY', type: 'INTEGER', integerValue: 16_384 },
    ],
  });
}

/** Of a definition for instances of one's own. */
export const onInstances: JsonObject = {
  requiresCompatibilities: ['EC2'],
  networkMode: 'bridge',
  containerDefinitions: [aContainer({ memory: 128 })],
};

export const breaker = (rollback: boolean): JsonObject => ({
  deploymentCircuitBreaker: { enable: true, rollback },
});
