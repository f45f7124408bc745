import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { arn, EcsWorld, object, onInstances, text } from './world.ts';

function all(
  world: EcsWorld,
  operation: string,
  { name, ...input }: JsonObject & { name: string },
): { found: string[]; pages: number } {
  const found: string[] = [];
  let nextToken: string | undefined;
  let pages = 0;
  do {
    const answer = world.call(operation, { ...input, nextToken });
    found.push(...(answer[name] as string[]));
    nextToken = answer['nextToken'] as string | undefined;
    pages += 1;
  } while (nextToken !== undefined && pages < 200);
  return { found, pages };
}

function withServices(count: number, setting = {}): EcsWorld {
  const world = new EcsWorld(setting);
  world.register();
  for (let number = 1; number <= count; number += 1)
    world.create({ serviceName: `s-${number}`, desiredCount: 0 });
  return world;
}

describe('reading services', () => {
  it('L1 (recorded): at most ten at a time; what is not there is a failure', () => {
    const world = withServices(1);
    const services = Array.from({ length: 11 }, (_, index) => `s-${index}`);
    expect(world.refusal('DescribeServices', { cluster: 'demo', services })).toBe(
      'InvalidParameterException: service names can have at most 10 items.',
    );
    expect(world.refusal('DescribeServices', { cluster: 'demo', services: [] })).toBe(
      'InvalidParameterException: Services cannot be empty.',
    );
    const foreign = arn('service/other/s-1');
    expect(
      world.call('DescribeServices', { cluster: 'demo', services: ['s-1', 'nope', foreign] }),
    ).toMatchObject({
      services: [{ serviceName: 's-1' }],
      failures: [
        { arn: arn('service/demo/nope'), reason: 'MISSING' },
        { arn: foreign, reason: 'MISSING' },
      ],
    });
  });

  it('gives tags when asked', () => {
    const world = new EcsWorld().settled({ tags: [{ key: 'slipway:hold', value: 'x' }] });
    expect(world.service()).not.toHaveProperty('tags');
    const answer = world.call('DescribeServices', { cluster: 'demo', services: ['web'], include: ['TAGS'] });
    expect(answer).toMatchObject({ services: [{ tags: [{ key: 'slipway:hold', value: 'x' }] }] });
  });

  it.each(['MISSING', 'ServiceNotFoundException'] as const)(
    'L2 (documented, switch): deleted it is described, not listed; purged: %s',
    (purgedService) => {
      const world = new EcsWorld({ switches: { purgedService } }).settled();
      world.call('DeleteService', { cluster: 'demo', service: 'web', force: true });
      const listed = () => world.call('ListServices', { cluster: 'demo' })['serviceArns'];
      expect(world.service()['status']).toBe('DRAINING');
      expect(listed()).toEqual([]);
      world.seconds(300);
      expect(world.service()['status']).toBe('INACTIVE');
      world.seconds(7200);
      const look = { cluster: 'demo', services: ['web'] };
      if (purgedService === 'MISSING')
        expect(world.call('DescribeServices', look)).toMatchObject({ failures: [{ reason: 'MISSING' }] });
      else expect(world.refusal('DescribeServices', look)).toContain('ServiceNotFoundException');
    },
  );

  it('L5: ListServices gives ten by default and everything in the end, in an order of chance', () => {
    const world = withServices(25);
    expect(world.call('ListServices', { cluster: 'demo' })['serviceArns']).toHaveLength(10);
    const { found, pages } = all(world, 'ListServices', { cluster: 'demo', name: 'serviceArns' });
    expect(pages).toBe(3);
    expect(new Set(found).size).toBe(25);
    expect(found).not.toEqual(found.toSorted());
    expect(all(world, 'ListServices', { cluster: 'demo', name: 'serviceArns', maxResults: 100 })).toEqual({
      found,
      pages: 1,
    });
  });

  it('L5 (switch): pages may be short, and nothing is lost', () => {
    const world = withServices(25, { switches: { shortPages: true } });
    const { found, pages } = all(world, 'ListServices', { cluster: 'demo', name: 'serviceArns' });
    expect(new Set(found).size).toBe(25);
    expect(pages).toBeGreaterThan(3);
  });

  it('L5: what is deleted between two pages disturbs none of the others', () => {
    const world = withServices(25);
    const page = world.call('ListServices', { cluster: 'demo' });
    const [gone = ''] = page['serviceArns'] as string[];
    world.call('DeleteService', { cluster: 'demo', service: gone });
    const rest = all(world, 'ListServices', {
      cluster: 'demo',
      name: 'serviceArns',
      maxResults: 100,
      nextToken: text(page, 'nextToken'),
    });
    expect(rest.found.length).toBeGreaterThanOrEqual(15);
  });

  it.each<[JsonObject, string]>([
    [{ maxResults: 0 }, 'InvalidParameterException: maxResults must be between 1 and 100.'],
    [{ maxResults: 101 }, 'InvalidParameterException: maxResults must be between 1 and 100.'],
    [{ nextToken: 'nonsense' }, 'InvalidParameterException: Invalid token.'],
    [
      { nextToken: Buffer.from('{"name":"clusterArns","rank":"a"}').toString('base64url') },
      'InvalidParameterException: Invalid token.',
    ],
    [{ cluster: 'nope' }, 'ClusterNotFoundException: Cluster not found.'],
    [{ cluster: 3 }, 'SerializationException: NUMBER_VALUE can not be converted to a String: cluster'],
  ])('L5, W2: %j is refused', (more, refusal) => {
    expect(withServices(1).refusal('ListServices', { cluster: 'demo', ...more })).toBe(refusal);
  });

  it('filters by launch type and scheduling strategy', () => {
    const world = withServices(1);
    const list = (more: JsonObject) =>
      (world.call('ListServices', { cluster: 'demo', ...more })['serviceArns'] as string[]).length;
    expect([
      list({ launchType: 'EC2' }),
      list({ launchType: 'FARGATE' }),
      list({ schedulingStrategy: 'DAEMON' }),
    ]).toEqual([0, 1, 0]);
    expect([list({ resourceManagementType: 'CUSTOMER' }), list({ resourceManagementType: 'ECS' })]).toEqual([
      1, 0,
    ]);
  });
});

describe('reading task definitions', () => {
  it('L3 (recorded): none is a ClientException; inactive ones stay visible', () => {
    const world = new EcsWorld();
    const refusal = 'ClientException: Unable to describe task definition.';
    expect(world.refusal('DescribeTaskDefinition', { taskDefinition: 'web' })).toBe(refusal);
    const registered = world.register();
    world.call('DeregisterTaskDefinition', { taskDefinition: 'web:1' });
    expect(world.refusal('DescribeTaskDefinition', { taskDefinition: 'web' })).toBe(refusal);
    for (const taskDefinition of ['web:1', registered]) {
      expect(
        object(world.call('DescribeTaskDefinition', { taskDefinition }), 'taskDefinition'),
      ).toMatchObject({
        status: 'INACTIVE',
        deregisteredAt: expect.any(Number),
      });
    }
    expect(
      world.refusal('DescribeTaskDefinition', {
        taskDefinition: registered.replace('eu-west-1', 'us-east-1'),
      }),
    ).toBe(refusal);
  });

  it('L4 (documented): lists active ones by family and revision; the prefix is the whole family', () => {
    const world = new EcsWorld();
    for (const family of ['web', 'api', 'web-2', 'web']) world.register('fine:1', { family });
    for (let count = 0; count < 9; count += 1) world.register('fine:1', { family: 'api' });
    const names = (more: JsonObject) =>
      all(world, 'ListTaskDefinitions', { ...more, name: 'taskDefinitionArns' }).found.map(
        (one) => one.split('/')[1],
      );
    expect(names({ familyPrefix: 'web' })).toEqual(['web:1', 'web:2']);
    expect(names({ familyPrefix: 'web', sort: 'DESC' })).toEqual(['web:2', 'web:1']);
    expect(names({ familyPrefix: 'api', maxResults: 3 })).toEqual(
      Array.from({ length: 10 }, (_, index) => `api:${index + 1}`),
    );
    expect(names({})).toEqual(
      [...names({ familyPrefix: 'api' }), 'web:1', 'web:2', 'web-2:1'].toSorted(byFamily),
    );
    world.call('DeregisterTaskDefinition', { taskDefinition: 'web:2' });
    expect(names({ familyPrefix: 'web' })).toEqual(['web:1']);
    expect(names({ familyPrefix: 'web', status: 'INACTIVE' })).toEqual(['web:2']);
    expect(world.refusal('ListTaskDefinitions', { status: 'GONE' })).toContain('InvalidParameterException');
  });

  it('lists families, where the prefix is one', () => {
    const world = new EcsWorld();
    for (const family of ['web', 'api', 'web-2']) world.register('fine:1', { family });
    world.call('DeregisterTaskDefinition', { taskDefinition: 'api:1' });
    const families = (more: JsonObject) => world.call('ListTaskDefinitionFamilies', more)['families'];
    expect(families({ familyPrefix: 'web' })).toEqual(['web', 'web-2']);
    expect(families({ status: 'ACTIVE' })).toEqual(['web', 'web-2']);
    expect(families({ status: 'INACTIVE' })).toEqual(['api']);
    expect(families({})).toEqual(['api', 'web', 'web-2']);
  });

  it('deletes inactive revisions only', () => {
    const world = new EcsWorld();
    world.register();
    const deleted = () => world.call('DeleteTaskDefinitions', { taskDefinitions: ['web:1', 'nope:1'] });
    expect(deleted()).toMatchObject({
      taskDefinitions: [],
      failures: [{ arn: arn('task-definition/web:1') }, { arn: 'nope:1' }],
    });
    world.call('DeregisterTaskDefinition', { taskDefinition: 'web:1' });
    expect(deleted()).toMatchObject({
      taskDefinitions: [{ status: 'DELETE_IN_PROGRESS' }],
      failures: [{ arn: 'nope:1' }],
    });
    expect(world.refusal('DeregisterTaskDefinition', { taskDefinition: 'web' })).toBe(
      'ClientException: Revision is missing.',
    );
    expect(world.refusal('DeregisterTaskDefinition', { taskDefinition: 'web:9' })).toContain(
      'does not exist',
    );
    expect(world.refusal('DeleteTaskDefinitions', { taskDefinitions: [] })).toContain(
      'InvalidParameterException',
    );
  });
});

function byFamily(one = '', other = ''): number {
  const [family = '', revision = ''] = one.split(':');
  const [otherFamily = '', otherRevision = ''] = other.split(':');
  if (family === otherFamily) return Number(revision) - Number(otherRevision);
  return family < otherFamily ? -1 : 1;
}

describe('clusters, instances and tags', () => {
  it('a cluster is made once, described with what is asked for, and deleted when empty', () => {
    const world = new EcsWorld();
    const tags = [{ key: 'slipway:owner', value: 'me' }];
    const made = world.call('CreateCluster', {
      clusterName: 'prod',
      tags,
      settings: [{ name: 'containerInsights', value: 'enabled' }],
    });
    expect(world.call('CreateCluster', { clusterName: 'prod' })).toEqual(made);
    const look = (more: JsonObject) =>
      world.call('DescribeClusters', { clusters: ['prod', 'nope'], ...more });
    expect(look({})).toMatchObject({
      clusters: [{ tags: [], settings: [], status: 'ACTIVE' }],
      failures: [{ arn: arn('cluster/nope'), reason: 'MISSING' }],
    });
    expect(look({ include: ['TAGS', 'SETTINGS'] })).toMatchObject({
      clusters: [{ tags, settings: [{ value: 'enabled' }] }],
    });
    expect(all(world, 'ListClusters', { name: 'clusterArns', maxResults: 1 }).found.toSorted()).toEqual([
      arn('cluster/demo'),
      arn('cluster/prod'),
    ]);
    world.call('UpdateClusterSettings', {
      cluster: 'prod',
      settings: [{ name: 'containerInsights', value: 'disabled' }],
    });
    expect(look({ include: ['SETTINGS'] })).toMatchObject({
      clusters: [{ settings: [{ value: 'disabled' }] }],
    });
    world.call('DeleteCluster', { cluster: 'prod' });
    expect(look({})).toMatchObject({ clusters: [{ status: 'INACTIVE' }] });
    expect(world.refusal('ListServices', { cluster: 'prod' })).toBe(
      'ClusterNotFoundException: Cluster not found.',
    );
  });

  it('a cluster that is not empty cannot be deleted', () => {
    const world = new EcsWorld().settled();
    expect(world.refusal('DeleteCluster', { cluster: 'demo' })).toBe(
      'ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.',
    );
    world.call('DeleteService', { cluster: 'demo', service: 'web', force: true });
    world.seconds(300);
    world.runOne();
    expect(world.refusal('DeleteCluster', { cluster: 'demo' })).toContain('ClusterContainsTasksException');
    world.instance();
    expect(world.refusal('DeleteCluster', { cluster: 'demo' })).toContain(
      'ClusterContainsContainerInstancesException',
    );
  });

  it('knows the providers of Fargate', () => {
    const answer = new EcsWorld().call('DescribeCapacityProviders', { capacityProviders: ['FARGATE'] });
    expect(answer).toMatchObject({ capacityProviders: [{ name: 'FARGATE', status: 'ACTIVE' }] });
  });

  it('instances are registered, drained and removed, and each change is told', () => {
    const world = new EcsWorld();
    const instance = world.instance();
    const describe_ = () =>
      world.call('DescribeContainerInstances', { cluster: 'demo', containerInstances: [instance, 'nope'] });
    world.register('fine:1', onInstances);
    world.call('RunTask', { cluster: 'demo', taskDefinition: 'web' });
    expect(describe_()).toMatchObject({
      containerInstances: [{ status: 'ACTIVE', pendingTasksCount: 1, agentConnected: true }],
      failures: [{ reason: 'MISSING' }],
    });
    expect(JSON.stringify(describe_()['containerInstances'])).toContain('"integerValue":3584');
    world.call('UpdateContainerInstancesState', {
      cluster: 'demo',
      containerInstances: [instance],
      status: 'DRAINING',
    });
    expect(world.call('ListContainerInstances', { cluster: 'demo', status: 'DRAINING' })).toEqual({
      containerInstanceArns: [instance],
    });
    const remove = { cluster: 'demo', containerInstance: instance };
    expect(world.refusal('DeregisterContainerInstance', remove)).toContain('InvalidParameterException');
    world.call('DeregisterContainerInstance', { ...remove, force: true });
    world.seconds(1);
    const told = world.details('ECS Container Instance State Change');
    expect(told.map(({ status }) => status)).toEqual(
      expect.arrayContaining(['ACTIVE', 'DRAINING', 'INACTIVE']),
    );
    expect(told.map(({ version }) => version)).toEqual(told.map((_one, index) => index + 1));
  });

  it('tags come and go on clusters, services, tasks, definitions and instances', () => {
    const world = new EcsWorld().settled();
    const resources = [
      arn('cluster/demo'),
      arn('service/demo/web'),
      arn('task-definition/web:1'),
      text(world.tasks()[0] ?? {}, 'taskArn'),
      world.instance(),
    ];
    for (const resourceArn of resources) {
      world.call('TagResource', {
        resourceArn,
        tags: [
          { key: 'a', value: '1' },
          { key: 'b', value: '' },
        ],
      });
      world.call('UntagResource', { resourceArn, tagKeys: ['a'] });
      expect(world.call('ListTagsForResource', { resourceArn })).toEqual({ tags: [{ key: 'b', value: '' }] });
    }
    const refusal = (resourceArn: string, tags: JsonObject[] = []) =>
      world.refusal('TagResource', { resourceArn, tags });
    expect(refusal(arn('service/demo/nope'))).toContain('InvalidParameterException');
    expect(refusal('nonsense')).toContain('InvalidParameterException');
    expect(refusal(arn('cluster/demo'), [{ key: 'aws:x', value: '' }])).toContain('reserved prefix');
    expect(
      refusal(
        arn('cluster/demo'),
        Array.from({ length: 51 }, (_, at) => ({ key: `k${at}`, value: '' })),
      ),
    ).toContain('50');
    expect(refusal(arn('cluster/demo'), [{ key: 'a', value: '!' }])).toContain('not allowed');
  });
});
