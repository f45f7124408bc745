import type { Scope } from './scope.ts';
import { allow, arnOf, here, type Statement } from './statement.ts';
import { unscoped } from './wildcards.ts';

export const functionNames = [
  'image-pushed',
  'roll-service',
  'deployment-changed',
  'publish',
  'deliver-slack',
  'tick',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** What each function may do beyond its own log and traces. `ecs:DeregisterTaskDefinition` is nobody's. */
export const permissions: Readonly<Record<FunctionName, (scope: Scope) => readonly Statement[]>> = {
  'image-pushed': ({ repositories, clusters, services }) => [
    ...consumes('PushesQueue'),
    ...getsAndPutsItems(),
    ...sendsTo('RolloutsQueue'),
    ...allow(['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer'], repositories),
    ...unscoped(['ecs:ListServices'], { ArnEquals: { 'ecs:cluster': clusters } }),
    ...allow(['ecs:DescribeServices'], services),
    ...unscoped(['ecs:DescribeTaskDefinition']),
  ],
  'roll-service': ({ services, rollable, passRoles }) => [
    ...consumes('RolloutsQueue', 'sqs:ChangeMessageVisibility'),
    ...getsAndPutsItems(),
    ...allow(['ecs:DescribeServices'], services),
    ...unscoped(['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions']),
    ...allow(['ecs:UpdateService'], rollable),
    ...(rollable.length === 0 ? [] : registers()),
    ...allow(['iam:PassRole'], passRoles, {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    }),
  ],
  'deployment-changed': ({ services }) => [
    ...consumes('DeploymentsQueue'),
    ...getsAndPutsItems(),
    ...sendsTo('DeploymentsQueue', 'RolloutsQueue'),
    ...allow(['ecs:DescribeServices', 'ecs:ListServiceDeployments'], services),
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
  tick: () => [
    ...getsAndPutsItems(),
    ...allow(['dynamodb:Query'], [{ 'Fn::Sub': '${Table.Arn}/index/due' }]),
    ...sendsTo('DeploymentsQueue', 'UnpublishedQueue'),
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
