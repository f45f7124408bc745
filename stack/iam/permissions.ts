import type { FunctionName } from '../../shared/function-names.ts';
import { findsSchedules, setsSchedules } from './schedules.ts';
import type { Scope } from './scope.ts';
import { allow, arnOf, here, type Statement } from './statement.ts';
import { unscoped } from './wildcards.ts';

/** What each function may do beyond its own log and traces. `ecs:DeregisterTaskDefinition` is nobody's. */
export const permissions: Readonly<Record<FunctionName, (scope: Scope) => readonly Statement[]>> = {
  'image-pushed': ({ repositories }) => [
    ...consumes('PushesQueue'),
    ...getsAndPutsItems(),
    ...listsItems(),
    ...sendsTo('PushesQueue', 'RolloutsQueue', 'WakeupsQueue'),
    ...allow(['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer'], repositories),
  ],
  'roll-service': (scope) => [
    ...consumes('RolloutsQueue', 'sqs:ChangeMessageVisibility'),
    ...getsAndPutsItems(),
    ...listsItems(),
    ...findsWhatIsDue(),
    ...sendsTo('RolloutsQueue', 'WakeupsQueue', 'ReconcilesQueue'),
    ...looksAtDeployments(scope),
    ...looksAtTasks(scope),
    ...unscoped(['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions']),
    ...rolls(scope),
    ...(scope.schedules ? setsSchedules(scope) : []),
  ],
  'deployment-changed': (scope) => [
    ...consumes('DeploymentsQueue'),
    ...getsAndPutsItems(),
    ...sendsTo('DeploymentsQueue', 'RolloutsQueue', 'WakeupsQueue'),
    ...looksAtDeployments(scope),
    ...looksAtTasks(scope),
  ],
  wake: () => [...consumes('WakeupsQueue'), ...sendsTo('RolloutsQueue', 'DeploymentsQueue')],
  tick: () => [
    ...getsAndPutsItems(),
    ...findsWhatIsDue(),
    ...sendsTo('DeploymentsQueue', 'RolloutsQueue', 'UnpublishedQueue'),
  ],
  reconcile: (scope) => [
    ...consumes('ReconcilesQueue'),
    ...getsAndPutsItems(),
    ...listsItems(),
    ...sendsTo('ReconcilesQueue', 'PushesQueue'),
    ...unscoped(['ecs:ListServices'], { ArnEquals: { 'ecs:cluster': scope.clusters } }),
    ...allow(['ecs:DescribeServices'], scope.services),
    ...unscoped(['ecs:DescribeTaskDefinition']),
    ...looksAtTasks(scope),
    ...claims(scope),
    ...(scope.schedules ? findsSchedules() : []),
  ],
  publish: () => [
    ...allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      [{ 'Fn::GetAtt': ['Table', 'StreamArn'] }],
    ),
    ...sendsTo('UncarriedNotices'),
    ...consumes('UnpublishedQueue'),
    ...getsAndPutsItems(),
    ...allow(['sns:Publish'], [{ Ref: 'AnnouncementsTopic' }]),
    ...allow(['events:PutEvents'], [arnOf('AnnouncementsBus')]),
  ],
  'deliver-slack': ({ secrets }) => [
    ...consumes('SlackQueue', 'sqs:ChangeMessageVisibility'),
    ...getsAndPutsItems(),
    ...allow(['secretsmanager:GetSecretValue'], secrets),
  ],
};

/** Lambda's poller reads the queue with the function's role. */
function consumes(queue: string, ...more: readonly string[]): readonly Statement[] {
  return allow(
    ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', ...more],
    [arnOf(queue)],
  );
}

function sendsTo(...queues: readonly string[]): readonly Statement[] {
  return allow(['sqs:SendMessage'], queues.map(arnOf));
}

/** A transaction of puts asks for the same. */
function getsAndPutsItems(): readonly Statement[] {
  return allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [arnOf('Table')]);
}

/** Every item of a partition. */
function listsItems(): readonly Statement[] {
  return allow(['dynamodb:Query'], [arnOf('Table')]);
}

function findsWhatIsDue(): readonly Statement[] {
  return allow(['dynamodb:Query'], [{ 'Fn::Sub': '${Table.Arn}/index/due' }]);
}

/** AWS judges a deployment together with its service. */
function looksAtDeployments({ services, deployments }: Scope): readonly Statement[] {
  return [
    ...allow(['ecs:DescribeServices', 'ecs:ListServiceDeployments'], services),
    ...allow(['ecs:DescribeServiceDeployments'], [...services, ...deployments]),
  ];
}

/** What runs by which digest, and why tasks stopped. */
function looksAtTasks({ clusters, tasks }: Scope): readonly Statement[] {
  return [
    ...unscoped(['ecs:ListTasks'], { ArnEquals: { 'ecs:cluster': clusters } }),
    ...allow(['ecs:DescribeTasks'], tasks),
  ];
}

/** Makes a cluster this stack's, by the one tag that says so. In observe mode nothing is tagged. */
function claims({ clusters, acts }: Scope): readonly Statement[] {
  return [
    ...allow(['ecs:DescribeClusters'], clusters),
    ...allow(['ecs:TagResource'], acts ? clusters : [], {
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['slipway:owner'] },
    }),
  ];
}

function rolls({ rollable, stoppable, passRoles }: Scope): readonly Statement[] {
  return [
    ...allow(['ecs:StopServiceDeployment', 'ecs:UpdateService'], rollable),
    ...allow(['ecs:StopServiceDeployment'], stoppable),
    ...(rollable.length === 0 ? [] : registers()),
    ...allow(['iam:PassRole'], passRoles, {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    }),
  ];
}

/** Which families a service has is not in the file; what may be registered is bounded by the roles that may be passed. */
function registers(): readonly Statement[] {
  const families = [here('ecs', 'task-definition/*')];
  return [
    ...allow(['ecs:RegisterTaskDefinition'], families),
    ...allow(['ecs:TagResource'], families, {
      StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
    }),
  ];
}
