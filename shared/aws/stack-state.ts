import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Refused, RejectedInput } from '../faults.ts';
import type { Images, Queue, Table } from '../ports.ts';
import { clientSettings } from './client-settings.ts';
import { asking } from './errors.ts';
import { images } from './images.ts';
import { sqsQueue } from './queue.ts';
import { dynamoTable } from './table.ts';

/** Where a stack is: AWS as the environment and the profile say, or what stands for it on this machine. */
export interface StackPlace {
  readonly stack: string;
  readonly region?: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly endpoints?: { readonly aws: string; readonly ecr: string } | undefined;
}

/** What somebody at a command line needs of a deployed stack, with credentials of their own. */
export interface StackState {
  readonly table: Table;
  readonly rollouts: Queue;
  readonly images: Images;
  /** Whose registry `images` asks. */
  readonly home: { readonly account: string; readonly region: string };
}

/** Finds table and queue by the stack's outputs. Throws Refused where there is no such stack. */
export async function stackState({ stack, region, credentials, endpoints }: StackPlace): Promise<StackState> {
  const settings = {
    ...clientSettings,
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const aws = endpoints === undefined ? settings : { ...settings, endpoint: endpoints.aws };
  const cloudFormation = new CloudFormationClient(aws);
  const home = { region: await regionOf(cloudFormation) };
  const outputs = await outputsOf(cloudFormation, stack);
  const queueUrl = output(outputs, 'RolloutsQueueUrl', stack);
  const ecr = new ECRClient(endpoints === undefined ? settings : { ...settings, endpoint: endpoints.ecr });
  return {
    table: readOnly(dynamoTable(output(outputs, 'TableName', stack), new DynamoDBClient(aws))),
    rollouts: sqsQueue(queueUrl, new SQSClient(aws)),
    images: images(ecr),
    home: { ...home, account: accountOf(queueUrl) },
  };
}

function readOnly(table: Table): Table {
  return { ...table, write: () => Promise.reject(new Refused('ReadOnly', 'only roll-service writes')) };
}

async function regionOf({ config }: CloudFormationClient): Promise<string> {
  try {
    return await config.region();
  } catch (cause) {
    throw new RejectedInput('no Region: give one with --region or AWS_REGION', { cause });
  }
}

/** `https://sqs.eu-west-1.amazonaws.com/111122223333/name` */
function accountOf(queueUrl: string): string {
  return /\/(?<account>\d{12})\/[^/]+$/.exec(queueUrl)?.groups?.['account'] ?? '';
}

type Outputs = ReadonlyMap<string, string>;

async function outputsOf(client: CloudFormationClient, stack: string): Promise<Outputs> {
  const command = new DescribeStacksCommand({ StackName: stack });
  const { Stacks = [] } = await asking('DescribeStacks', () => client.send(command));
  const outputs = Stacks.flatMap(({ Outputs: some = [] }) => some);
  return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

function output(outputs: Outputs, key: string, stack: string): string {
  const value = outputs.get(key);
  if (value !== undefined) return value;
  throw new Refused('NoOutput', `the stack ${stack} has no output ${key}: is it a stack of Slipway?`);
}
