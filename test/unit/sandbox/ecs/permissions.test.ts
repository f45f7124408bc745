import { describe, expect, it } from 'vitest';
import { permissionsOf } from '../../../../sandbox/ecs/permissions.ts';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { arn } from './world.ts';

const world = { account: '000000000000', region: 'eu-west-1' };
const asked = (operation: string, input: JsonObject) =>
  permissionsOf(world, operation, input).map(({ action, resource }) => `${action} ${resource}`);

describe('what AWS evaluates for a call', () => {
  it.each<[string, JsonObject, string[]]>([
    [
      'DescribeServices',
      { cluster: 'c', services: ['a', arn('service/c/b')] },
      [`ecs:DescribeServices ${arn('service/c/a')}`, `ecs:DescribeServices ${arn('service/c/b')}`],
    ],
    [
      'UpdateService',
      { cluster: arn('cluster/c'), service: 'a' },
      [`ecs:UpdateService ${arn('service/c/a')}`],
    ],
    ['ListServices', { cluster: 'c' }, ['ecs:ListServices *']],
    ['DescribeTaskDefinition', { taskDefinition: 'web' }, ['ecs:DescribeTaskDefinition *']],
    ['ListTaskDefinitions', {}, ['ecs:ListTaskDefinitions *']],
    ['DescribeClusters', { clusters: ['c'] }, [`ecs:DescribeClusters ${arn('cluster/c')}`]],
    ['StopTask', { cluster: 'c', task: 'abc' }, [`ecs:StopTask ${arn('task/c/abc')}`]],
    ['RunTask', { cluster: 'c', taskDefinition: 'web:1' }, [`ecs:RunTask ${arn('task-definition/web:1')}`]],
    [
      'DescribeServiceDeployments',
      { serviceDeploymentArns: ['arn:x'] },
      ['ecs:DescribeServiceDeployments arn:x'],
    ],
    ['TagResource', { resourceArn: 'arn:y', tags: [] }, ['ecs:TagResource arn:y']],
  ])('%s %j', (operation, input, expected) => {
    expect(asked(operation, input)).toEqual(expected);
  });

  it('registering passes roles and tags on create', () => {
    const input = {
      family: 'web',
      taskRoleArn: 'arn:role/a',
      executionRoleArn: 'arn:role/b',
      tags: [{ key: 'Team', value: 'x' }],
    };
    expect(permissionsOf(world, 'RegisterTaskDefinition', input)).toMatchObject([
      {
        action: 'ecs:RegisterTaskDefinition',
        resource: arn('task-definition/web:*'),
        context: { 'aws:requesttag/team': 'x', 'aws:tagkeys': ['Team'] },
      },
      { action: 'ecs:TagResource', context: { 'ecs:createaction': 'RegisterTaskDefinition' } },
      {
        action: 'iam:PassRole',
        resource: 'arn:role/a',
        context: { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' },
      },
      { action: 'iam:PassRole', resource: 'arn:role/b' },
    ]);
  });

  it('names cluster and definition as condition keys', () => {
    const [permission] = permissionsOf(world, 'UpdateService', {
      cluster: 'c',
      service: 'a',
      taskDefinition: 'web:3',
    });
    expect(permission?.context).toEqual({
      'ecs:cluster': arn('cluster/c'),
      'ecs:task-definition': arn('task-definition/web:3'),
    });
  });
});
