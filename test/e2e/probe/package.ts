import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { readPackage, type StackPackage } from '../../../sandbox/local-aws/stack-package.ts';
import { zip } from '../../../stack/zip.ts';

const bucket = {
  Resources: { ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' } },
  Outputs: { ServerlessDeploymentBucketName: { Value: { Ref: 'ServerlessDeploymentBucket' } } },
};

const attribute = (resource: string, name = 'Arn') => ({ 'Fn::GetAtt': [resource, name] });
const allow = (actions: readonly string[], resource: unknown) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
});

const queuePolicy = {
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: 'Probes' }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          ...allow(['sqs:SendMessage'], attribute('Probes')),
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': attribute('Pushes') } },
        },
      ],
    },
  },
};

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    Policies: [
      {
        PolicyName: 'probe',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            allow(
              ['logs:CreateLogStream', 'logs:PutLogEvents'],
              'arn:aws:logs:*:*:log-group:/aws/lambda/probe:*',
            ),
            allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], attribute('Probes')),
            allow(['sqs:SendMessage'], attribute('Answers')),
            allow(['ecs:DescribeServices'], 'arn:aws:ecs:eu-west-1:000000000000:service/demo/*'),
          ],
        },
      },
    ],
  },
};

const table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  },
};

const functions = {
  Probe: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'probe',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 10,
      Role: attribute('Role'),
      Code: { S3Bucket: { Ref: 'ServerlessDeploymentBucket' }, S3Key: 'code/probe.zip' },
      Environment: {
        Variables: { ANSWERS_URL: { Ref: 'Answers' }, FORBIDDEN_URL: { Ref: 'Probes' } },
      },
    },
  },
  Feed: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: attribute('Probes'), FunctionName: { Ref: 'Probe' }, BatchSize: 1 },
  },
};

const resources = {
  ...bucket.Resources,
  ...functions,
  Probes: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 60 } },
  Answers: { Type: 'AWS::SQS::Queue' },
  QueuePolicy: queuePolicy,
  Role: role,
  Table: table,
  Pushes: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.ecr'], 'detail-type': ['ECR Image Action'] },
      Targets: [{ Id: 'probes', Arn: attribute('Probes') }],
    },
  },
};

const outputs = {
  ...bucket.Outputs,
  AnswersUrl: { Value: { Ref: 'Answers' } },
  TableName: { Value: { Ref: 'Table' } },
};

/** A small stack in the form that `serverless package` leaves: a rule, a queue, a function and what it answers. */
export async function probePackage(folder: string): Promise<StackPackage> {
  await mkdir(folder, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'handler.ts')],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    write: false,
  });
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  await writeFile(join(folder, 'probe.zip'), zip([{ name: 'index.js', contents }]));
  const write = (name: string, template: object) =>
    writeFile(join(folder, `cloudformation-template-${name}-stack.json`), JSON.stringify(template));
  await write('create', bucket);
  await write('update', { Resources: resources, Outputs: outputs });
  return readPackage(folder);
}
