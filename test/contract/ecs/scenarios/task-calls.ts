import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { pageAfter, textAt, textsAt } from '../endpoint.ts';
import {
  clusterWithDefinition,
  clusterWithService,
  fargateDefinition,
  runTask,
  stableService,
} from '../fixtures.ts';
import { api, facts, type Scenario } from '../scenario.ts';
import { quoted } from '../sources.ts';

export const refusedRuns: Scenario = {
  name: 'tasks that cannot be run',
  async run(ecs) {
    await clusterWithDefinition(ecs, 'choosy');
    await ecs.call('RegisterTaskDefinition', fargateDefinition('choosy'));
    await ecs.call('DeregisterTaskDefinition', { taskDefinition: 'choosy:2' });
    const bridge = { networkMode: 'bridge', requiresCompatibilities: ['EC2'] };
    await ecs.call('RegisterTaskDefinition', fargateDefinition('bridged', bridge));
    const refusal = (change: JsonObject) => runTask(ecs, 'choosy', change);
    const text = async (change: JsonObject) => (await refusal(change)).error;
    const overrides = { containerOverrides: [{ name: 'sidecar', command: ['true'] }] };
    const capacityProviderStrategy = [{ capacityProvider: 'FARGATE' }];
    return [
      ...facts(api('RunTask'), {
        'more than ten': [(await refusal({ count: 11 })).errorType, 'InvalidParameterException'],
        'launch type and capacity provider at once': [
          (await refusal({ capacityProviderStrategy })).errorType,
          'InvalidParameterException',
        ],
        'of a definition that does not exist': [
          await text({ taskDefinition: 'unheard-of' }),
          'ClientException: TaskDefinition not found.',
        ],
      }),
      ...facts(quoted.override, {
        'an override of a container that is not there': [
          await text({ overrides }),
          'InvalidParameterException: Override for container named sidecar is not a container in the TaskDefinition.',
        ],
      }),
      ...facts(quoted.networkMissing, {
        'awsvpc without a network': [
          await text({ networkConfiguration: undefined }),
          "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        ],
      }),
      ...facts(quoted.networkNotValid, {
        'a network without awsvpc': [
          await text({ taskDefinition: 'bridged', launchType: 'EC2' }),
          'InvalidParameterException: Network Configuration is not valid for the given networkMode of this task definition.',
        ],
      }),
      ...facts(quoted.definitionInactive, {
        'of an INACTIVE revision': [
          await text({ taskDefinition: 'choosy:2' }),
          'InvalidParameterException: TaskDefinition is inactive',
        ],
      }),
    ];
  },
};

export const overriddenTask: Scenario = {
  name: 'a task with overrides',
  async run(ecs) {
    await clusterWithDefinition(ecs, 'overridden');
    const override = {
      name: 'app',
      command: ['./report'],
      environment: [{ name: 'MODE', value: 'nightly' }],
    };
    const overrides = { containerOverrides: [override], cpu: '512', memory: '1024' };
    const answer = await runTask(ecs, 'overridden', { overrides });
    return facts(api('TaskOverride'), {
      'they come back': [answer.at('tasks.0.overrides.containerOverrides'), [override]],
      'cpu is that of the override': [answer.at('tasks.0.cpu'), '512'],
      'memory is that of the override': [answer.at('tasks.0.memory'), '1024'],
    });
  },
};

export const repeatedRun: Scenario = {
  name: 'a run that is repeated',
  async run(ecs) {
    await clusterWithDefinition(ecs, 'twice');
    const first = await runTask(ecs, 'twice', { clientToken: 'token-1' });
    const again = await runTask(ecs, 'twice', { clientToken: 'token-1' });
    const other = await runTask(ecs, 'twice', { clientToken: 'token-1', count: 2 });
    const next = await runTask(ecs, 'twice', { clientToken: 'token-2' });
    const arn = textAt(first, 'tasks.0.taskArn');
    return facts('https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html', {
      'the same token is the same task': [textAt(again, 'tasks.0.taskArn') === arn, true],
      'the same token with another request is refused': [other.errorType, 'ConflictException'],
      'another token is another task': [textAt(next, 'tasks.0.taskArn') === arn, false],
    });
  },
};

export const listedTasks: Scenario = {
  name: 'tasks in lists',
  async run(ecs) {
    await clusterWithService(ecs, 'crowd');
    await stableService(ecs, 'crowd');
    await ecs.call('RegisterTaskDefinition', fargateDefinition('loner'));
    await runTask(ecs, 'crowd', { taskDefinition: 'loner', startedBy: 'tester', count: 3 });
    const list = (input: JsonObject) => ecs.call('ListTasks', { cluster: 'crowd', ...input });
    const count = async (input: JsonObject) => textsAt(await list(input), 'taskArns').length;
    const error = async (input: JsonObject) => (await list(input)).error;
    const page = await list({ maxResults: 3 });
    const rest = await list({ maxResults: 3, ...pageAfter(page) });
    return [
      ...facts(api('ListTasks'), {
        'all that shall run, just run ones too': [await count({}), 4],
        'those of a service': [await count({ serviceName: 'crowd' }), 1],
        'those of a family': [await count({ family: 'loner' }), 3],
        'those that someone started': [await count({ startedBy: 'tester' }), 3],
        'those of another launch type': [await count({ launchType: 'EC2' }), 0],
        'those that shall be STOPPED': [await count({ desiredStatus: 'STOPPED' }), 0],
        'a page': [textsAt(page, 'taskArns').length, 3],
        'the rest': [textsAt(rest, 'taskArns').length, 1],
        'of a service that does not exist': [
          await error({ serviceName: 'unheard-of' }),
          'ServiceNotFoundException: Service not found.',
        ],
      }),
      ...facts(quoted.pendingTasks, {
        'none shall be PENDING': [await count({ desiredStatus: 'PENDING' }), 0],
      }),
      ...facts(quoted.startedByAlone, {
        'startedBy beside a family': [
          await error({ startedBy: 'tester', family: 'loner' }),
          'InvalidParameterException: cannot specify startedBy with other arguments',
        ],
      }),
      ...facts(quoted.serviceNameAlone, {
        'serviceName beside a family': [
          await error({ serviceName: 'crowd', family: 'crowd' }),
          'InvalidParameterException: cannot specify serviceName with other arguments',
        ],
      }),
    ];
  },
};
