import { isJsonObject, type JsonObject } from '../../../shared/domain/lossless-json.ts';
import { findCluster, nameOf } from '../arn.ts';
import { clientError, invalidParameter } from '../aws-error.ts';
import { arnOf, type Core, isoTime, seconds } from '../core.ts';
import { compact, flag, records, text, texts } from '../input.ts';
import { page, shuffledRank } from '../paging.ts';
import { isPending } from '../services/tally.ts';
import type { Cluster, Instance } from '../state.ts';
import { readTags } from '../tags.ts';
import { instanceDetail, tellInstance } from '../tasks/instance-view.ts';
import { tasksOn } from '../tasks/placement.ts';
import { missing, type Operations } from './operation.ts';

const MAX_DESCRIBED = 100;

export const containerInstanceOperations: Operations = {
  RegisterContainerInstance: (core, input) => ({ containerInstance: view(register(core, input)) }),
  DeregisterContainerInstance: (core, input) => {
    const instance = find(core, input);
    if (tasksOn(instance).length > 0 && flag(input, 'force') !== true) {
      throw invalidParameter('Found running tasks on the instance.');
    }
    instance.status = 'INACTIVE';
    tellInstance(core, instance);
    instance.cluster.instances.delete(instance.arn);
    return { containerInstance: view(instance) };
  },
  DescribeContainerInstances: (core, input) => {
    const cluster = findCluster(core, input);
    const references = texts(input, 'containerInstances') ?? [];
    if (references.length === 0) throw invalidParameter('Container instance cannot be empty.');
    if (references.length > MAX_DESCRIBED)
      throw invalidParameter('Container instances can have at most 100 items.');
    const found = references.map((reference) => ({ reference, instance: lookUp(cluster, reference) }));
    return {
      containerInstances: found.flatMap(({ instance }) => (instance ? [view(instance)] : [])),
      failures: found
        .filter(({ instance }) => instance === undefined)
        .map(({ reference }) =>
          missing(arnOf(core, `container-instance/${cluster.name}/${nameOf(reference)}`)),
        ),
    };
  },
  ListContainerInstances: (core, input) => {
    const cluster = findCluster(core, input);
    const status = text(input, 'status');
    const items = [...cluster.instances.values()]
      .filter((instance) => status === undefined || instance.status === status)
      .map(({ arn }) => ({ rank: shuffledRank(core, arn), value: arn }));
    return page(core, input, { items, rules: { name: 'containerInstanceArns', pageSize: 100 } });
  },
  UpdateContainerInstancesState: (core, input) => {
    const cluster = findCluster(core, input);
    const status = text(input, 'status');
    if (status !== 'ACTIVE' && status !== 'DRAINING')
      throw invalidParameter('Container instance status should be one of [ACTIVE,DRAINING].');
    const found = (texts(input, 'containerInstances') ?? []).map((reference) => ({
      reference,
      instance: lookUp(cluster, reference),
    }));
    for (const { instance } of found) {
      if (instance === undefined) continue;
      instance.status = status;
      tellInstance(core, instance);
    }
    for (const watcher of core.roomWatchers) watcher(cluster.arn);
    return {
      containerInstances: found.flatMap(({ instance }) => (instance ? [view(instance)] : [])),
      failures: found
        .filter(({ instance }) => instance === undefined)
        .map(({ reference }) => missing(reference)),
    };
  },
};

function register(core: Core, input: JsonObject): Instance {
  const cluster = findCluster(core, input);
  const resources = records(input, 'totalResources') ?? [];
  const size = (name: string) => {
    const value = resources.find((one) => one['name'] === name)?.['integerValue'];
    return typeof value === 'number' ? value : 2048;
  };
  const ports = resources.find(({ name }) => name === 'PORTS')?.['stringSetValue'];
  const instance: Instance = {
    arn:
      text(input, 'containerInstanceArn') ??
      arnOf(core, `container-instance/${cluster.name}/${core.random.hex(32)}`),
    ec2InstanceId: ec2IdOf(input) ?? `i-${core.random.hex(17)}`,
    cluster,
    registeredAt: core.clock.now(),
    capacityProvider: undefined,
    cpu: size('CPU'),
    memory: size('MEMORY'),
    ports: Array.isArray(ports) ? ports.map(String) : ['22', '2375', '2376', '51678', '51679'],
    attributes: (records(input, 'attributes') ?? []).filter(isJsonObject),
    agentConnected: true,
    status: 'ACTIVE',
    version: 0,
  };
  cluster.instances.set(instance.arn, instance);
  core.store.tags.set(instance.arn, readTags(input));
  tellInstance(core, instance);
  for (const watcher of core.roomWatchers) watcher(cluster.arn);
  return instance;
}

function ec2IdOf(input: JsonObject): string | undefined {
  return /"instanceId"\s*:\s*"([\w-]+)"/.exec(text(input, 'instanceIdentityDocument') ?? '')?.[1];
}

function lookUp(cluster: Cluster, reference: string): Instance | undefined {
  return [...cluster.instances.values()].find(({ arn }) => nameOf(arn) === nameOf(reference));
}

function find(core: Core, input: JsonObject): Instance {
  const instance = lookUp(findCluster(core, input), text(input, 'containerInstance') ?? '');
  if (instance === undefined) throw clientError('Container instance not found.');
  return instance;
}

function view(instance: Instance): JsonObject {
  const tasks = tasksOn(instance);
  const { clusterArn: _cluster, updatedAt: _updated, ...detail } = instanceDetail(instance, isoTime(0));
  return compact({
    ...detail,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(isPending).length,
    registeredAt: seconds(instance.registeredAt),
    attachments: [],
    tags: [],
  });
}
