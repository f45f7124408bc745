import { describe, expect, it } from 'vitest';
import type { SlipwayConfig } from '../../../shared/config/types.ts';
import { functionNames } from '../../../shared/function-names.ts';
import { type Role, rolesOf } from '../../../stack/iam/roles.ts';
import { policySize } from '../../../stack/iam/size.ts';
import type { Statement } from '../../../stack/iam/statement.ts';
import { wildcards } from '../../../stack/iam/wildcards.ts';
import { aRule } from '../../builders/config.ts';

function aConfig(overrides: Partial<SlipwayConfig> = {}): SlipwayConfig {
  return {
    version: 1,
    mode: 'act',
    clusters: [{ name: 'prod', adoptByTag: false }],
    permissions: { passRoles: ['shop-web-*'] },
    deploy: [aRule({ services: ['prod/web'] })],
    reconcileMs: 900_000,
    share: 70,
    notify: [{ slack: { credentials: 'slipway/slack' } }],
    ...overrides,
  };
}

/** With every permission that a configuration can ask for. */
const everything = () => aConfig({ deploy: [aRule({ services: ['prod/web'], schedules: true })] });

function statements(role: Role | undefined): readonly Statement[] {
  return role?.Properties.Policies[0].PolicyDocument.Statement ?? [];
}

function resourcesOf(config: SlipwayConfig, role: string, action: string): readonly string[] {
  return statements(rolesOf(config)[role])
    .filter(({ Action }) => Action.includes(action))
    .flatMap(({ Resource }) => Resource)
    .map((resource) => JSON.stringify(resource).replaceAll(/^\{"[^"]+":|\}$|"|\[|\]/g, ''));
}

const here = (service: string, rest: string) =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`;

const logs = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
const items = ['dynamodb:GetItem', 'dynamodb:PutItem'];
const consumer = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const tasks = ['ecs:DescribeTasks', 'ecs:ListTasks'];

function allowedBy(config: SlipwayConfig, role: string): readonly string[] {
  return statements(rolesOf(config)[role])
    .flatMap(({ Action }) => Action)
    .toSorted();
}

describe('the role of', () => {
  it.each([
    [
      'ImagePushedRole',
      [
        ...consumer,
        ...items,
        'dynamodb:Query',
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
        'sqs:SendMessage',
      ],
    ],
    [
      'RollServiceRole',
      [
        ...consumer,
        ...items,
        ...tasks,
        'dynamodb:Query', // of the table
        'dynamodb:Query', // of what is due
        'ecs:DescribeServiceDeployments',
        'ecs:DescribeServices',
        'ecs:DescribeTaskDefinition',
        'ecs:ListServiceDeployments',
        'ecs:ListTaskDefinitions',
        'ecs:RegisterTaskDefinition',
        'ecs:StopServiceDeployment', // of services
        'ecs:StopServiceDeployment', // of their deployments
        'ecs:TagResource',
        'ecs:UpdateService',
        'iam:PassRole',
        'sqs:ChangeMessageVisibility',
        'sqs:SendMessage',
      ],
    ],
    [
      'DeploymentChangedRole',
      [
        ...consumer,
        ...items,
        ...tasks,
        'ecs:DescribeServiceDeployments',
        'ecs:DescribeServices',
        'ecs:ListServiceDeployments',
        'sqs:SendMessage',
      ],
    ],
    ['WakeRole', [...consumer, 'sqs:SendMessage']],
    [
      'ReconcileRole',
      [
        ...consumer,
        ...items,
        ...tasks,
        'dynamodb:Query',
        'ecs:DescribeClusters',
        'ecs:DescribeServices',
        'ecs:DescribeTaskDefinition',
        'ecs:ListServices',
        'ecs:TagResource',
        'sqs:SendMessage',
      ],
    ],
    [
      'PublishRole',
      [
        ...consumer,
        ...items,
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
        'events:PutEvents',
        'sns:Publish',
        'sqs:SendMessage',
      ],
    ],
    [
      'DeliverSlackRole',
      [...consumer, ...items, 'secretsmanager:GetSecretValue', 'sqs:ChangeMessageVisibility'],
    ],
    ['TickRole', [...items, 'dynamodb:Query', 'sqs:SendMessage']],
  ])('%s allows exactly what its function does', (role, actions) => {
    expect(allowedBy(aConfig(), role)).toEqual([...logs, ...actions].toSorted());
  });

  it.each([
    [
      'RollServiceRole',
      [
        'events:DescribeRule',
        'events:ListTargetsByRule',
        'events:PutTargets',
        'iam:PassRole', // to Scheduler
        'iam:PassRole', // to EventBridge
        'scheduler:GetSchedule',
        'scheduler:UpdateSchedule',
      ],
    ],
    [
      'ReconcileRole',
      [
        'events:DescribeRule',
        'events:ListEventBuses',
        'events:ListRules',
        'events:ListTargetsByRule',
        'scheduler:GetSchedule',
        'scheduler:ListSchedules',
      ],
    ],
  ])('%s allows more where a rule moves schedules, and no other role does', (role, more) => {
    expect(allowedBy(everything(), role)).toEqual([...allowedBy(aConfig(), role), ...more].toSorted());
    const others = Object.keys(rolesOf(aConfig())).filter((name) => !/RollService|Reconcile/.test(name));
    for (const name of others) expect(allowedBy(everything(), name)).toEqual(allowedBy(aConfig(), name));
  });
});

describe('all roles', () => {
  const all = () => Object.values(rolesOf(everything())).flatMap(statements);

  it('are one per function', () => {
    expect(Object.keys(rolesOf(aConfig()))).toHaveLength(functionNames.length);
  });

  it('allow an action on everything only where the list of exceptions has it, with its reason', () => {
    const unscoped = all()
      .filter(({ Resource }) => Resource.includes('*'))
      .flatMap(({ Action }) => Action);
    expect([...new Set(unscoped)].toSorted()).toEqual(Object.keys(wildcards).toSorted());
    for (const reason of Object.values(wildcards)) expect(reason.length).toBeGreaterThan(20);
  });

  it('name every action in full', () => {
    expect(
      all()
        .flatMap(({ Action }) => Action)
        .filter((action) => /[*?]/.test(action)),
    ).toEqual([]);
  });

  it('never deregister a task definition', () => {
    expect(all().flatMap(({ Action }) => Action)).not.toContain('ecs:DeregisterTaskDefinition');
  });

  it.each(['ecs:ListServices', 'ecs:ListTasks'])('ask %s of the configured clusters alone', (action) => {
    const listing = all().filter(({ Action }) => Action.includes(action));
    expect(listing).not.toHaveLength(0);
    for (const { Condition } of listing)
      expect(Condition).toEqual({
        ArnEquals: { 'ecs:cluster': [{ 'Fn::Sub': here('ecs', 'cluster/prod') }] },
      });
  });

  it('pass roles to those that run tasks, each in a statement of its own', () => {
    const passing = all().filter(({ Action }) => Action.includes('iam:PassRole'));
    expect(passing).toEqual(
      ['ecs-tasks', 'scheduler', 'events'].map((service) => ({
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/shop-web-*' }],
        Condition: { StringEquals: { 'iam:PassedToService': `${service}.amazonaws.com` } },
      })),
    );
  });

  it('tag a task definition only while it is registered, and a cluster with its owner alone', () => {
    const tagging = all().filter(({ Action }) => Action.includes('ecs:TagResource'));
    expect(tagging.map(({ Resource, Condition }) => [Resource, Condition])).toEqual([
      [
        [{ 'Fn::Sub': here('ecs', 'task-definition/*') }],
        { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
      ],
      [
        [{ 'Fn::Sub': here('ecs', 'cluster/prod') }],
        { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['slipway:owner'] } },
      ],
    ]);
  });

  it('put targets of a rule for the configured clusters alone', () => {
    const [putting] = all().filter(({ Action }) => Action.includes('events:PutTargets'));
    expect(putting?.Condition).toEqual({
      'ForAllValues:ArnEquals': { 'events:TargetArn': [{ 'Fn::Sub': here('ecs', 'cluster/prod') }] },
    });
  });

  it('send to queues by name', () => {
    const sends = all().filter(({ Action }) => Action.includes('sqs:SendMessage'));
    expect(sends.flatMap(({ Resource }) => Resource).every((one) => typeof one !== 'string')).toBe(true);
  });
});

describe('what slipway.yml says', () => {
  it('clusters: decides which services are seen', () => {
    const config = aConfig({ clusters: [{ name: 'batch', adoptByTag: false }] });
    expect(resourcesOf(config, 'ReconcileRole', 'ecs:DescribeServices')).toEqual([
      here('ecs', 'service/batch/*'),
    ]);
    expect(resourcesOf(config, 'DeploymentChangedRole', 'ecs:DescribeTasks')).toEqual([
      here('ecs', 'task/batch/*'),
    ]);
    expect(resourcesOf(config, 'ReconcileRole', 'ecs:DescribeClusters')).toEqual([
      here('ecs', 'cluster/batch'),
    ]);
  });

  it('deploy: decides which repositories are read and which services are rolled', () => {
    const config = aConfig({
      deploy: [aRule({ image: 'shop/**', services: ['prod/web-*', 'prod/web-blue', 'prod/api'] })],
    });
    expect(resourcesOf(config, 'ImagePushedRole', 'ecr:BatchGetImage')).toEqual([
      here('ecr', 'repository/shop/*'),
    ]);
    expect(resourcesOf(config, 'RollServiceRole', 'ecs:UpdateService')).toEqual([
      here('ecs', 'service/prod/api'),
      here('ecs', 'service/prod/web-*'),
    ]);
    expect(resourcesOf(config, 'RollServiceRole', 'ecs:StopServiceDeployment')).toEqual([
      here('ecs', 'service/prod/api'),
      here('ecs', 'service/prod/web-*'),
      here('ecs', 'service-deployment/prod/api/*'),
      here('ecs', 'service-deployment/prod/web-*/*'),
    ]);
  });

  it('a rule without services rolls those of every cluster', () => {
    const config = aConfig({ deploy: [aRule()] });
    expect(resourcesOf(config, 'RollServiceRole', 'ecs:UpdateService')).toEqual([
      here('ecs', 'service/prod/*'),
    ]);
  });

  it('a cluster that adopts by tag opens its services and every repository', () => {
    const config = aConfig({ clusters: [{ name: 'prod', adoptByTag: true }] });
    expect(resourcesOf(config, 'RollServiceRole', 'ecs:UpdateService')).toEqual([
      here('ecs', 'service/prod/*'),
    ]);
    expect(resourcesOf(config, 'ImagePushedRole', 'ecr:BatchGetImage')).toEqual([
      here('ecr', 'repository/*'),
    ]);
  });

  it('permissions.passRoles: decides which roles are passed; none, and nothing is', () => {
    const roles = (passRoles: readonly string[]) =>
      resourcesOf(aConfig({ permissions: { passRoles } }), 'RollServiceRole', 'iam:PassRole');
    expect(roles(['a', 'path/b-*'])).toEqual([
      'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/a',
      'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/path/b-*',
    ]);
    expect(roles([])).toEqual([]);
  });

  it('notify: decides which secrets are read', () => {
    expect(resourcesOf(aConfig(), 'DeliverSlackRole', 'secretsmanager:GetSecretValue')).toEqual([
      here('secretsmanager', 'secret:slipway/slack-??????'),
    ]);
    expect(resourcesOf(aConfig({ notify: [] }), 'DeliverSlackRole', 'secretsmanager:GetSecretValue')).toEqual(
      [],
    );
  });

  it('mode: observe allows nothing that changes anything', () => {
    const config = { ...everything(), mode: 'observe' } as const;
    const allowed = [...allowedBy(config, 'RollServiceRole'), ...allowedBy(config, 'ReconcileRole')];
    for (const action of [
      'ecs:UpdateService',
      'ecs:StopServiceDeployment',
      'ecs:RegisterTaskDefinition',
      'ecs:TagResource',
      'events:PutTargets',
      'iam:PassRole',
      'scheduler:UpdateSchedule',
    ]) {
      expect(allowed).not.toContain(action);
    }
  });
});

describe('the size of a policy', () => {
  const roles = (count: number) => Array.from({ length: count }, (_, index) => `shop-web-task-role-${index}`);

  it('stays below what IAM takes for an ordinary shop', () => {
    const made = Object.values(rolesOf(aConfig({ permissions: { passRoles: roles(50) } })));
    for (const role of made) {
      const size = policySize(role.Properties.Policies[0].PolicyDocument);
      expect(size).toBeGreaterThan(500);
      expect(size).toBeLessThan(10_240);
    }
  });

  it('counts what CloudFormation fills in, not the placeholder, and no white space', () => {
    const Resource = [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/a' }];
    const one = {
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource,
      Condition: { A: { b: 'c d' } },
    } as const;
    const filled = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...one, Resource: ['arn:aws-us-gov:iam::000000000000:role/a'] }],
    });
    expect(policySize({ Version: '2012-10-17', Statement: [one] })).toBe(filled.length - 1);
  });

  it('stops packaging where it is too large, and says whose it is, why, and what to do', () => {
    const config = aConfig({ permissions: { passRoles: roles(200) } });
    expect(() => rolesOf(config)).toThrow(
      /^The role of the function roll-service would need an inline policy of \d+ characters; IAM takes 10240\. Of these, \d+ are 200 resources of iam:PassRole\. Write fewer, wider patterns/,
    );
  });
});
