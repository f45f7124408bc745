import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { EcsWorld, first, network, objects, onInstances, text } from './world.ts';

const alone = {
  launchType: undefined,
  networkConfiguration: undefined,
  cluster: 'demo',
  taskDefinition: 'ec2',
};

function withFamilies(): EcsWorld {
  const world = new EcsWorld();
  world.register();
  world.register('fine:1', { ...onInstances, family: 'ec2', networkMode: 'bridge' });
  return world;
}

describe('RunTask', () => {
  it('R1 (recorded): answers a fresh task', () => {
    const world = withFamilies();
    const answer = world.run({ count: 2, startedBy: 'me', tags: [{ key: 'a', value: 'b' }] });
    expect(answer['failures']).toEqual([]);
    expect(objects(answer, 'tasks')).toHaveLength(2);
    expect(first(answer, 'tasks')).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      version: 1,
      group: 'family:web',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
      enableExecuteCommand: false,
      startedBy: 'me',
      tags: [{ key: 'a', value: 'b' }],
      overrides: { containerOverrides: [{ name: 'app' }], inferenceAcceleratorOverrides: [] },
      containers: [{ lastStatus: 'PENDING' }],
    });
  });

  it('R1: shows overrides by container', () => {
    const overrides = { containerOverrides: [{ name: 'app', command: ['x'] }], cpu: '512', memory: '1024' };
    expect(first(withFamilies().run({ overrides }), 'tasks')).toMatchObject({
      cpu: '512',
      memory: '1024',
      overrides,
    });
  });

  it('R2 (recorded): no room on Fargate is a failure without arn in a 200', () => {
    const world = withFamilies();
    world.model.hooks.setCapacity('FARGATE_SPOT', false);
    const spot = { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] };
    expect(world.run(spot)).toEqual({
      tasks: [],
      failures: [
        {
          reason:
            'Capacity is unavailable at this time. Please try again later or in a different availability zone',
        },
      ],
    });
    expect(objects(world.run(), 'tasks')).toHaveLength(1);
  });

  it('R3 (recorded): instances without room or without their agent are failures; none at all is an error', () => {
    const world = withFamilies();
    expect(world.refusal('RunTask', alone)).toBe(
      'InvalidParameterException: No Container Instances were found in your cluster.',
    );
    const arn = world.instance(2048, 600);
    const answer = world.call('RunTask', { ...alone, count: 2 });
    expect(answer).toMatchObject({
      tasks: [{ containerInstanceArn: arn }],
      failures: [{ arn, reason: 'RESOURCE:MEMORY' }],
    });
    world.model.hooks.disconnectAgent(arn);
    expect(world.call('RunTask', alone)).toEqual({ tasks: [], failures: [{ arn, reason: 'AGENT' }] });
  });

  it.each<[JsonObject, string]>([
    [
      { networkConfiguration: undefined },
      "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      { taskDefinition: 'ec2', launchType: 'EC2' },
      'InvalidParameterException: Network Configuration is not valid for the given networkMode of this task definition.',
    ],
    [
      { overrides: { containerOverrides: [{ name: 'X' }] } },
      'InvalidParameterException: Override for container named X is not a container in the TaskDefinition.',
    ],
    [
      { overrides: { containerOverrides: [{ name: 'app', command: ['x'.repeat(8200)] }] } },
      'InvalidParameterException: Container Overrides length must be at most 8192',
    ],
    [{ taskDefinition: 'old:1' }, 'InvalidParameterException: TaskDefinition is inactive'],
    [{ taskDefinition: 'nope' }, 'ClientException: TaskDefinition not found.'],
    [
      { taskDefinition: 'ec2' },
      'InvalidParameterException: Task definition does not support launch_type FARGATE',
    ],
    [{ cluster: 'nope' }, 'ClusterNotFoundException: Cluster not found.'],
    [{ count: 11 }, 'InvalidParameterException: Count must be between 1 and 10.'],
    [
      { startedBy: 'a b' },
      'InvalidParameterException: startedBy can have at most 128 letters, numbers, hyphens, slashes and underscores.',
    ],
    [
      { propagateTags: 'SERVICE' },
      'InvalidParameterException: SERVICE is not a valid value of propagateTags for a task that runs alone.',
    ],
    [
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'InvalidParameterException: Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    ],
  ])('R4, R6: %j is refused', (more, refusal) => {
    const world = withFamilies();
    world.register('fine:1', { family: 'old' });
    world.call('DeregisterTaskDefinition', { taskDefinition: 'old:1' });
    const request = {
      cluster: 'demo',
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: network,
      ...more,
    };
    expect(world.refusal('RunTask', request)).toBe(refusal);
  });

  it('R5 (documented): a token is answered once', () => {
    const world = withFamilies();
    const request = {
      cluster: 'demo',
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: network,
      clientToken: 'once',
    };
    const answer = world.call('RunTask', request);
    world.seconds(100);
    expect(world.call('RunTask', Object.fromEntries(Object.entries(request).toReversed()))).toEqual(answer);
    expect(world.tasks()).toHaveLength(1);
    expect(world.refusal('RunTask', { ...request, count: 2 })).toMatch(/^ConflictException/);
    try {
      world.call('RunTask', { ...request, count: 2 });
    } catch (error) {
      expect(error).toMatchObject({ fields: { resourceIds: [first(answer, 'tasks')['taskArn']] } });
    }
  });

  it.each([
    ['24 hours', 86_401, 2],
    ['23 hours', 82_800, 1],
  ])('R5 (documented): after %s of a task that runs', (_time, seconds, expected) => {
    const world = withFamilies();
    world.run({ clientToken: 'once' });
    world.seconds(seconds);
    world.run({ clientToken: 'once' });
    expect(world.tasks()).toHaveLength(expected);
  });

  it('R5 (documented): a token is forgotten an hour after its task has stopped', () => {
    const world = withFamilies();
    const task = world.runOne({ clientToken: 'once' });
    world.seconds(60);
    world.call('StopTask', { cluster: 'demo', task });
    world.seconds(3500);
    expect(world.runOne({ clientToken: 'once' })).toBe(task);
    world.seconds(300);
    expect(world.runOne({ clientToken: 'once' })).not.toBe(task);
  });

  it('starts tasks on instances that the caller names', () => {
    const world = withFamilies();
    const arn = world.instance();
    const answer = world.call('StartTask', {
      cluster: 'demo',
      taskDefinition: 'ec2',
      containerInstances: [arn, 'nope'],
    });
    expect(answer).toMatchObject({
      tasks: [{ containerInstanceArn: arn, lastStatus: 'PENDING' }],
      failures: [{ arn: 'nope', reason: 'MISSING' }],
    });
  });
});

describe('reading and stopping tasks', () => {
  it('K1 (documented): a stopped task is described for one hour, then it is missing', () => {
    const world = withFamilies();
    const task = world.runOne();
    world.call('StopTask', { cluster: 'demo', task });
    world.seconds(100);
    const { stoppedAt } = first(world.call('DescribeTasks', { cluster: 'demo', tasks: [task] }), 'tasks');
    world.seconds(3600 - (world.clock.now() / 1000 - Number(stoppedAt)));
    expect(world.call('DescribeTasks', { cluster: 'demo', tasks: [task] })).toMatchObject({ failures: [] });
    expect(world.call('ListTasks', { cluster: 'demo', desiredStatus: 'STOPPED' })).toEqual({
      taskArns: [task],
    });
    world.seconds(1);
    expect(world.call('DescribeTasks', { cluster: 'demo', tasks: [task] })).toEqual({
      tasks: [],
      failures: [{ arn: task, reason: 'MISSING' }],
    });
    expect(world.call('ListTasks', { cluster: 'demo', desiredStatus: 'STOPPED' })).toEqual({ taskArns: [] });
  });

  it('K1 (recorded): in another cluster it is missing, named by the ARN that it would have there', () => {
    const world = withFamilies();
    world.call('CreateCluster', { clusterName: 'other' });
    const id = text({ id: world.runOne() }, 'id').split('/').at(-1) ?? '';
    expect(world.call('DescribeTasks', { cluster: 'other', tasks: [id] })).toEqual({
      failures: [{ arn: `arn:aws:ecs:eu-west-1:000000000000:task/other/${id}`, reason: 'MISSING' }],
      tasks: [],
    });
    expect(objects(world.call('DescribeTasks', { cluster: 'demo', tasks: [id] }), 'tasks')).toHaveLength(1);
  });

  it('K2 (recorded): empty lists, bad ids and tasks that stopped already', () => {
    const world = withFamilies();
    const task = world.runOne();
    expect(world.refusal('DescribeTasks', { cluster: 'demo', tasks: [] })).toBe(
      'InvalidParameterException: Tasks cannot be empty.',
    );
    expect(world.refusal('DescribeTasks', { cluster: 'demo', tasks: Array(101).fill('a') })).toContain(
      'InvalidParameterException',
    );
    expect(world.refusal('StopTask', { cluster: 'demo', task: 'no id' })).toBe(
      'InvalidParameterException: Task Identifier is invalid',
    );
    expect(world.refusal('StopTask', { cluster: 'demo', task: 'f'.repeat(32) })).toBe(
      'InvalidParameterException: The referenced task was not found.',
    );
    world.call('StopTask', { cluster: 'demo', task });
    world.seconds(100);
    expect(world.call('StopTask', { cluster: 'demo', task, reason: 'again' })).toMatchObject({
      task: { lastStatus: 'STOPPED', stoppedReason: 'Task stopped by user' },
    });
  });

  it('K3 (recorded): the desired status is what is filtered', () => {
    const world = withFamilies();
    const task = world.runOne({ startedBy: 'me' });
    const list = (more: JsonObject) => world.call('ListTasks', { cluster: 'demo', ...more })['taskArns'];
    expect(list({})).toEqual([task]);
    expect(list({ desiredStatus: 'PENDING' })).toEqual([]);
    expect(list({ family: 'web' })).toEqual([task]);
    expect(list({ family: 'we' })).toEqual([]);
    expect(list({ startedBy: 'me' })).toEqual([task]);
    expect(list({ launchType: 'EC2' })).toEqual([]);
    world.call('StopTask', { cluster: 'demo', task });
    expect(list({})).toEqual([]);
    expect(list({ desiredStatus: 'STOPPED' })).toEqual([task]);
  });

  it.each<[JsonObject, string]>([
    [
      { startedBy: 'me', family: 'web' },
      'InvalidParameterException: cannot specify startedBy with other arguments',
    ],
    [
      { serviceName: 'web', family: 'web' },
      'InvalidParameterException: cannot specify serviceName with other arguments',
    ],
    [{ serviceName: 'nope' }, 'ServiceNotFoundException: Service not found.'],
    [{ desiredStatus: 'GONE' }, 'InvalidParameterException: Invalid desiredStatus.'],
  ])('K3 (recorded): %j is refused', (more, refusal) => {
    expect(withFamilies().refusal('ListTasks', { cluster: 'demo', ...more })).toBe(refusal);
  });
});
