import {
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target as RuleTarget,
} from '@aws-sdk/client-eventbridge';
import {
  CreateScheduleCommand,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
} from '@aws-sdk/client-scheduler';
import type { LocalAws } from '../../sandbox/local-aws/world.ts';
import { account, region } from '../../sandbox/world-types.ts';

const scheduleName = 'nightly-report';
const ruleName = 'hourly-report';
const cluster = `arn:aws:ecs:${region}:${account}:cluster/demo`;
const taskDefinition = `arn:aws:ecs:${region}:${account}:task-definition/report:1`;
const role = `arn:aws:iam::${account}:role/demo-schedules`;

/** What starts tasks of the family `report` without a service, with members that an update must not lose. */
export const fired = {
  async schedule({ cloud }: LocalAws): Promise<void> {
    const command = new CreateScheduleCommand({
      Name: scheduleName,
      Description: 'the nightly report',
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: {
        Arn: cluster,
        RoleArn: role,
        Input: JSON.stringify({ containerOverrides: [{ name: 'app', command: ['./report', '--full'] }] }),
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 600 },
        EcsParameters: {
          TaskDefinitionArn: taskDefinition,
          TaskCount: 2,
          LaunchType: 'FARGATE',
          NetworkConfiguration: { awsvpcConfiguration: { Subnets: ['subnet-1'], SecurityGroups: ['sg-1'] } },
          Tags: [{ Key: 'team', Value: 'shop' }],
        },
      },
    });
    await cloud.clients.scheduler.send(command);
  },
  async rule({ cloud }: LocalAws): Promise<void> {
    const { events } = cloud.clients;
    await events.send(
      new PutRuleCommand({ Name: ruleName, ScheduleExpression: 'rate(1 hour)', Description: 'every hour' }),
    );
    const target: RuleTarget = {
      Id: 'report',
      Arn: cluster,
      RoleArn: role,
      Input: JSON.stringify({ containerOverrides: [{ name: 'app', environment: [] }] }),
      EcsParameters: {
        TaskDefinitionArn: taskDefinition,
        TaskCount: 1,
        LaunchType: 'FARGATE',
        NetworkConfiguration: { awsvpcConfiguration: { Subnets: ['subnet-1'], AssignPublicIp: 'DISABLED' } },
      },
    };
    const other: RuleTarget = { Id: 'queue', Arn: `arn:aws:sqs:${region}:${account}:elsewhere` };
    await events.send(new PutTargetsCommand({ Rule: ruleName, Targets: [target, other] }));
  },
};

export async function readSchedule({ cloud }: LocalAws): Promise<GetScheduleCommandOutput> {
  return cloud.clients.scheduler.send(new GetScheduleCommand({ Name: scheduleName }));
}

export async function readRule({ cloud }: LocalAws) {
  const { events } = cloud.clients;
  const { $metadata: _metadata, ...rule } = await events.send(new DescribeRuleCommand({ Name: ruleName }));
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: ruleName }));
  const others = Targets.filter(({ Id }) => Id !== 'report');
  return { rule, target: Targets.find(({ Id }) => Id === 'report'), others };
}

type EcsTarget = { readonly EcsParameters?: { readonly TaskDefinitionArn?: string | undefined } | undefined };

export function taskDefinitionOf(target: EcsTarget | undefined): string | undefined {
  return target?.EcsParameters?.TaskDefinitionArn;
}

interface Both {
  readonly schedule: GetScheduleCommandOutput;
  readonly rule: Awaited<ReturnType<typeof readRule>>;
}

/** All of it but the revision, and when it was changed. */
export function withoutRevision({ schedule, rule }: Both): unknown {
  const { $metadata: _metadata, LastModificationDate: _changed, ...kept } = schedule;
  return JSON.parse(
    JSON.stringify({ kept, rule }).replaceAll(/task-definition\/report:\d+/g, 'report'),
  ) as unknown;
}
