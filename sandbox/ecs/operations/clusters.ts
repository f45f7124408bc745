import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { clusterNotFound, findCluster, includes, lookUpCluster, tagList } from '../arn.ts';
import { AwsError, invalidParameter } from '../aws-error.ts';
import { arnOf, type Core } from '../core.ts';
import { compact, record, records, show, text, texts } from '../input.ts';
import { page, shuffledRank } from '../paging.ts';
import { isPending } from '../services/tally.ts';
import type { Cluster } from '../state.ts';
import { readTags } from '../tags.ts';
import { missing, type Operations } from './operation.ts';

const MAX_DESCRIBED = 100;

export const clusterOperations: Operations = {
  CreateCluster: (core, input) => ({ cluster: clusterView(core, create(core, input), allFields) }),
  UpdateCluster: (core, input) => ({ cluster: clusterView(core, update(core, input), allFields) }),
  UpdateClusterSettings: (core, input) => ({ cluster: clusterView(core, update(core, input), allFields) }),
  PutClusterCapacityProviders: (core, input) => {
    const cluster = findCluster(core, input);
    cluster.capacityProviders = texts(input, 'capacityProviders') ?? [];
    cluster.defaultStrategy = records(input, 'defaultCapacityProviderStrategy') ?? [];
    return { cluster: clusterView(core, cluster, allFields) };
  },
  DeleteCluster: (core, input) => {
    const cluster = findCluster(core, input);
    checkEmpty(cluster);
    cluster.status = 'INACTIVE';
    core.store.tags.delete(cluster.arn);
    return { cluster: clusterView(core, cluster, allFields) };
  },
  DescribeClusters: describeClusters,
  DescribeCapacityProviders: describeCapacityProviders,
  ListClusters: (core, input) => {
    const active = [...core.store.clusters.values()].filter(({ status }) => status === 'ACTIVE');
    const items = active.map(({ arn }) => ({ rank: shuffledRank(core, arn), value: arn }));
    return page(core, input, { items, rules: { name: 'clusterArns', pageSize: 100 } });
  },
};

const allFields: JsonObject = { include: ['TAGS', 'SETTINGS', 'CONFIGURATIONS'] };

function create(core: Core, input: JsonObject): Cluster {
  const name = text(input, 'clusterName') ?? 'default';
  if (!/^[A-Za-z0-9][\w-]{0,254}$/.test(name)) throw invalidParameter('Invalid cluster name.');
  const known = core.store.clusters.get(name);
  if (known?.status === 'ACTIVE') return known;
  const cluster: Cluster = {
    arn: arnOf(core, `cluster/${name}`),
    name,
    status: 'ACTIVE',
    settings: records(input, 'settings') ?? [{ name: 'containerInsights', value: 'disabled' }],
    configuration: record(input, 'configuration'),
    serviceConnectDefaults: record(input, 'serviceConnectDefaults'),
    capacityProviders: texts(input, 'capacityProviders') ?? [],
    defaultStrategy: records(input, 'defaultCapacityProviderStrategy') ?? [],
    services: new Map(),
    tasks: new Map(),
    instances: new Map(),
    tokens: new Map(),
    startedBy: new Map(),
  };
  core.store.tags.set(cluster.arn, readTags(input));
  core.store.clusters.set(name, cluster);
  return cluster;
}

function update(core: Core, input: JsonObject): Cluster {
  const cluster = findCluster(core, input);
  cluster.settings = records(input, 'settings') ?? cluster.settings;
  cluster.configuration = record(input, 'configuration') ?? cluster.configuration;
  cluster.serviceConnectDefaults = record(input, 'serviceConnectDefaults') ?? cluster.serviceConnectDefaults;
  return cluster;
}

function checkEmpty(cluster: Cluster): void {
  const still = (what: string, states: string) =>
    new AwsError(
      `ClusterContains${what.replace(' ', '')}Exception`,
      `The Cluster cannot be deleted while ${what} are ${states}.`,
    );
  if ([...cluster.services.values()].some(({ status }) => status !== 'INACTIVE'))
    throw still('Services', 'active');
  if ([...cluster.instances.values()].some(({ status }) => status !== 'INACTIVE')) {
    throw still('Container Instances', 'active or draining');
  }
  if ([...cluster.tasks.values()].some(({ lastStatus }) => lastStatus !== 'STOPPED'))
    throw still('Tasks', 'active');
}

function describeClusters(core: Core, input: JsonObject): JsonObject {
  const names = texts(input, 'clusters') ?? ['default'];
  if (names.length > MAX_DESCRIBED) throw invalidParameter('Clusters can have at most 100 items.');
  const found = names.map((name) => ({ name, cluster: lookUpCluster(core, name) }));
  return {
    clusters: found.flatMap(({ cluster }) => (cluster ? [clusterView(core, cluster, input)] : [])),
    failures: found
      .filter(({ cluster }) => cluster === undefined)
      .map(({ name }) => missing(name.startsWith('arn:') ? name : arnOf(core, `cluster/${name}`))),
  };
}

function clusterView(core: Core, cluster: Cluster, input: JsonObject): JsonObject {
  const tasks = [...cluster.tasks.values()];
  const instances = [...cluster.instances.values()].filter(({ status }) => status !== 'INACTIVE');
  return compact({
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: instances.length,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(isPending).length,
    activeServicesCount: [...cluster.services.values()].filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    tags: includes(input, 'TAGS') ? tagList(core, cluster.arn) : [],
    settings: includes(input, 'SETTINGS') ? cluster.settings : [],
    configuration: includes(input, 'CONFIGURATIONS') ? cluster.configuration : undefined,
    serviceConnectDefaults: cluster.serviceConnectDefaults,
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultStrategy,
  });
}

function describeCapacityProviders(core: Core, input: JsonObject): JsonObject {
  const asked = texts(input, 'capacityProviders') ?? [];
  const offered = ['FARGATE', 'FARGATE_SPOT'].map((name) => ({
    capacityProviderArn: arnOf(core, `capacity-provider/${name}`),
    name,
    status: 'ACTIVE',
    tags: [],
  }));
  const isAsked = ({ name, capacityProviderArn }: { name: string; capacityProviderArn: string }) =>
    asked.length === 0 || asked.includes(name) || asked.includes(capacityProviderArn);
  if (text(input, 'cluster') !== undefined && lookUpCluster(core, show(input['cluster'])) === undefined) {
    throw clusterNotFound();
  }
  return { capacityProviders: offered.filter(isAsked), failures: [] };
}
