import { type FunctionName, functionNames } from './iam/permissions.ts';
import { logicalId } from './iam/roles.ts';

const minute = 60;

/** Queues that feed functions, and what stands behind them. A test compares both with the template. */
const queues = ['Pushes', 'Rollouts', 'Deployments', 'Unpublished', 'Slack'] as const;
const deadLetters = [
  ...queues.map((name) => `${name}DeadLetters`),
  'UndeliveredEvents',
  'UncarriedNotices',
  'MissedTicks',
];

interface Watch {
  readonly description: string;
  readonly namespace: 'AWS/SQS' | 'AWS/Lambda';
  readonly metric: string;
  readonly of: { readonly Name: string; readonly Value: unknown };
  readonly statistic: 'Maximum' | 'Sum';
  readonly period: number;
  /** So many periods in a row. */
  readonly periods: number;
  readonly when: { readonly atLeast: number } | { readonly above: number } | { readonly below: number };
  /** What it means that no figure comes. */
  readonly silence: 'fine' | 'alarm';
}

/** All alarms about Slipway itself, by logical id; each tells the operations topic. */
export function alarms(): Readonly<Record<string, unknown>> {
  const watches: readonly (readonly [string, Watch])[] = [
    ...deadLetters.map((queue) => [`${queue}Alarm`, keptForAPerson(queue)] as const),
    ...queues.map((queue) => [`${queue}QueueAgeAlarm`, waitsTooLong(`${queue}Queue`)] as const),
    ...functionNames.map((name) => [`${logicalId(name)}ErrorsAlarm`, fails(name)] as const),
    ['PublishIteratorAgeAlarm', streamLags()],
    ['SilentTickAlarm', tickIsSilent()],
  ];
  return Object.fromEntries(watches.map(([id, watch]) => [id, alarm(watch)]));
}

function keptForAPerson(queue: string): Watch {
  return {
    description: `${queue} holds something that nobody could deliver or handle: look, repair, redrive`,
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    of: queueName(queue),
    statistic: 'Maximum',
    period: minute,
    periods: 1,
    when: { above: 0 },
    silence: 'fine',
  };
}

function waitsTooLong(queue: string): Watch {
  return {
    description: `A message waits in ${queue} for more than 15 minutes`,
    namespace: 'AWS/SQS',
    metric: 'ApproximateAgeOfOldestMessage',
    of: queueName(queue),
    statistic: 'Maximum',
    period: minute,
    periods: 3,
    when: { above: 15 * minute },
    silence: 'fine',
  };
}

/** A single failure is retried, and kept as a dead letter if that does not help. */
function fails(name: FunctionName): Watch {
  return {
    description: `${name} fails again and again`,
    namespace: 'AWS/Lambda',
    metric: 'Errors',
    of: functionName(name),
    statistic: 'Sum',
    period: 5 * minute,
    periods: 1,
    when: { atLeast: 3 },
    silence: 'fine',
  };
}

function streamLags(): Watch {
  return {
    description: 'Notices wait in the stream of the table for more than 5 minutes',
    namespace: 'AWS/Lambda',
    metric: 'IteratorAge',
    of: functionName('publish'),
    statistic: 'Maximum',
    period: minute,
    periods: 3,
    when: { above: 5 * minute * 1000 },
    silence: 'fine',
  };
}

function tickIsSilent(): Watch {
  return {
    description: 'tick has not run for 5 minutes: nothing looks again at what came due',
    namespace: 'AWS/Lambda',
    metric: 'Invocations',
    of: functionName('tick'),
    statistic: 'Sum',
    period: 5 * minute,
    periods: 1,
    when: { below: 1 },
    silence: 'alarm',
  };
}

function queueName(queue: string): Watch['of'] {
  return { Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } };
}

function functionName(name: FunctionName): Watch['of'] {
  return { Name: 'FunctionName', Value: { Ref: `${logicalId(name)}LambdaFunction` } };
}

function alarm({ description, namespace, metric, of, statistic, period, periods, when, silence }: Watch) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: description,
      Namespace: namespace,
      MetricName: metric,
      Dimensions: [of],
      Statistic: statistic,
      Period: period,
      EvaluationPeriods: periods,
      ...comparison(when),
      TreatMissingData: silence === 'fine' ? 'notBreaching' : 'breaching',
      AlarmActions: [{ Ref: 'OperationsTopic' }],
    },
  };
}

function comparison(when: Watch['when']) {
  if ('above' in when) return { ComparisonOperator: 'GreaterThanThreshold', Threshold: when.above };
  if ('below' in when) return { ComparisonOperator: 'LessThanThreshold', Threshold: when.below };
  return { ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: when.atLeast };
}
