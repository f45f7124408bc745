import { describe, expect, it } from 'vitest';
import { grantsOf, unusedGrants } from '../../../../sandbox/local-aws/grants.ts';

const template = JSON.stringify({
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue' },
    RollRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          {
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: ['ecs:UpdateService', 'ecs:DescribeServices'] },
                { Effect: 'Allow', Action: 'sqs:ReceiveMessage' },
                { Effect: 'Deny', Action: 'ecs:DeleteService' },
              ],
            },
          },
        ],
      },
    },
  },
});

const used = (action: string, decision: 'allowed' | 'denied' = 'allowed') => ({
  principal: 'arn:aws:sts::000000000000:assumed-role/stack-RollRole-1A2B/roll',
  action,
  resource: '*',
  decision,
  times: 1,
});

describe('the permissions of a template', () => {
  it('are listed by role', () => {
    expect(grantsOf(template).map(({ action }) => action)).toEqual([
      'ecs:UpdateService',
      'ecs:DescribeServices',
      'sqs:ReceiveMessage',
    ]);
  });

  it('are unused until a call was allowed by them', () => {
    const decisions = [used('ecs:updateservice'), used('ecs:DescribeServices', 'denied')];
    expect(unusedGrants(template, decisions)).toEqual([
      { role: 'RollRole', action: 'ecs:DescribeServices' },
      { role: 'RollRole', action: 'sqs:ReceiveMessage' },
    ]);
  });
});
