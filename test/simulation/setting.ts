import { account, registryHost } from '../../sandbox/world-types.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Case, ServicePlan } from './case.ts';
import type { Scene } from './scene.ts';

/** What was there before Slipway: images, definitions, services. */
export function settle(scene: Scene): void {
  const { given, registry, tags, truth, clock } = scene;
  for (const { name, policy } of given.repositories) {
    const tag = tags.first(name, policy);
    const first = { repository: name, tag, digest: tags.freshDigest(), at: clock.now(), heardAt: 0 };
    registry.push(first, 'fine');
  }
  truth.handle('CreateCluster', { clusterName: 'prod' }, 'others');
  const families = new Set<string>();
  for (const plan of given.services) {
    if (!families.has(plan.family)) truth.handle('RegisterTaskDefinition', definition(scene, plan), 'others');
    families.add(plan.family);
    truth.handle('CreateService', serviceInput(plan), 'others');
  }
}

function definition(scene: Scene, { family, containers, checksHealth }: ServicePlan): JsonObject {
  return {
    family,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    executionRoleArn: `arn:aws:iam::${account}:role/execution`,
    containerDefinitions: containers.map(({ name, repository }) => ({
      name,
      image: repository === undefined ? 'public.ecr.aws/sidecar:1' : running(scene, repository),
      essential: true,
      environment: [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
      ],
      ...(checksHealth ? { healthCheck: { command: ['CMD', '/check'] } } : {}),
    })),
  };
}

function running({ registry, faults }: Scene, repository: string): string {
  const [[tag, digest] = ['', '']] = registry.tags(repository);
  const byDigest = faults.dice.roll('first image') < 0.7;
  return byDigest ? `${registryHost}/${repository}@${digest}` : `${registryHost}/${repository}:${tag}`;
}

function serviceInput({ name, family, desired, breaker, minimum, strategy }: ServicePlan): JsonObject {
  return {
    cluster: 'prod',
    serviceName: name,
    taskDefinition: family,
    desiredCount: desired,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['s'], securityGroups: ['g'] } },
    deploymentConfiguration: {
      minimumHealthyPercent: minimum,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: breaker !== 'none', rollback: breaker === 'rolls back' },
      ...(strategy === 'BLUE_GREEN' ? { strategy, bakeTimeInMinutes: 1 } : {}),
    },
  };
}

export function configOf({ deploy, reconcileMs }: Case): SlipwayConfig {
  return {
    version: 1,
    mode: 'act',
    clusters: [{ name: 'prod', adoptByTag: false }],
    deploy,
    reconcileMs,
    share: 70,
    notify: [],
  };
}
