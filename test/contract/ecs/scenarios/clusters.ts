import { type Ecs, pageAfter, textsAt } from '../endpoint.ts';
import { clusterWithService, runTask, tail } from '../fixtures.ts';
import { api, facts, type Scenario } from '../scenario.ts';
import { quoted } from '../sources.ts';

export const clusterLife: Scenario = {
  name: 'the life of a cluster',
  async run(ecs) {
    const created = await ecs.call('CreateCluster', { clusterName: 'life' });
    const unnamed = await ecs.call('CreateCluster');
    const described = await ecs.call('DescribeClusters', { clusters: ['life', 'nowhere'] });
    const listed = await ecs.call('ListClusters');
    const deleted = await ecs.call('DeleteCluster', { cluster: 'life' });
    const after = await ecs.call('DescribeClusters', { clusters: ['life'] });
    const gone = await ecs.call('ListClusters');
    return [
      ...facts(api('CreateCluster'), {
        'a new cluster is ACTIVE': [created.at('cluster.status'), 'ACTIVE'],
        'its ARN ends in its name': [tail(created.at('cluster.clusterArn')), 'life'],
        'it has no services': [created.at('cluster.activeServicesCount'), 0],
        'it has no running tasks': [created.at('cluster.runningTasksCount'), 0],
        'it has no pending tasks': [created.at('cluster.pendingTasksCount'), 0],
        'it has no container instances': [created.at('cluster.registeredContainerInstancesCount'), 0],
        'without a name it is called default': [unnamed.at('cluster.clusterName'), 'default'],
      }),
      ...facts(quoted.clusterMissing, {
        'a cluster that exists is described': [described.at('clusters.0.clusterName'), 'life'],
        'one that does not is a failure': [described.at('failures.0.reason'), 'MISSING'],
        'the failure names it by ARN': [tail(described.at('failures.0.arn')), 'nowhere'],
      }),
      ...facts(api('ListClusters'), {
        'it is listed': [textsAt(listed, 'clusterArns').map(tail).includes('life'), true],
      }),
      ...facts(api('DeleteCluster'), {
        'a deleted cluster is INACTIVE': [deleted.at('cluster.status'), 'INACTIVE'],
        'it can still be described': [after.at('clusters.0.status'), 'INACTIVE'],
        'it is no longer listed': [textsAt(gone, 'clusterArns').map(tail).includes('life'), false],
      }),
    ];
  },
};

export const clusterInUse: Scenario = {
  name: 'deleting a cluster that is in use',
  async run(ecs) {
    await clusterWithService(ecs, 'in-use');
    const services = await ecs.call('DeleteCluster', { cluster: 'in-use' });
    await ecs.call('DeleteService', { cluster: 'in-use', service: 'in-use', force: true });
    await ecs.call('CreateCluster', { clusterName: 'busy' });
    await runTask(ecs, 'busy', { taskDefinition: 'in-use' });
    const tasks = await ecs.call('DeleteCluster', { cluster: 'busy' });
    return facts(api('DeleteCluster'), {
      'a cluster with services is kept': [services.errorType, 'ClusterContainsServicesException'],
      'a cluster with tasks is kept': [tasks.errorType, 'ClusterContainsTasksException'],
    });
  },
};

export const clusterTags: Scenario = {
  name: 'the tags of a cluster',
  async run(ecs) {
    const tags = [{ key: 'team', value: 'shop' }];
    await ecs.call('CreateCluster', { clusterName: 'tagged', tags });
    const bare = await ecs.call('DescribeClusters', { clusters: ['tagged'] });
    const full = await ecs.call('DescribeClusters', { clusters: ['tagged'], include: ['TAGS'] });
    return facts(api('DescribeClusters'), {
      'they are left out unless asked for': [bare.at('clusters.0.tags.0'), null],
      'they are included when asked for': [full.at('clusters.0.tags'), tags],
    });
  },
};

export const clusterPages: Scenario = {
  name: 'clusters in pages',
  async run(ecs) {
    for (const clusterName of ['page-a', 'page-b', 'page-c'])
      await ecs.call('CreateCluster', { clusterName });
    const first = await ecs.call('ListClusters', { maxResults: 2 });
    const second = await ecs.call('ListClusters', { maxResults: 2, ...pageAfter(first) });
    const repeated = textsAt(second, 'clusterArns').filter((arn) =>
      textsAt(first, 'clusterArns').includes(arn),
    );
    return facts(api('ListClusters'), {
      'a page is as long as was asked': [textsAt(first, 'clusterArns').length, 2],
      'a token leads on': [typeof first.at('nextToken'), 'string'],
      'the next page repeats nothing': [repeated, []],
    });
  },
};

export const noSuchCluster: Scenario = {
  name: 'a cluster that does not exist',
  async run(ecs) {
    const cluster = 'nowhere';
    await ecs.call('RegisterTaskDefinition', { ...definition, family: 'lost' });
    const ask = async (operation: string, input = {}) =>
      (await ecs.call(operation, { cluster, ...input })).error;
    return facts(quoted.clusterNotFound, {
      'CreateService refuses': [
        await ask('CreateService', { serviceName: 's', taskDefinition: 'lost', desiredCount: 0 }),
        notFound,
      ],
      'UpdateService refuses': [await ask('UpdateService', { service: 's' }), notFound],
      'DeleteService refuses': [await ask('DeleteService', { service: 's' }), notFound],
      'DescribeServices refuses': [await ask('DescribeServices', { services: ['s'] }), notFound],
      'ListServices refuses': [await ask('ListServices'), notFound],
      'RunTask refuses': [await ask('RunTask', { taskDefinition: 'lost' }), notFound],
      'ListTasks refuses': [await ask('ListTasks'), notFound],
      'DescribeTasks refuses': [await ask('DescribeTasks', { tasks: [taskId] }), notFound],
      'StopTask refuses': [await ask('StopTask', { task: taskId }), notFound],
      'ListContainerInstances refuses': [await ask('ListContainerInstances'), notFound],
      'DeleteCluster refuses': [await ask('DeleteCluster'), notFound],
    });
  },
};

const notFound = 'ClusterNotFoundException: Cluster not found.';
const taskId = '0123456789abcdef0123456789abcdef';
const definition = { containerDefinitions: [{ name: 'app', image: 'shop/web', memory: 64 }] };

export const containerInstances: Scenario = {
  name: 'container instances of a cluster without any',
  async run(ecs: Ecs) {
    await ecs.call('CreateCluster', { clusterName: 'fargate-only' });
    const listed = await ecs.call('ListContainerInstances', { cluster: 'fargate-only' });
    const described = await ecs.call('DescribeContainerInstances', {
      cluster: 'fargate-only',
      containerInstances: [taskId],
    });
    return [
      ...facts(api('ListContainerInstances'), {
        'the list is empty': [listed.at('containerInstanceArns'), []],
        'no token leads on': [listed.at('nextToken'), null],
      }),
      ...facts(quoted.failures, {
        'an instance that does not exist is a failure': [described.at('failures.0.reason'), 'MISSING'],
      }),
    ];
  },
};
