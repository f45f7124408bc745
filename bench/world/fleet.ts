import { createHash } from 'node:crypto';
import type { EcsModel } from '../../sandbox/ecs/model.ts';
import { account, registryHost } from '../../sandbox/world-types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { VirtualTime } from './virtual-time.ts';

export const cluster = 'bench';

export interface Fleet {
  readonly services: number;
  /** Task definition families, which the services share evenly. */
  readonly families: number;
}

export function digestOf(name: string): string {
  return `sha256:${createHash('sha256').update(name).digest('hex')}`;
}

/** Makes the services, one task each, and waits until all of them are steady. */
export async function makeFleet(
  { model, time }: { readonly model: EcsModel; readonly time: VirtualTime },
  { services, families }: Fleet,
  { repository, digest }: { readonly repository: string; readonly digest: string },
): Promise<void> {
  const make = (operation: string, input: JsonObject) =>
    untilTaken(() => model.handle(operation, input), time);
  const prefix = repository.replaceAll('/', '-');
  if (!hasCluster(model)) await make('CreateCluster', { clusterName: cluster });
  for (let family = 0; family < families; family += 1) {
    await make(
      'RegisterTaskDefinition',
      definition(`${prefix}-${family}`, `${registryHost}/${repository}@${digest}`),
    );
  }
  for (let index = 0; index < services; index += 1) {
    const serviceName = `${prefix}-${String(index).padStart(5, '0')}`;
    await make('CreateService', service(serviceName, `${prefix}-${index % families}`));
  }
  await time.run(steadyMs);
}

/** The first deployment of a service takes two minutes at most. */
const steadyMs = 5 * 60_000;

function hasCluster(model: EcsModel): boolean {
  const { clusterArns } = model.handle('ListClusters', {});
  return Array.isArray(clusterArns) && clusterArns.length > 0;
}

/** People make services as fast as AWS lets them. */
async function untilTaken(make: () => JsonObject, time: VirtualTime): Promise<void> {
  for (;;) {
    try {
      make();
      return;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ThrottlingException') throw error;
      await time.run(10_000);
    }
  }
}

function definition(family: string, image: string): JsonObject {
  return {
    family,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    executionRoleArn: `arn:aws:iam::${account}:role/bench`,
    containerDefinitions: [{ name: 'app', image, essential: true }],
  };
}

function service(serviceName: string, taskDefinition: string): JsonObject {
  return {
    cluster,
    serviceName,
    taskDefinition,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
  };
}
