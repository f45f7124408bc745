import { asText, isJsonObject, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { taskPlatform } from '../../shared/domain/platform.ts';
import { holdTag, policyTag, primaryOf, type ServiceSnapshot } from '../../shared/domain/service.ts';
import type { Sighting } from '../../shared/domain/target/see.ts';
import type { Seen } from '../../shared/domain/target/state.ts';
import { readContainers, readDescribed } from '../../shared/domain/task-definition/revise.ts';
import { Refused } from '../../shared/faults.ts';
import type { ScheduledTarget, TaskDefinitions } from '../../shared/ports.ts';

type Content = Pick<Seen, 'revision' | 'containers' | 'platform'>;

const unreadable: Content = { containers: [] };

/** A service as a look at it finds it. Undefined: it runs a revision that ECS does not know. */
export async function sightService(
  service: ServiceSnapshot,
  definitions: TaskDefinitions,
): Promise<Omit<Sighting, 'digests'> | undefined> {
  const {
    cluster,
    service: name,
    status,
    controller,
    managedByEcs,
    taskDefinition,
    tags,
    deployments,
  } = service;
  const described = await contentOf(taskDefinition, definitions);
  if (described === undefined && status === 'ACTIVE' && taskDefinition !== undefined) return undefined;
  const { rolloutState = 'COMPLETED', createdAt } = primaryOf(service) ?? {};
  const seen = { status, controller, managedByEcs, revision: taskDefinition, tags: ours(tags) };
  const content = described ?? unreadable;
  return {
    cluster,
    service: name,
    seen: { ...content, ...seen },
    since: createdAt,
    isSteady: deployments.length === 1 && rolloutState === 'COMPLETED',
  };
}

function ours(tags: ServiceSnapshot['tags']): Seen['tags'] {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => name === holdTag || name === policyTag));
}

/** Something that fires tasks. Undefined: its task definition is gone. */
export async function sightScheduled(
  { cluster, service, taskDefinition }: ScheduledTarget,
  definitions: TaskDefinitions,
): Promise<Sighting | undefined> {
  const content = await contentOf(nameOf(taskDefinition), definitions);
  if (content === undefined) return undefined;
  const seen = { ...content, status: 'ACTIVE', controller: 'ECS', managedByEcs: false, tags: {} };
  return { cluster, service, seen, digests: {}, isSteady: true, isFollowing: !/:\d+$/.test(taskDefinition) };
}

const familyArn = /^arn:[\w-]+:ecs:[\w-]*:\d*:task-definition\/(?<family>[\w-]{1,255})$/;

/** DescribeTaskDefinition knows no ARN without a revision; a schedule does, and takes the family's newest. */
function nameOf(taskDefinition: string): string {
  return familyArn.exec(taskDefinition)?.groups?.['family'] ?? taskDefinition;
}

/** Undefined where ECS does not know the revision, or no longer. */
async function contentOf(
  taskDefinition: string | undefined,
  definitions: TaskDefinitions,
): Promise<Content | undefined> {
  if (taskDefinition === undefined) return undefined;
  try {
    const described = readDescribed(await definitions.describe(taskDefinition));
    const { taskDefinition: content } = described;
    return {
      revision: asText(content['taskDefinitionArn']) ?? taskDefinition,
      containers: readContainers(content).map(({ name, image }) => ({ name, image })),
      platform: platformOf(content),
    };
  } catch (error) {
    if (error instanceof Refused && error.code === 'ClientException') return undefined;
    throw error;
  }
}

/** Only Fargate has a default; on container instances the instance decides. */
function platformOf({ runtimePlatform, requiresCompatibilities }: JsonObject): Seen['platform'] {
  const onFargate = JSON.stringify(requiresCompatibilities) === '["FARGATE"]';
  if (!isJsonObject(runtimePlatform)) return onFargate ? taskPlatform({}) : undefined;
  const [operatingSystemFamily, cpuArchitecture] = [
    asText(runtimePlatform['operatingSystemFamily']),
    asText(runtimePlatform['cpuArchitecture']),
  ];
  if (cpuArchitecture === undefined && !onFargate) return undefined;
  return taskPlatform({ operatingSystemFamily, cpuArchitecture });
}
