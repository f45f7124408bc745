import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { functionLog } from '../../../sandbox/local-aws/function-logs.ts';
import { building } from '../../../sandbox/local-aws/undo.ts';
import { type LocalAws, startLocalAws } from '../../../sandbox/local-aws/world.ts';
import { sqsQueue } from '../../../shared/aws/queue.ts';
import { type JsonObject, type JsonValue, parseLossless } from '../../../shared/domain/lossless-json.ts';
import type { QueueSettings, QueueUnderTest, Taken } from './queue-cases.ts';

const functionNames = [
  'image-pushed',
  'roll-service',
  'deployment-changed',
  'publish',
  'deliver-slack',
  'tick',
  'wake',
  'reconcile',
];
const recorder = 'export const handler = async (event) => console.log(`got ${JSON.stringify(event)}`);\n';
const config = `
version: 1
clusters: [demo]
permissions: { passRoles: [demo-exec] }
deploy:
  - { image: shop/web, tags: { semver: "^1" } }
notify:
  - slack: { credentials: slipway/slack }
`;

export interface AwsWorld {
  readonly aws: LocalAws;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  /** The records that a function was handed so far. */
  records(functionName: string): Promise<readonly JsonObject[]>;
  close(): Promise<void>;
}

/** The real stack, with functions that only write down what they get. */
export function startAwsWorld(onFault: (fault: unknown) => void): Promise<AwsWorld> {
  return building(async (undos) => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-ports-'));
    undos.add(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'slipway.yml'), config);
    for (const name of functionNames) {
      await mkdir(join(folder, 'functions', name), { recursive: true });
      await writeFile(join(folder, 'functions', name, 'handler.ts'), recorder);
    }
    const aws = await startLocalAws({
      root: resolve(import.meta.dirname, '../../..'),
      configFile: join(folder, 'slipway.yml'),
      functions: join(folder, 'functions'),
      pace: 10,
      seed: 1,
      secrets: { 'slipway/slack': 'http://127.0.0.1:9/inbox' },
      onFault,
    });
    undos.add(() => aws.close());
    const sqs = new SQSClient(aws.admin);
    undos.add(() => sqs.destroy());
    const events = new EventBridgeClient(aws.admin);
    undos.add(() => events.destroy());
    return { aws, sqs, events, records: (name) => recordsOf(aws, name), close: () => undos.run() };
  });
}

async function recordsOf({ admin }: LocalAws, name: string): Promise<readonly JsonObject[]> {
  const lines = await functionLog(admin, `slipway-local-${name}`);
  return lines.flatMap(({ message }) => {
    const [, text] = /^got (.*)$/s.exec(plain(message)) ?? [];
    return text === undefined ? [] : (JSON.parse(text) as { Records: JsonObject[] }).Records;
  });
}

/** Lambda's JSON log format wraps what was printed. */
function plain(message: string): string {
  if (!message.startsWith('{')) return message;
  const { message: text } = JSON.parse(message) as { message?: string };
  return text ?? message;
}

let made = 0;

export async function makeQueue(sqs: SQSClient, settings: QueueSettings): Promise<QueueUnderTest> {
  made += 1;
  const { fifo, visibilitySeconds, receiveMax } = settings;
  const kind = fifo
    ? { FifoQueue: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
    : {};
  const suffix = fifo ? '.fifo' : '';
  const dead = await create(sqs, `contract-${made}-dead${suffix}`, fifo ? { FifoQueue: 'true' } : {});
  const url = await create(sqs, `contract-${made}${suffix}`, {
    ...kind,
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: await arnOf(sqs, dead),
      maxReceiveCount: receiveMax,
    }),
  });
  return {
    send: (message) => sqsQueue(url, sqs).send(message),
    receive: () => receive(sqs, url),
    async delete(receipt) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt }));
    },
    async changeVisibility(ReceiptHandle, VisibilityTimeout) {
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
    },
    deadLetters: () => drained(sqs, dead),
  };
}

async function create(
  sqs: SQSClient,
  QueueName: string,
  Attributes: Readonly<Record<string, string>>,
): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

async function arnOf(sqs: SQSClient, QueueUrl: string): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  return (await sqs.send(command)).Attributes?.QueueArn ?? '';
}

async function receive(sqs: SQSClient, QueueUrl: string): Promise<Taken | undefined> {
  const { Messages: [message] = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
  );
  if (message === undefined) return undefined;
  const { Body = '', ReceiptHandle: receipt = '', Attributes = {} } = message;
  return { body: parseLossless(Body), receipt, receiveCount: Number(Attributes.ApproximateReceiveCount) };
}

/** Everything that lies in a queue; it is hidden from then on. */
export async function drained(sqs: SQSClient, url: string): Promise<readonly JsonValue[]> {
  const bodies: JsonValue[] = [];
  for (let taken = await receive(sqs, url); taken !== undefined; taken = await receive(sqs, url)) {
    bodies.push(taken.body);
  }
  return bodies;
}

/** A queue that hears everything on a bus. */
export async function listenTo({ sqs, events }: AwsWorld, bus: string): Promise<string> {
  const url = await create(sqs, 'contract-bus', {});
  const arn = await arnOf(sqs, url);
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn,
    },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
  const rule = { Name: 'contract', EventBusName: bus };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['slipway'] }) }));
  await events.send(
    new PutTargetsCommand({ Rule: rule.Name, EventBusName: bus, Targets: [{ Id: 'queue', Arn: arn }] }),
  );
  return url;
}
