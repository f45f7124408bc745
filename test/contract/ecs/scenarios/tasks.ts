import { type Ecs, listAt, textAt, textsAt } from '../endpoint.ts';
import {
  awaitTask,
  clusterWithDefinition,
  fargateDefinition,
  runningTask,
  runTask,
  tail,
} from '../fixtures.ts';
import { api, facts, guide, type Scenario } from '../scenario.ts';
import { quoted } from '../sources.ts';

const noTask = '0123456789abcdef0123456789abcdef';

export const newTask: Scenario = {
  name: 'a task that was just run',
  async run(ecs) {
    await clusterWithDefinition(ecs, 'ran');
    const tags = [{ key: 'team', value: 'shop' }];
    const answer = await runTask(ecs, 'ran', { count: 2, startedBy: 'tester', tags });
    const at = (path: string) => answer.at(`tasks.0.${path}`);
    return [
      ...facts(api('RunTask'), {
        'there are as many as asked for': [listAt(answer, 'tasks').length, 2],
        'nothing failed': [answer.at('failures'), []],
        'startedBy is kept': [at('startedBy'), 'tester'],
        'tags come back': [at('tags'), tags],
        'overrides name each container': [at('overrides.containerOverrides'), [{ name: 'app' }]],
      }),
      ...facts(guide('task-lifecycle-explanation'), {
        'it is PROVISIONING': [at('lastStatus'), 'PROVISIONING'],
        'it shall be RUNNING': [at('desiredStatus'), 'RUNNING'],
        'its containers are PENDING': [at('containers.0.lastStatus'), 'PENDING'],
        'it has not started': [at('startedAt'), null],
      }),
      ...facts(api('Task'), {
        'its version is 1': [at('version'), 1],
        'its group is its family': [at('group'), 'family:ran'],
        'its launch type is FARGATE': [at('launchType'), 'FARGATE'],
        'its ARN names the cluster': [
          /:task\/ran\/[0-9a-f]{32}$/.test(textAt(answer, 'tasks.0.taskArn')),
          true,
        ],
        'it has the cpu of its definition': [at('cpu'), '256'],
        'ECS Exec is off': [at('enableExecuteCommand'), false],
      }),
    ];
  },
};

const inner = fargateDefinition('task-memory', {
  containerDefinitions: [
    { name: 'app', image: 'shop/web:1' },
    { name: 'proxy', image: 'shop/proxy:1', essential: false },
  ],
});

export const taskMemory: Scenario = {
  name: 'a task whose containers have no memory of their own',
  async run(ecs) {
    await ecs.call('CreateCluster', { clusterName: 'task-memory' });
    const registered = await ecs.call('RegisterTaskDefinition', inner);
    const answer = await runTask(ecs, 'task-memory');
    return facts(guide('fargate-tasks-services'), {
      'its definition is taken': [registered.error, null],
      'it runs': [listAt(answer, 'tasks').length, 1],
      'it has all containers': [listAt(answer, 'tasks.0.containers').length, 2],
    });
  },
};

export const stoppedTask: Scenario = {
  name: 'a task that is stopped',
  async run(ecs) {
    await clusterWithDefinition(ecs, 'halted');
    const task = await runningTask(ecs, 'halted');
    const reason = 'no longer needed';
    const stopping = await ecs.call('StopTask', { cluster: 'halted', task, reason });
    const stopped = await awaitTask(ecs, { cluster: 'halted', task, status: 'STOPPED' });
    const again = await ecs.call('StopTask', { cluster: 'halted', task });
    const listed = await ecs.call('ListTasks', { cluster: 'halted', desiredStatus: 'STOPPED' });
    const at = (path: string) => stopped.at(`tasks.0.${path}`);
    const unknown = await ecs.call('StopTask', { cluster: 'halted', task: noTask });
    return [
      ...facts(api('StopTask'), {
        'it shall be STOPPED': [stopping.at('task.desiredStatus'), 'STOPPED'],
        'its reason is kept': [stopping.at('task.stoppedReason'), reason],
        'it becomes STOPPED': [at('lastStatus'), 'STOPPED'],
        'a user stopped it': [at('stopCode'), 'UserInitiated'],
        'it says when': [typeof at('stoppedAt'), 'number'],
        'its container has an exit code': [typeof at('containers.0.exitCode'), 'number'],
        'to stop it again is no error': [again.error, null],
      }),
      ...facts(quoted.taskVersions, {
        'its version has risen with each change': [Number(at('version')) >= 4, true],
      }),
      ...facts(api('ListTasks'), { 'it is listed as STOPPED': [textsAt(listed, 'taskArns').length, 1] }),
      ...facts(quoted.taskNotFound, {
        'one that does not exist': [
          unknown.error,
          'InvalidParameterException: The referenced task was not found.',
        ],
      }),
    ];
  },
};

export const describedTasks: Scenario = {
  name: 'tasks as they are described',
  async run(ecs) {
    await clusterWithDefinition(ecs, 'looked-at');
    await ecs.call('CreateCluster', { clusterName: 'looked-past' });
    const tags = [{ key: 'team', value: 'shop' }];
    const arn = textAt(await runTask(ecs, 'looked-at', { tags }), 'tasks.0.taskArn');
    const describe = (cluster: string, tasks: readonly string[], more = {}) =>
      ecs.call('DescribeTasks', { cluster, tasks, ...more });
    const byId = await describe('looked-at', [tail(arn), noTask]);
    const elsewhere = await describe('looked-past', [arn]);
    const bare = await describe('looked-at', [arn]);
    const full = await describe('looked-at', [arn], { include: ['TAGS'] });
    const many = await describe(
      'looked-at',
      Array.from({ length: 101 }, () => noTask),
    );
    return [
      ...facts(quoted.failures, {
        'by id': [byId.at('tasks.0.taskArn') === arn, true],
        'one that does not exist is a failure': [byId.at('failures.0.reason'), 'MISSING'],
        'named by its ARN': [/:task\/looked-at\/[0-9a-f]{32}$/.test(textAt(byId, 'failures.0.arn')), true],
        'one of another cluster is a failure': [elsewhere.at('failures.0.reason'), 'MISSING'],
        'and not described': [listAt(elsewhere, 'tasks').length, 0],
      }),
      ...facts(quoted.tasksEmpty, {
        none: [(await describe('looked-at', [])).error, 'InvalidParameterException: Tasks cannot be empty.'],
      }),
      ...facts(api('DescribeTasks'), {
        'more than 100': [many.errorType, 'InvalidParameterException'],
        'tags are left out unless asked for': [bare.at('tasks.0.tags.0'), null],
        'tags are included when asked for': [full.at('tasks.0.tags'), tags],
      }),
    ];
  },
};

export const protocol: Scenario = {
  name: 'the protocol',
  async run(ecs: Ecs) {
    const target = 'AmazonEC2ContainerServiceV20141113';
    const created = await ecs.call('CreateCluster', { clusterName: 'spoken' });
    const unknown = await ecs.send({ target: `${target}.DescribePods`, body: '{}' });
    const broken = await ecs.send({ target: `${target}.ListClusters`, body: '{"maxResults":' });
    const refused = await ecs.call('ListServices', { cluster: 'unheard-of' });
    const registered = await ecs.call('RegisterTaskDefinition', fargateDefinition('spoken'));
    return facts('https://docs.aws.amazon.com/AmazonECS/latest/APIReference/making-api-requests.html', {
      'an answer is JSON 1.1': [created.headers.get('content-type'), 'application/x-amz-json-1.1'],
      'it carries a request id': [created.headers.get('x-amzn-requestid') !== null, true],
      'a refusal is HTTP 400': [refused.status, 400],
      'its type has no namespace': [refused.errorType, 'ClusterNotFoundException'],
      'an instant is a number of seconds': [typeof registered.at('taskDefinition.registeredAt'), 'number'],
      'an operation that does not exist': [unknown.errorType, 'UnknownOperationException'],
      'a body that is no JSON': [broken.errorType, 'SerializationException'],
    });
  },
};
