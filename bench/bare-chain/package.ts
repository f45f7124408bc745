import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPackage, type StackPackage } from '../../sandbox/local-aws/stack-package.ts';
import { bundle } from '../../stack/bundle.ts';
import { zip } from '../../stack/zip.ts';
import { config } from '../lambda/cases.ts';

export const chainSource = 'bench.chain';

const root = join(import.meta.dirname, '..', 'baselines');
const bucket = {
  Resources: { ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' } },
  Outputs: { ServerlessDeploymentBucketName: { Value: { Ref: 'ServerlessDeploymentBucket' } } },
};
const arnOf = (resource: string) => ({ 'Fn::GetAtt': [resource, 'Arn'] });

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

const queues = {
  First: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 60 } },
  // As rollouts.fifo.
  Second: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      VisibilityTimeout: 60,
    },
  },
  FirstPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'First' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arnOf('First'),
          },
        ],
      },
    },
  },
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: [chainSource] },
      Targets: [{ Id: 'first', Arn: arnOf('First') }],
    },
  },
};

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust,
    Policies: [
      {
        PolicyName: 'chain',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'logs:*'], Resource: '*' }],
        },
      },
    ],
  },
};

/** A queue's function, as serverless.yml has them. */
function functionOn(queue: string, name: string, variables: Readonly<Record<string, unknown>>) {
  return {
    [`${queue}Function`]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: 30,
        Role: arnOf('Role'),
        Code: { S3Bucket: { Ref: 'ServerlessDeploymentBucket' }, S3Key: `code/${name}.zip` },
        Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps', ...variables } },
      },
    },
    [`${queue}Source`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: arnOf(queue), FunctionName: { Ref: `${queue}Function` }, BatchSize: 1 },
    },
  };
}

/** Rule, queue, function, FIFO queue, function: what a push takes, with functions that do nothing but pass it on. */
export async function chainPackage(folder: string, bellUrl: string): Promise<StackPackage> {
  await mkdir(folder, { recursive: true });
  for (const name of ['chain-first', 'chain-second']) {
    const { files } = await bundle({ root, name, config });
    await writeFile(join(folder, `${name}.zip`), zip(files));
  }
  const resources = {
    ...bucket.Resources,
    ...queues,
    Role: role,
    ...functionOn('First', 'chain-first', { NEXT_QUEUE_URL: { Ref: 'Second' } }),
    ...functionOn('Second', 'chain-second', { BELL_URL: bellUrl }),
  };
  const write = (name: string, template: object) =>
    writeFile(join(folder, `cloudformation-template-${name}-stack.json`), JSON.stringify(template));
  await write('create', bucket);
  await write('update', { Resources: resources, Outputs: bucket.Outputs });
  return readPackage(folder);
}
