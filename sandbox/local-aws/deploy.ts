import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Capability,
  type CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { StackPackage } from './stack-package.ts';

const settlesWithinMs = 120_000;
const lookAgainMs = 100;
const capabilities: Capability[] = ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];
const bucketOutput = 'ServerlessDeploymentBucketName';

export interface DeployOptions {
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
  /** The local AWS's URL, under which CloudFormation reads the template from S3. */
  readonly endpoint: string;
  readonly stackName: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

export type Outputs = Readonly<Record<string, string>>;

/** Deploys a package as `serverless deploy` does: bucket first, then the code, then the whole template. */
export async function deployStack(made: StackPackage, options: DeployOptions): Promise<Outputs> {
  const { cloudFormation, stackName } = options;
  const create = new CreateStackCommand({
    StackName: stackName,
    TemplateBody: made.createTemplate,
    Capabilities: capabilities,
  });
  await cloudFormation.send(create);
  const bucket = outputsOf(await settled(options))[bucketOutput];
  if (bucket === undefined) throw new Error(`${stackName} has no output ${bucketOutput}.`);
  await Promise.all(
    [...made.code].map(async ([key, file]) => upload(options.s3, key, [bucket, await readFile(file)])),
  );
  const templateKey = 'compiled-cloudformation-template.json';
  await upload(options.s3, templateKey, [bucket, made.updateTemplate]);
  await update(options, `${options.endpoint}/${bucket}/${templateKey}`);
  return outputsOf(await settled(options));
}

async function upload(
  s3: S3Client,
  key: string,
  [bucket, body]: [string, string | Uint8Array],
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
}

async function update(
  { cloudFormation, stackName, parameters = {} }: DeployOptions,
  url: string,
): Promise<void> {
  const command = new UpdateStackCommand({
    StackName: stackName,
    TemplateURL: url,
    Capabilities: capabilities,
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  });
  try {
    await cloudFormation.send(command);
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes('No updates are to be performed')) return;
    throw new Error(`CloudFormation refused the template: ${String(cause)}`, { cause });
  }
}

/** Waits until the stack is complete; a failure is told by the resources' own reasons. */
async function settled(options: DeployOptions): Promise<Stack> {
  const { cloudFormation, stackName } = options;
  const until = Date.now() + settlesWithinMs;
  while (Date.now() < until) {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    const [stack] = Stacks;
    const status = stack?.StackStatus ?? '';
    if (stack && (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE')) return stack;
    if (/FAILED|ROLLBACK_COMPLETE/.test(status)) throw await failure(options, status);
    await sleep(lookAgainMs);
  }
  throw new Error(`${stackName} did not settle within ${settlesWithinMs / 1000} s.`);
}

async function failure({ cloudFormation, stackName }: DeployOptions, status: string): Promise<Error> {
  const answer = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackName }));
  const reasons = (answer.StackEvents ?? [])
    .filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'))
    .map(
      (event) => `  ${event.LogicalResourceId} (${event.ResourceType}): ${event.ResourceStatusReason ?? '?'}`,
    );
  return new Error(`${stackName} is ${status}:\n${reasons.toReversed().join('\n')}`);
}

function outputsOf({ Outputs = [] }: Stack): Outputs {
  return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}
