import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { createJudge } from '../../../contract/aws-model/judge.ts';
import { taskEventProblems } from '../../../contract/aws-model/task-event.ts';
import { definition, EcsWorld, guarded, onInstances, text } from './world.ts';

const judge = createJudge('ecs');
const judged = new Set<string>();

/** Every answer of every call is held against AWS's own API model. */
class JudgedWorld extends EcsWorld {
  override call(operation: string, input: JsonObject = {}): JsonObject {
    const answer = super.call(operation, input);
    judged.add(operation);
    const problems = judge.output(operation, answer);
    if (problems.length > 0) throw new Error(`${operation}: ${problems.join('; ')}`);
    return answer;
  }
}

const eventProblems = (world: EcsWorld) => world.details('ECS Task State Change').flatMap(taskEventProblems);

describe("answers and task events fit AWS's API model", () => {
  it.each(['fine:2', 'exits:1', 'gone:1', 'cannot-start:1', 'out-of-memory:1', 'arm:1'])(
    'through a deployment of %s',
    (image) => {
      const loadBalancers = [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }];
      const world = new JudgedWorld({ switches: { containerEvents: true } });
      world.settled({ loadBalancers, desiredCount: 2, tags: [{ key: 'a', value: 'b' }] });
      world.update({ taskDefinition: world.register(image) });
      for (let step = 0; step < 90; step += 1) {
        world.seconds(10);
        world.service();
        world.serviceDeployment();
        world.tasks();
        world.tasks({ desiredStatus: 'STOPPED' });
      }
      expect(eventProblems(world)).toEqual([]);
      expect(world.details('ECS Task State Change').length).toBeGreaterThan(10);
    },
  );

  it('through the other operations', () => {
    const world = new JudgedWorld();
    const full = definition({
      tags: [{ key: 'a', value: 'b' }],
      runtimePlatform: { cpuArchitecture: 'ARM64' },
      containerDefinitions: [
        {
          name: 'app',
          image: 'never-healthy:1',
          healthCheck: { command: ['CMD', 'x'] },
          environment: [{ name: 'A', value: '' }],
          portMappings: [{ containerPort: 80 }],
        },
      ],
    });
    world.call('RegisterTaskDefinition', full);
    world.create({
      deploymentConfiguration: {
        ...guarded,
        strategy: 'CANARY',
        bakeTimeInMinutes: 1,
        canaryConfiguration: { canaryPercent: 10 },
      },
    });
    world.seconds(400);
    world.service();
    world.call('StopServiceDeployment', {
      serviceDeploymentArn: text(world.serviceDeployment(), 'serviceDeploymentArn'),
    });
    world.seconds(100);
    world.serviceDeployment();
    const revision =
      JSON.stringify(world.serviceDeployment()).match(/arn:[^"]*service-revision[^"]*/)?.[0] ?? '';
    world.call('DescribeServiceRevisions', { serviceRevisionArns: [revision, `${revision}0`] });
    const task = world.runOne();
    world.call('StopTask', { cluster: 'demo', task });
    const instance = world.instance();
    world.register('fine:1', { ...onInstances, family: 'ec2' });
    world.call('RunTask', { cluster: 'demo', taskDefinition: 'ec2' });
    world.call('StartTask', { cluster: 'demo', taskDefinition: 'ec2', containerInstances: [instance] });
    world.seconds(60);
    world.call('DescribeContainerInstances', { cluster: 'demo', containerInstances: [instance] });
    world.call('ListContainerInstances', { cluster: 'demo' });
    world.call('UpdateContainerInstancesState', {
      cluster: 'demo',
      containerInstances: [instance],
      status: 'DRAINING',
    });
    world.call('DeregisterContainerInstance', { cluster: 'demo', containerInstance: instance, force: true });
    for (const resource of ['cluster/demo', 'service/demo/web']) {
      const resourceArn = `arn:aws:ecs:eu-west-1:000000000000:${resource}`;
      world.call('TagResource', { resourceArn, tags: [{ key: 'c', value: 'd' }] });
      world.call('ListTagsForResource', { resourceArn });
      world.call('UntagResource', { resourceArn, tagKeys: ['c'] });
    }
    world.call('DescribeTaskDefinition', { taskDefinition: 'web', include: ['TAGS'] });
    world.call('ListTaskDefinitions', {});
    world.call('ListTaskDefinitionFamilies', {});
    world.call('DeregisterTaskDefinition', { taskDefinition: 'ec2:1' });
    world.call('DeleteTaskDefinitions', { taskDefinitions: ['ec2:1', 'no:1'] });
    world.call('ListServices', { cluster: 'demo' });
    world.call('PutClusterCapacityProviders', {
      cluster: 'demo',
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [],
    });
    world.call('UpdateCluster', { cluster: 'demo', settings: [] });
    world.call('UpdateClusterSettings', { cluster: 'demo', settings: [] });
    world.call('DescribeClusters', {
      clusters: ['demo', 'no'],
      include: ['TAGS', 'SETTINGS', 'CONFIGURATIONS', 'STATISTICS'],
    });
    world.call('DescribeCapacityProviders', {});
    world.call('ListClusters', {});
    world.call('CreateCluster', { clusterName: 'empty' });
    world.call('DeleteCluster', { cluster: 'empty' });
    world.call('DeleteService', { cluster: 'demo', service: 'web', force: true });
    world.seconds(300);
    world.service();
    expect(eventProblems(world)).toEqual([]);
  });

  it('through a blue/green deployment with alarms that waits for an answer', () => {
    const world = new JudgedWorld().settled();
    const lifecycleHooks = [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }];
    const alarms = { enable: true, rollback: true, alarmNames: ['errors'] };
    world.update({ deploymentConfiguration: { strategy: 'BLUE_GREEN', lifecycleHooks, alarms } });
    world.update({ taskDefinition: world.register('fine:2') });
    world.until(() => 'lifecycleHookDetails' in world.serviceDeployment());
    const { serviceDeploymentArn, lifecycleHookDetails } = world.serviceDeployment();
    const [hook = {}] = lifecycleHookDetails as readonly JsonObject[];
    world.call('ContinueServiceDeployment', { serviceDeploymentArn, hookId: hook['hookId'] });
    world.until(() => world.serviceDeployment()['status'] === 'SUCCESSFUL');
    world.model.hooks.makeExpress('web');
    expect(world.service()).toMatchObject({ resourceManagementType: 'ECS' });
  });

  afterAll(() => {
    const unjudged = new EcsWorld().model.operations.filter((operation) => !judged.has(operation));
    expect(unjudged).toEqual([]);
  });
});
