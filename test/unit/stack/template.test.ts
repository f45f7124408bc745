import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { functionNames } from '../../../shared/function-names.ts';
import { logicalId } from '../../../stack/iam/roles.ts';
import { type Json, type Resource, shopYml, type Template, Workbench } from './packaged.ts';

let bench: Workbench;
let template: Template;

beforeAll(async () => {
  bench = await Workbench.open();
  template = await bench.package(shopYml);
});
afterAll(() => bench.close());

function ofType(type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

function properties(id: string): Resource['Properties'] {
  return template.Resources[id]?.Properties;
}

const idOf = (arn: Json): string => arn?.['Fn::GetAtt']?.[0] ?? arn?.Ref;

const mappings = () => ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
const queueMappings = () => mappings().filter(({ EventSourceArn }) => idOf(EventSourceArn) !== 'Table');
const deadLetterIds = () =>
  new Set(
    ofType('AWS::SQS::Queue').flatMap(([, { Properties }]) =>
      Properties.RedrivePolicy === undefined ? [] : [idOf(Properties.RedrivePolicy.deadLetterTargetArn)],
    ),
  );

describe('functions', () => {
  it('are the eight of this version, on Node 24 and arm64, with memory, timeout, JSON logs and tracing stated', () => {
    const functions = ofType('AWS::Lambda::Function');
    expect(functions.map(([id]) => id).toSorted()).toEqual(
      functionNames.map((name) => `${logicalId(name)}LambdaFunction`).toSorted(),
    );
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 512,
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
      });
      expect(Properties.Timeout).toBeGreaterThan(0);
    }
  });

  it('each have a role and a log group of their own that forgets', () => {
    const roles = ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties.Role['Fn::Sub']);
    expect(new Set(roles).size).toBe(functionNames.length);
    for (const name of functionNames) {
      expect(properties(`${logicalId(name)}LogGroup`)).toEqual({
        LogGroupName: `/aws/lambda/slipway-dev-${name}`,
        RetentionInDays: 30,
      });
    }
  });

  it('hold nothing but their bundle', async () => {
    const names = (await bench.zip('tick')).toString('latin1').match(/index\.mjs(\.map)?/g);
    expect(new Set(names)).toEqual(new Set(['index.mjs', 'index.mjs.map']));
  });
});

describe('queues', () => {
  it('feed one function each, which answers for each message', () => {
    const fed = queueMappings().map(({ EventSourceArn }) => idOf(EventSourceArn));
    expect(fed.toSorted()).toEqual(
      [
        'DeploymentsQueue',
        'PushesQueue',
        'ReconcilesQueue',
        'RolloutsQueue',
        'SlackQueue',
        'UnpublishedQueue',
        'WakeupsQueue',
      ].toSorted(),
    );
    for (const { FunctionResponseTypes, ScalingConfig } of queueMappings()) {
      expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      expect(ScalingConfig.MaximumConcurrency).toBeLessThanOrEqual(20);
    }
  });

  it('hide a message for six times as long as its function may take', () => {
    for (const { EventSourceArn, FunctionName, MaximumBatchingWindowInSeconds = 0 } of queueMappings()) {
      const { VisibilityTimeout } = properties(idOf(EventSourceArn));
      const { Timeout } = properties(idOf(FunctionName));
      expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout + MaximumBatchingWindowInSeconds);
    }
  });

  it('have a dead-letter queue of their own, of their own kind, that keeps for 14 days', () => {
    const fed = queueMappings().map(({ EventSourceArn }) => properties(idOf(EventSourceArn)));
    expect(deadLetterIds().size).toBe(fed.length);
    for (const { RedrivePolicy, RedriveAllowPolicy, FifoQueue } of fed) {
      const deadLetters = properties(idOf(RedrivePolicy.deadLetterTargetArn));
      expect(RedriveAllowPolicy).toEqual({ redrivePermission: 'denyAll' });
      expect(deadLetters.FifoQueue).toBe(FifoQueue);
      expect(deadLetters.MessageRetentionPeriod).toBe(1_209_600);
    }
  });

  it('are encrypted and have no name of ours', () => {
    for (const [, { Properties }] of ofType('AWS::SQS::Queue')) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
      expect(Properties).not.toHaveProperty('QueueName');
    }
  });

  it('take rollouts one at a time', () => {
    const rollouts = queueMappings().find(({ EventSourceArn }) => idOf(EventSourceArn) === 'RolloutsQueue');
    expect(properties('RolloutsQueue').FifoQueue).toBe(true);
    expect(rollouts?.BatchSize).toBe(1);
  });

  it('are written by the rule or topic that their policy names, and by no other service', () => {
    const policies = ofType('AWS::SQS::QueuePolicy').flatMap(
      ([, { Properties }]) => Properties.PolicyDocument.Statement,
    );
    const pushRules = ['PushRule', 'ReplicationRule', 'PullThroughCacheRule'];
    const senders = policies.map(({ Principal, Resource, Condition }) => [
      Principal.Service,
      idOf(Resource),
      [Condition.ArnEquals['aws:SourceArn']].flat().map(idOf),
    ]);
    expect(senders).toEqual([
      ['events.amazonaws.com', 'PushesQueue', pushRules],
      ['events.amazonaws.com', 'DeploymentsQueue', ['DeploymentRule']],
      ['events.amazonaws.com', 'UndeliveredEvents', [...pushRules, 'DeploymentRule']],
      ['sns.amazonaws.com', 'UndeliveredEvents', ['AnnouncementsTopic']],
      ['sns.amazonaws.com', 'SlackQueue', ['AnnouncementsTopic']],
    ]);
  });
});

describe('rules', () => {
  it.each([
    ['PushRule', 'ecr-image-action', 'PushesQueue'],
    ['ReplicationRule', 'ecr-replication-action', 'PushesQueue'],
    ['PullThroughCacheRule', 'ecr-pull-through-cache-action', 'PushesQueue'],
    ['DeploymentRule', 'ecs-deployment-state-change', 'DeploymentsQueue'],
  ])(
    '%s has the pattern of its contract and feeds its queue, with retries and a dead-letter queue',
    async (id, contract, queue) => {
      const pattern: unknown = parse(await readFile(`events/${contract}/pattern.yml`, 'utf8'));
      const { EventPattern, Targets, State } = properties(id);
      expect(EventPattern).toEqual(pattern);
      expect(State).toBe('ENABLED');
      expect(Targets).toHaveLength(1);
      expect(idOf(Targets[0].Arn)).toBe(queue);
      expect(Targets[0].RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
      expect(idOf(Targets[0].DeadLetterConfig.Arn)).toBe('UndeliveredEvents');
    },
  );
});

describe('the table', () => {
  it('has no name of ours, costs by use, forgets, can be restored, is encrypted and outlives the stack', () => {
    const { DeletionPolicy, UpdateReplacePolicy } = template.Resources['Table'] ?? {};
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    expect(properties('Table')).not.toHaveProperty('TableName');
    expect(properties('Table')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      GlobalSecondaryIndexes: [{ IndexName: 'due', Projection: { ProjectionType: 'KEYS_ONLY' } }],
    });
  });

  it('hands new notices to publish, halves a batch that fails, and keeps what nobody could read', () => {
    const stream = mappings().find(({ EventSourceArn }) => idOf(EventSourceArn) === 'Table');
    expect(stream).toMatchObject({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 5,
      MaximumRecordAgeInSeconds: 3_600,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['UncarriedNotices', 'Arn'] } } },
    });
    expect(stream.FilterCriteria.Filters.map(({ Pattern }: Json) => JSON.parse(Pattern))).toEqual([
      {
        eventName: ['INSERT'],
        dynamodb: { Keys: { pk: { S: [{ prefix: 'notice#' }] }, sk: { S: ['notice'] } } },
      },
    ]);
  });
});

describe('alarms', () => {
  const alarmsOn = (metric: string) =>
    ofType('AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties)
      .filter(({ MetricName }) => MetricName === metric);
  const watched = (metric: string) =>
    alarmsOn(metric)
      .map(({ Dimensions }) => idOf(Dimensions[0].Value))
      .toSorted();

  it('all tell the operations topic', () => {
    for (const [, { Properties }] of ofType('AWS::CloudWatch::Alarm')) {
      expect(Properties.AlarmActions).toEqual([{ Ref: 'OperationsTopic' }]);
    }
  });

  it('watch every queue that feeds nobody: whatever lies there waits for a person', () => {
    const fed = new Set(queueMappings().map(({ EventSourceArn }) => idOf(EventSourceArn)));
    const others = ofType('AWS::SQS::Queue').flatMap(([id]) => (fed.has(id) ? [] : [id]));
    expect(others).toEqual(expect.arrayContaining([...deadLetterIds()]));
    expect(watched('ApproximateNumberOfMessagesVisible')).toEqual(others.toSorted());
  });

  it('watch how long the oldest message of each queue waits', () => {
    const fed = queueMappings().map(({ EventSourceArn }) => idOf(EventSourceArn));
    expect(watched('ApproximateAgeOfOldestMessage')).toEqual(fed.toSorted());
    const [wakeups] = alarmsOn('ApproximateAgeOfOldestMessage').filter(
      ({ Dimensions }) => idOf(Dimensions[0].Value) === 'WakeupsQueue',
    );
    expect(wakeups?.Threshold).toBeGreaterThan(900); // a timer's own delay
  });

  it('watch every function for errors, and the stream for its age', () => {
    expect(watched('Errors')).toEqual(
      functionNames.map((name) => `${logicalId(name)}LambdaFunction`).toSorted(),
    );
    expect(watched('IteratorAge')).toEqual(['PublishLambdaFunction']);
  });

  it('take the silence of tick and of reconcile, and nothing else, for a bad sign', () => {
    const silent = (id: string) => ({
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: id } }],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
    expect(alarmsOn('Invocations')).toMatchObject([
      { ...silent('TickLambdaFunction'), Period: 300, EvaluationPeriods: 1 },
      { ...silent('ReconcileLambdaFunction'), Period: 900, EvaluationPeriods: 3 },
    ]);
    const breaching = ofType('AWS::CloudWatch::Alarm').filter(
      ([, { Properties }]) => Properties.TreatMissingData === 'breaching',
    );
    expect(breaching).toHaveLength(2);
  });
});

describe('the rest', () => {
  it('tick runs each minute, is not retried, and a minute that is lost is kept', () => {
    expect(properties('TickSchedule')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Target: {
        RetryPolicy: { MaximumRetryAttempts: 0 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['MissedTicks', 'Arn'] } },
      },
    });
    expect(properties('TickLambdaEvConf')).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
    const [policy] = properties('TickScheduleRole').Policies;
    expect(
      policy.PolicyDocument.Statement.map(({ Action, Resource }: Json) => [Action, idOf(Resource)]),
    ).toEqual([
      ['lambda:InvokeFunction', 'TickLambdaFunction'],
      ['sqs:SendMessage', 'MissedTicks'],
    ]);
  });

  it('reconcile is asked every 15 minutes through its queue, by a role that can do nothing else', () => {
    const { ScheduleExpression, Target } = properties('ReconcileSchedule');
    expect(ScheduleExpression).toBe('rate(15 minutes)');
    expect(idOf(Target.Arn)).toBe('ReconcilesQueue');
    expect(JSON.parse(Target.Input)).toEqual({ v: 1, kind: 'all' });
    expect(idOf(Target.DeadLetterConfig.Arn)).toBe('UndeliveredEvents');
    const [policy] = properties('ReconcileScheduleRole').Policies;
    expect(
      policy.PolicyDocument.Statement.map(({ Action, Resource }: Json) => [Action, Resource.map(idOf)]),
    ).toEqual([['sqs:SendMessage', ['ReconcilesQueue', 'UndeliveredEvents']]]);
  });

  it('a cluster is claimed in the name of the stack, its account and its Region', () => {
    const { OWNER } = properties('ReconcileLambdaFunction').Environment.Variables;
    expect(OWNER['Fn::Sub']).toBe('${AWS::StackName}/${AWS::AccountId}/${AWS::Region}');
  });

  it('Slack hears the topic through its queue, raw, and what SNS cannot deliver is kept', () => {
    expect(properties('SlackSubscription')).toMatchObject({
      Protocol: 'sqs',
      Endpoint: { 'Fn::GetAtt': ['SlackQueue', 'Arn'] },
      RawMessageDelivery: true,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['UndeliveredEvents', 'Arn'] } },
    });
  });

  it('one function publishes to the topic; alarms of this account alone tell the operations topic', () => {
    const statements = (id: string) => properties(id).PolicyDocument.Statement;
    const publishers = (id: string) => statements(id).filter(({ Action }: Json) => Action === 'sns:Publish');
    expect(publishers('AnnouncementsTopicPolicy')).toMatchObject([
      { Principal: { AWS: { 'Fn::GetAtt': ['PublishRole', 'Arn'] } } },
    ]);
    expect(publishers('OperationsTopicPolicy')).toMatchObject([
      {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  it('tells where everything is', () => {
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining([
        'TableName',
        'AnnouncementsTopicArn',
        'AnnouncementsBusName',
        'OperationsTopicArn',
        'RolloutsQueueUrl',
        'ReconcilesQueueUrl',
        'PushesQueueUrl',
        'DeploymentsQueueUrl',
        'WakeupsQueueUrl',
      ]),
    );
    expect(Object.keys(template.Parameters)).toEqual(['OperationsEmail']);
  });
});
