import { ECSClient } from '@aws-sdk/client-ecs';
import { VirtualClock } from '../../sandbox/clock.ts';
import { startEcsEndpoint } from '../../sandbox/ecs/endpoint.ts';
import { createEcsModel } from '../../sandbox/ecs/model.ts';
import type { Switches } from '../../sandbox/ecs/switches.ts';
import { account, region } from '../../sandbox/world-types.ts';
import { clusters } from '../../shared/aws/clusters.ts';
import { services } from '../../shared/aws/services.ts';
import { taskDefinitions } from '../../shared/aws/task-definitions.ts';
import { tasks } from '../../shared/aws/tasks.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRelay } from './http.ts';
import { at } from './settings.ts';

export const arn = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;

/** The adapters over the real SDK, a relay that sees every byte, and the model of ECS behind its endpoint. */
export async function anEcs(switches: Partial<Switches> = {}) {
  const clock = new VirtualClock();
  const model = createEcsModel({
    clock,
    account,
    region,
    emit: () => undefined,
    resolveImage: () => ({
      digest: `sha256:${'5a'.repeat(32)}`,
      behaviour: 'fine',
      platforms: ['linux/amd64'],
    }),
    switches: { throttling: false, ...switches },
  });
  model.handle('CreateCluster', { clusterName: 'demo' });
  const endpoint = await startEcsEndpoint(model);
  const relay = await aRelay(endpoint.url);
  const reader = new ECSClient(at(relay.url));
  const writer = new ECSClient({ ...at(relay.url), maxAttempts: 1 });
  return {
    clock,
    model,
    endpoint,
    heard: relay.heard,
    services: services(reader, writer),
    definitions: taskDefinitions(reader, writer),
    clusters: clusters(reader, writer),
    tasks: tasks(reader),
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await endpoint.close();
    },
  };
}

export function aDefinition(more: JsonObject = {}): JsonObject {
  return { family: 'web', containerDefinitions: [aContainer()], ...more };
}

export function aContainer(more: JsonObject = {}): JsonObject {
  return { name: 'app', image: 'shop/web:1', memory: 128, essential: true, ...more };
}

/** What CreateService is sent: no tasks, so that nothing happens by itself. */
export function aService(serviceName: string, more: JsonObject = {}): JsonObject {
  return { cluster: 'demo', serviceName, taskDefinition: 'web', desiredCount: 0, launchType: 'EC2', ...more };
}
