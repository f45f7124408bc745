import { describe, expect, it } from 'vitest';
import { questionsOf } from '../../../../sandbox/local-aws/ecs-questions.ts';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';

const ecs = (rest: string) => `arn:aws:ecs:eu-west-1:000000000000:${rest}`;
const asked = (operation: string, input: JsonObject) =>
  questionsOf({ operation, input }).map(({ action, resource }) => `${action} ${resource}`);

describe('what IAM is asked about an ECS call', () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ['UpdateService', { cluster: 'demo', service: 'web' }, [ecs('service/demo/web')]],
    ['UpdateService', { cluster: ecs('cluster/demo'), service: 'web' }, [ecs('service/demo/web')]],
    ['UpdateService', { service: ecs('service/other/web') }, [ecs('service/other/web')]],
    ['DescribeServices', { services: ['a', 'b'] }, [ecs('service/default/a'), ecs('service/default/b')]],
    ['DescribeClusters', {}, [ecs('cluster/default')]],
    ['ListServices', { cluster: 'demo' }, ['*']],
    ['DescribeTaskDefinition', { taskDefinition: 'web' }, ['*']],
    ['ListTaskDefinitions', { familyPrefix: 'web' }, ['*']],
    ['RegisterTaskDefinition', { family: 'web' }, [ecs('task-definition/web:*')]],
    ['RunTask', { taskDefinition: 'report:7' }, [ecs('task-definition/report:7')]],
    ['StopTask', { cluster: 'demo', task: 'abc' }, [ecs('task/demo/abc')]],
    [
      'DescribeServiceDeployments',
      { serviceDeploymentArns: [ecs('service-deployment/demo/web/x')] },
      [ecs('service/demo/web'), ecs('service-deployment/demo/web/x')],
    ],
    ['SomethingNew', { anything: 1 }, ['*']],
  ])('%s %j', (operation, input, resources) => {
    expect(asked(operation, input)).toEqual(resources.map((resource) => `ecs:${operation} ${resource}`));
  });

  it('asks for the tags and the roles of a definition too', () => {
    const input = {
      family: 'web',
      tags: [{ key: 'slipway:rollout', value: 'r-1' }],
      taskRoleArn: 'arn:aws:iam::000000000000:role/app',
      executionRoleArn: 'exec',
    };
    expect(questionsOf({ operation: 'RegisterTaskDefinition', input })).toEqual([
      {
        action: 'ecs:RegisterTaskDefinition',
        resource: ecs('task-definition/web:*'),
        context: { 'aws:requesttag/slipway:rollout': 'r-1', 'aws:tagkeys': ['slipway:rollout'] },
      },
      {
        action: 'ecs:TagResource',
        resource: ecs('task-definition/web:*'),
        context: {
          'ecs:createaction': 'RegisterTaskDefinition',
          'aws:requesttag/slipway:rollout': 'r-1',
          'aws:tagkeys': ['slipway:rollout'],
        },
      },
      {
        action: 'iam:PassRole',
        resource: 'arn:aws:iam::000000000000:role/app',
        context: { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' },
      },
      {
        action: 'iam:PassRole',
        resource: 'arn:aws:iam::000000000000:role/exec',
        context: { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' },
      },
    ]);
  });

  it('passes no role that the definition does not name', () => {
    const input = { family: 'web', tags: [], taskRoleArn: null };
    expect(asked('RegisterTaskDefinition', input)).toHaveLength(1);
  });

  it('passes the roles of a task that are not the definition’s', () => {
    const input = { taskDefinition: 'report:7', overrides: { taskRoleArn: 'other' } };
    expect(asked('RunTask', input)).toContain('iam:PassRole arn:aws:iam::000000000000:role/other');
  });

  it.each<[string, JsonObject, string | undefined]>([
    ['ListServices', { cluster: 'demo' }, ecs('cluster/demo')],
    ['ListServices', {}, ecs('cluster/default')],
    ['UpdateService', { service: ecs('service/demo/web') }, ecs('cluster/demo')],
    [
      'DescribeServiceRevisions',
      { serviceRevisionArns: [ecs('service-revision/demo/web/1')] },
      ecs('cluster/demo'),
    ],
    ['DescribeTaskDefinition', { taskDefinition: 'web' }, undefined],
  ])('knows the cluster of %s %j', (operation, input, cluster) => {
    expect(questionsOf({ operation, input })[0]?.context['ecs:cluster']).toEqual(cluster);
  });

  it('knows the revision that a service is moved to', () => {
    const input = { cluster: 'demo', service: 'web', taskDefinition: 'web:2' };
    expect(questionsOf({ operation: 'UpdateService', input })[0]?.context['ecs:task-definition']).toBe(
      ecs('task-definition/web:2'),
    );
  });
});
