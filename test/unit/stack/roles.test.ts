import { describe, expect, it } from 'vitest';
import type { SlipwayConfig } from '../../../shared/config/types.ts';
import { functionNames } from '../../../stack/iam/permissions.ts';
import { type Role, rolesOf } from '../../../stack/iam/roles.ts';
import { policySize } from '../../../stack/iam/size.ts';
import type { Statement } from '../../../stack/iam/statement.ts';
import { wildcards } from '../../../stack/iam/wildcards.ts';

function aConfig(overrides: Partial<SlipwayConfig> = {}): SlipwayConfig {
  return {
    version: 1,
    mode: 'act',
    clusters: [{ name: 'prod', adoptByTag: false }],
    permissions: { passRoles: ['shop-web-*'] },
    deploy: [{ image: 'shop/web', tags: { semver: '^1' }, services: ['prod/web'], base: 'running' }],
    notify: [{ slack: { credentials: 'slipway/slack' } }],
    ...overrides,
  };
}

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

const everyone = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
];
const consumer = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];

describe('the role of', () => {
  it.each([
    [
      'ImagePushedRole',
      [
        ...consumer,
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
        'ecs:DescribeServices',
        'ecs:DescribeTaskDefinition',
        'ecs:ListServices',
        'sqs:SendMessage',
      ],
    ],
    [
      'RollServiceRole',
      [
        ...consumer,
        'ecs:DescribeServices',
        'ecs:DescribeTaskDefinition',
        'ecs:ListTaskDefinitions',
        'ecs:RegisterTaskDefinition',
        'ecs:TagResource',
        'ecs:UpdateService',
        'iam:PassRole',
        'sqs:ChangeMessageVisibility',
      ],
    ],
    [
      'DeploymentChangedRole',
      [...consumer, 'ecs:DescribeServices', 'ecs:ListServiceDeployments', 'sqs:SendMessage'],
    ],
    [
      'PublishRole',
      [
        ...consumer,
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
        'events:PutEvents',
        'sns:Publish',
        'sqs:SendMessage',
      ],
    ],
    ['DeliverSlackRole', [...consumer, 'secretsmanager:GetSecretValue', 'sqs:ChangeMessageVisibility']],
    ['TickRole', ['dynamodb:Query', 'sqs:SendMessage']],
  ])('%s allows exactly what its function does', (role, actions) => {
    const allowed = statements(rolesOf(aConfig())[role]).flatMap(({ Action }) => Action);
    expect(allowed.toSorted()).toEqual([...everyone, ...actions].toSorted());
  });
});

describe('all roles', () => {
  const all = () => Object.values(rolesOf(aConfig())).flatMap(statements);

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

  it('list services of the configured clusters alone', () => {
    const [listing] = all().filter(({ Action }) => Action.includes('ecs:ListServices'));
    expect(listing?.Condition).toEqual({
      ArnEquals: { 'ecs:cluster': [{ 'Fn::Sub': here('ecs', 'cluster/prod') }] },
    });
  });

  it('pass roles to ECS tasks alone, in a statement of its own', () => {
    const passing = all().filter(({ Action }) => Action.includes('iam:PassRole'));
    expect(passing).toEqual([
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/shop-web-*' }],
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ]);
  });

  it('tag a task definition only while it is registered', () => {
    const [tagging] = all().filter(({ Action }) => Action.includes('ecs:TagResource'));
    expect(tagging?.Condition).toEqual({ StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } });
  });

  it('send to queues by name', () => {
    const sends = all().filter(({ Action }) => Action.includes('sqs:SendMessage'));
    expect(sends.flatMap(({ Resource }) => Resource).every((one) => typeof one !== 'string')).toBe(true);
  });
});

describe('what slipway.yml says', () => {
  it('clusters: decides which services are seen', () => {
    const config = aConfig({ clusters: [{ name: 'batch', adoptByTag: false }] });
    expect(resourcesOf(config, 'ImagePushedRole', 'ecs:DescribeServices')).toEqual([
      here('ecs', 'service/batch/*'),
    ]);
  });

  it('deploy: decides which repositories are read and which services are rolled', () => {
    const config = aConfig({
      deploy: [
        {
          image: 'shop/**',
          tags: {},
          services: ['prod/web-*', 'prod/web-blue', 'prod/api'],
          base: 'running',
        },
      ],
    });
    expect(resourcesOf(config, 'ImagePushedRole', 'ecr:BatchGetImage')).toEqual([
      here('ecr', 'repository/shop/*'),
    ]);
    expect(resourcesOf(config, 'RollServiceRole', 'ecs:UpdateService')).toEqual([
      here('ecs', 'service/prod/api'),
      here('ecs', 'service/prod/web-*'),
    ]);
  });

  it('a rule without services rolls those of every cluster', () => {
    const config = aConfig({ deploy: [{ image: 'shop/web', tags: {}, base: 'running' }] });
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

  it('mode: observe allows nothing that changes anything in ECS', () => {
    const allowed = statements(rolesOf(aConfig({ mode: 'observe' }))['RollServiceRole']).flatMap(
      ({ Action }) => Action,
    );
    for (const action of [
      'ecs:UpdateService',
      'ecs:RegisterTaskDefinition',
      'ecs:TagResource',
      'iam:PassRole',
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
