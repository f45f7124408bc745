import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { DescribeContinuousBackupsCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AwsError } from '../../sandbox/ecs/aws-error.ts';
import { finishTables } from '../../sandbox/local-aws/bridges.ts';
import { type Cloud, startCloud } from '../../sandbox/local-aws/cloud.ts';
import { deployStack, type Outputs } from '../../sandbox/local-aws/deploy.ts';
import { iamJudge } from '../../sandbox/local-aws/iam-judge.ts';
import { isAlive } from '../../sandbox/local-aws/lock.ts';
import type { BusEvent } from '../../sandbox/world-types.ts';
import { type JsonObject, parseLossless } from '../../shared/domain/lossless-json.ts';
import { probePackage } from './probe/package.ts';

const root = resolve(import.meta.dirname, '../..');
const stackName = 'probe';
const onFault = (fault: unknown): never => {
  throw fault;
};

let folder = '';
let temporary = '';
let cloud: Cloud;
let outputs: Outputs;
let sqs: SQSClient;
let ecs: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-e2e-'));
  temporary = join(folder, 'tmp');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
  cloud = await startCloud({ root, onFault });
  const made = await probePackage(folder);
  const { cloudFormation, s3 } = cloud.clients;
  ecs = judgedEcs(cloud);
  await cloud.launcher.forward({ ecs: await urlOf(ecs) });
  outputs = await deployStack(made, { cloudFormation, s3, endpoint: cloud.url, stackName });
  await finishTables(made, cloud.clients, stackName);
  sqs = new SQSClient(cloud.admin);
});

afterAll(async () => {
  sqs?.destroy();
  ecs?.close();
  await cloud?.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('the local AWS', () => {
  it('takes an event of AWS over a rule and a queue to a function on Node 24, with its id and its time', async () => {
    const answer = await probe('nothing', { id: 'an-id-of-its-own', time: '2026-11-20T10:11:12Z' });
    expect(answer).toMatchObject({
      id: 'an-id-of-its-own',
      time: '2026-11-20T10:11:12Z',
      outcome: 'allowed',
    });
    expect(answer.node).toMatch(/^v24\./);
  });

  it('refuses what the role of a function does not allow', async () => {
    const answer = await probe('send elsewhere');
    expect(answer.outcome).toMatch(/AccessDenied/);
    expect(answer.message).toMatch(/Role.* is not authorized to perform: sqs:sendmessage/i);
    expect(await cloud.launcher.decisions()).toContainEqual(
      expect.objectContaining({ action: 'sqs:SendMessage', decision: 'denied' }),
    );
  });

  it('lets a function make the ECS calls that its role allows', async () => {
    expect(await probe('describe')).toMatchObject({ outcome: 'allowed' });
  });

  it('refuses other ECS calls with the text of AWS', async () => {
    const { outcome, message } = await probe('update');
    expect(outcome).toBe('AccessDeniedException');
    expect(message).toMatch(
      /^User: arn:aws:sts::000000000000:assumed-role\/[\w-]+\/probe is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:000000000000:service\/demo\/web because no identity-based policy allows the ecs:UpdateService action$/,
    );
  });

  it('has the expiry and the backups of a table that the template asks for', async () => {
    const table = { TableName: outputs.TableName };
    const { TimeToLiveDescription } = await cloud.clients.dynamo.send(new DescribeTimeToLiveCommand(table));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
    const backups = await cloud.clients.dynamo.send(new DescribeContinuousBackupsCommand(table));
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
    });
  });

  it('says which resource failed and why when a stack cannot be made', async () => {
    const bucket = await probePackage(folder);
    const broken = {
      ...bucket,
      createTemplate: JSON.stringify({
        Resources: {
          Bad: {
            Type: 'Custom::Thing',
            Properties: { ServiceToken: 'arn:aws:lambda:eu-west-1:000000000000:function:none' },
          },
        },
      }),
    };
    const { cloudFormation, s3 } = cloud.clients;
    const options = { cloudFormation, s3, endpoint: cloud.url, stackName: 'broken' };
    await expect(deployStack(broken, options)).rejects.toThrow(/broken is .*\n {2}Bad \(Custom::Thing\): \S/);
  });

  it('leaves no process and no file behind when it ends', async () => {
    const before = await readdir(temporary);
    const other = await startCloud({ root, onFault });
    expect(isAlive(-other.pid)).toBe(true);
    await other.close();
    expect(isAlive(-other.pid)).toBe(false);
    expect(await readdir(temporary)).toEqual(before);
  });

  it('ends and cleans up by itself when the process that started it is killed', async () => {
    const before = await readdir(temporary);
    const script = [
      `import { startCloud } from '${pathToFileURL(join(root, 'sandbox/local-aws/cloud.ts')).href}';`,
      `const { pid } = await startCloud({ root: ${JSON.stringify(root)}, onFault() {} });`,
      'console.log(pid);',
      'setInterval(() => {}, 60_000);',
    ].join('\n');
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout.setEncoding('utf8'), 'data')) as [string];
    const pid = Number(line);
    expect(isAlive(-pid)).toBe(true);
    owner.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(-pid)).toBe(false), { timeout: 5_000 });
    expect(await readdir(temporary)).toEqual(before);
  });
});

async function probe(call: string, given: Partial<BusEvent> = {}): Promise<Record<string, unknown>> {
  cloud.feed.emit({
    version: '0',
    id: `id-${call}`,
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    account: '000000000000',
    time: '2026-11-21T00:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail: { call },
    ...given,
  });
  await cloud.feed.drained();
  const QueueUrl = outputs.AnswersUrl;
  for (let tries = 0; tries < 30; tries += 1) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    const [message] = Messages;
    if (message?.Body !== undefined) return JSON.parse(message.Body) as Record<string, unknown>;
    await sleep(100);
  }
  throw new Error(`No answer.\n${cloud.tail()}`);
}

/** ECS's protocol with nothing behind it but the judge. */
function judgedEcs({ launcher }: Cloud): Server {
  const judge = iamJudge(launcher);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const input = parseLossless(await text(request)) as JsonObject;
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const accessKey = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1];
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    try {
      await judge.authorize({ operation, input, accessKey });
      response.end('{}');
    } catch (error) {
      const { type, message, status } = error as AwsError;
      response.writeHead(status).end(JSON.stringify({ __type: type, message }));
    }
  };
  return createServer((request, response) => void answer(request, response));
}

async function urlOf(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
}
