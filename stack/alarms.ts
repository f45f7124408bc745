import type { SlipwayConfig } from '../shared/config/types.ts';
import { type FunctionName, functionNames } from '../shared/function-names.ts';
import { logicalId } from './iam/roles.ts';

const minute = 60;

/** Queues that feed functions, and what stands behind them. A test compares both with the template. */
const queues = [
  'Pushes',
  'Rollouts',
  'Deployments',
  'Wakeups',
  'Reconciles',
  'Unpublished',
  'Slack',
] as const;
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
export function alarms({
  reconcileMs,
}: Pick<SlipwayConfig, 'reconcileMs'>): Readonly<Record<string, unknown>> {
  const watches: readonly (readonly [string, Watch])[] = [
    ...deadLetters.map((queue) => [`${queue}Alarm`, keptForAPerson(queue)] as const),
    ...queues.map(
      (name) => [`${name}QueueAgeAlarm`, waitsTooLong(`${name}Queue`, patience[name] ?? 15)] as const,
    ),
    ...functionNames.map((name) => [`${logicalId(name)}ErrorsAlarm`, fails(name)] as const),
    ['PublishIteratorAgeAlarm', streamLags()],
    ['SilentTickAlarm', isSilent('tick', tickSilence)],
    ['SilentReconcileAlarm', isSilent('reconcile', reconcileSilence(reconcileMs / 1_000))],
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

/** Minutes. A timer may be hidden for 15 of them, which count as waiting. */
const patience: Partial<Record<(typeof queues)[number], number>> = { Wakeups: 30 };

function waitsTooLong(queue: string, minutes: number): Watch {
  return {
    description: `A message waits in ${queue} for more than ${minutes} minutes`,
    namespace: 'AWS/SQS',
    metric: 'ApproximateAgeOfOldestMessage',
    of: queueName(queue),
    statistic: 'Maximum',
    period: minute,
    periods: 3,
    when: { above: minutes * minute },
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

const tickSilence = {
  period: 5 * minute,
  periods: 1,
  description: 'tick has not run for 5 minutes: nothing looks again at what came due',
};

function reconcileSilence(interval: number) {
  const periods = 3;
  const description = `reconcile has not run for ${(periods * interval) / minute} minutes: lost pushes stay lost`;
  return { period: interval, periods, description };
}

function isSilent(name: FunctionName, silence: Pick<Watch, 'description' | 'period' | 'periods'>): Watch {
  return {
    ...silence,
    namespace: 'AWS/Lambda',
    metric: 'Invocations',
    of: functionName(name),
    statistic: 'Sum',
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
