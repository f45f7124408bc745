import type { JsonObject, JsonValue } from '../../../shared/domain/lossless-json.ts';
import { tagList } from '../arn.ts';
import { type Core, isoTime, seconds } from '../core.ts';
import { compact, show } from '../input.ts';
import type { Container, Task } from '../state.ts';

type Time = (at: number | undefined) => number | string | undefined;

/** A task as DescribeTasks, RunTask and StopTask show it. */
export function describeTask(core: Core, task: Task, withTags = false): JsonObject {
  return compact({
    ...common(task, seconds),
    attachments: attachments(task, 'ElasticNetworkInterface'),
    containers: shown(task).map((container) => ({
      ...containerView(task, container),
      networkBindings: container.networkBindings,
      healthStatus: container.health,
    })),
    healthStatus: task.health,
    tags: withTags ? tagList(core, task.arn) : [],
  });
}

/** The same task as an event shows it: times as text, `updatedAt`, no tags. */
export function taskDetail(task: Task): JsonObject {
  return compact({
    ...common(task, isoTime),
    attachments: attachments(task, 'eni'),
    containers: shown(task).map((container) => ({
      ...containerView(task, container),
      ...(container.networkBindings.length === 0 ? {} : { networkBindings: container.networkBindings }),
    })),
    updatedAt: isoTime(task.updatedAt),
  });
}

/** A task of an instance that was stopped before it ran has no containers any more. */
function shown(task: Task): readonly Container[] {
  const ran = task.network !== undefined || task.startedAt !== undefined || task.lastStatus !== 'STOPPED';
  const tellsWhy = task.containers.some(({ exitCode, reason }) => (exitCode ?? reason) !== undefined);
  return ran || tellsWhy ? task.containers : [];
}

function common(task: Task, time: Time): JsonObject {
  return {
    attributes:
      task.launchType === 'FARGATE' ? [{ name: 'ecs.cpu-architecture', value: architecture(task) }] : [],
    availabilityZone: task.availabilityZone,
    capacityProviderName: task.capacityProvider,
    clusterArn: task.cluster.arn,
    connectivity: task.connectivityAt === undefined ? undefined : 'CONNECTED',
    containerInstanceArn: task.instance?.arn,
    cpu: sizeOf(task, 'cpu'),
    memory: sizeOf(task, 'memory'),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    ephemeralStorage: task.launchType === 'FARGATE' ? ephemeralStorage(task) : undefined,
    group: task.group,
    lastStatus: task.lastStatus,
    launchType: task.launchType,
    overrides: task.overrides,
    platformVersion: task.platformVersion,
    platformFamily: task.launchType === 'FARGATE' ? 'Linux' : undefined,
    startedBy: task.startedBy,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    taskArn: task.arn,
    taskDefinitionArn: task.revision.arn,
    version: task.version,
    ...times(task, time),
  };
}

function times(task: Task, time: Time): JsonObject {
  return {
    createdAt: time(task.createdAt),
    connectivityAt: time(task.connectivityAt),
    pullStartedAt: time(task.pullStartedAt),
    pullStoppedAt: time(task.pullStoppedAt),
    startedAt: time(task.startedAt),
    stoppingAt: time(task.stoppingAt),
    executionStoppedAt: time(task.executionStoppedAt),
    stoppedAt: time(task.stoppedAt),
  };
}

function containerView(task: Task, container: Container): JsonObject {
  const { network } = task;
  const address = network && { attachmentId: network.attachmentId, privateIpv4Address: network.address };
  return compact({
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: container.imageDigest,
    runtimeId: container.runtimeId,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason?.slice(0, 255),
    networkInterfaces: address && task.connectivityAt !== undefined ? [address] : [],
    cpu: show(container.definition['cpu'] ?? 0),
    memory: sizeText(container.definition['memory']),
    memoryReservation: sizeText(container.definition['memoryReservation']),
  });
}

function sizeText(value: JsonValue | undefined): string | undefined {
  return value === undefined || value === null ? undefined : show(value);
}

function sizeOf(task: Task, key: 'cpu' | 'memory'): string {
  const own = task.overrides[key] ?? task.revision.body[key];
  if (typeof own === 'string') return own;
  const sum = task.containers.reduce((total, { definition }) => {
    const size = definition[key] ?? (key === 'memory' ? definition['memoryReservation'] : undefined);
    return total + (typeof size === 'number' ? size : 0);
  }, 0);
  return String(sum);
}

function ephemeralStorage(task: Task): JsonObject {
  const given = task.overrides['ephemeralStorage'] ?? task.revision.body['ephemeralStorage'];
  return typeof given === 'object' && given !== null ? (given as JsonObject) : { sizeInGiB: 20 };
}

function architecture(task: Task): string {
  const platform = task.revision.body['runtimePlatform'] as JsonObject | undefined;
  return platform?.['cpuArchitecture'] === 'ARM64' ? 'arm64' : 'x86_64';
}

function attachments(task: Task, type: string): JsonObject[] {
  const { network } = task;
  if (network === undefined) return [];
  const details = [{ name: 'subnetId', value: network.subnet }];
  if (task.connectivityAt !== undefined) {
    details.push(
      { name: 'networkInterfaceId', value: network.id },
      { name: 'macAddress', value: network.mac },
      { name: 'privateDnsName', value: network.dnsName },
      { name: 'privateIPv4Address', value: network.address },
    );
  }
  return [{ id: network.attachmentId, type, status: attachmentStatus(task), details }];
}

function attachmentStatus(task: Task): string {
  if (task.lastStatus === 'STOPPED') return 'DELETED';
  return task.connectivityAt === undefined ? 'PRECREATED' : 'ATTACHED';
}
