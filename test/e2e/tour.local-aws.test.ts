import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AwsError } from '../../sandbox/ecs/aws-error.ts';
import { stories } from '../../sandbox/stories/all.ts';
import { describeService, imagesOf, patiently, told } from '../../sandbox/stories/watch.ts';
import type { Step } from '../../sandbox/tour/run.ts';
import { account, registryHost } from '../../sandbox/world-types.ts';
import { type RunningLocalAws, startLocalAwsWorld } from '../../sandbox/worlds/local-aws.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { noticesDue } from '../../shared/records/notice-record.ts';
import { callsOfFunctions, play, problemOf, worldOptions } from '../tour/play.ts';
import { changeStack, switchStream } from './change-stack.ts';
import { writeOciLayout } from './oci-layout.ts';
import { median, timedPush } from './push-times.ts';

/** What a role may do and no story of this suite makes it do, each with its reason. */
const unusedOnPurpose: Readonly<Record<string, string>> = {
  'TickScheduleRole sqs:SendMessage': 'Scheduler hands it a tick that it could not deliver',
  'RollServiceRole dynamodb:Query': 'unpause: push-to-deploy.local-aws.test.ts does it',
  'RollServiceRole ecs:ListServiceDeployments':
    'a strategy that shifts traffic: push-to-deploy.local-aws.test.ts',
  'RollServiceRole ecs:DescribeServiceDeployments':
    'a strategy that shifts traffic: push-to-deploy.local-aws.test.ts',
  'RollServiceRole ecs:StopServiceDeployment':
    'a strategy that shifts traffic: push-to-deploy.local-aws.test.ts',
  'DeploymentChangedRole ecs:DescribeServiceDeployments':
    'a strategy that shifts traffic: push-to-deploy.local-aws.test.ts',
};

const { options, faults } = worldOptions({ signal: AbortSignal.timeout(400_000) });
let running: RunningLocalAws;
let steps: readonly Step[] = [];

beforeAll(async () => {
  const from = performance.now();
  running = await startLocalAwsWorld(options);
  const up = seconds(from);
  const { ms } = await timedPush(running, { repository: 'shop/web', tag: '1.0.1' });
  await toldOf('1.0.1', 'rolled out');
  const begun = performance.now();
  steps = await play(running);
  process.stdout.write(`Local AWS: up after ${up} s, the tour takes ${seconds(begun)} s\n`);
  process.stdout.write(`Push to UpdateService, the first rollout: ${ms} ms\n`);
});
afterAll(() => running?.close());

describe('the tour on the local AWS', () => {
  it('is well, with nothing refused by IAM and no fault behind it', async () => {
    expect(steps.map((step) => [step.name, problemOf(step)])).toEqual(
      stories.map(({ name }) => [name, undefined]),
    );
    expect(await running.aws.refusals()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('needs these calls of ECS for one rollout, and this long from push to UpdateService', async () => {
    const times: number[] = [];
    let spent: Readonly<Record<string, number>> = {};
    for (const tag of ['1.3.1', '1.3.2', '1.3.3', '1.3.4', '1.3.5']) {
      const before = running.aws.ecs.ledger.calls.length;
      times.push((await timedPush(running, { repository: 'shop/web', tag })).ms);
      await toldOf(tag, 'rolled out');
      spent = callsOfFunctions(running.aws.ecs.ledger, before);
    }
    process.stdout.write(`Push to UpdateService, warm: ${median(times)} ms of ${times.join(', ')}\n`);
    process.stdout.write(`ECS calls of one rollout: ${JSON.stringify(spent)}\n`);
    expect(spent).toMatchObject({ RegisterTaskDefinition: 1, UpdateService: 1 });
  });
});

describe('what seldom happens, on the local AWS', () => {
  // First, because it takes two minutes: so long ECS's reads may lag behind.
  beforeAll(async () => {
    const { taskDefinition } = await describeService(running.world, 'worker');
    const foreign = await registerForeign();
    await running.world.push({ repository: 'shop/worker', tag: 'latest' });
    await vi.waitFor(async () => {
      const now = await describeService(running.world, 'worker');
      expect(now.taskDefinition).not.toBe(taskDefinition);
    }, patience);
    await running.world.ecs.send(
      new UpdateServiceCommand({ cluster: 'demo', service: 'worker', taskDefinition: foreign }),
    );
  });

  it('rolls out what skopeo pushes, where there is skopeo', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-skopeo-'));
    try {
      const digest = await writeOciLayout(folder, { seed: 'skopeo', tag: '1.3.9' });
      const to = `docker://${new URL(running.world.endpoints.registry).host}/shop/web:1.3.9`;
      const copy = ['--insecure-policy', 'copy', '--dest-tls-verify=false', `oci:${folder}`, to];
      if (!(await ran('skopeo', copy))) return void process.stdout.write('No skopeo here: not tried.\n');
      await toldOf('1.3.9', 'rolled out');
      const { taskDefinition } = await describeService(running.world, 'web');
      const { app } = await imagesOf(running.world, taskDefinition);
      expect(app).toBe(`${registryHost}/shop/web@${digest}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('adopts the one revision that was registered when its answer is lost', async () => {
    const before = await revisions();
    const calls = running.aws.ecs.ledger.calls.length;
    running.aws.ecs.faults.dropAnswerAfter('RegisterTaskDefinition');
    await running.world.push({ repository: 'shop/web', tag: '1.4.0' });
    await toldOf('1.4.0', 'rolled out');
    const after = await revisions();
    expect(after.slice(1)).toEqual(before);
    expect((await describeService(running.world, 'web')).taskDefinition).toBe(after[0]);
    const spent = callsOfFunctions(running.aws.ecs.ledger, calls);
    expect(spent).toMatchObject({ RegisterTaskDefinition: 1, UpdateService: 1 });
    expect(spent['ListTaskDefinitions']).toBeGreaterThan(0);
  });

  it.each([
    ['1.4.1', 3],
    ['1.4.2', 11],
  ])('waits as long as Slack asks, then tells once: %s after %d seconds', async (tag, waits) => {
    running.inbox.beBusy(1, waits);
    const from = Date.now();
    await running.world.push({ repository: 'shop/web', tag });
    await toldOf(tag, 'is rolling out');
    expect(Date.now() - from).toBeGreaterThan(waits * 1_000 - 100);
    await toldOf(tag, 'rolled out');
    expect(await messagesOf(tag)).toHaveLength(2);
    // Long waits are left to the queue.
    const isPostponed = (await used('DeliverSlackRole')).includes('sqs:ChangeMessageVisibility');
    expect(isPostponed).toBe(waits > 10);
  });

  it('comes back to a rollout that AWS throttles', async () => {
    running.aws.ecs.faults.throttle('UpdateService', 4);
    await running.world.push({ repository: 'shop/web', tag: '1.5.0' });
    await toldOf('1.5.0', 'rolled out');
    const { calls } = running.aws.ecs.ledger;
    expect(
      calls.filter(({ operation, status }) => operation === 'UpdateService' && status === 400),
    ).toHaveLength(4);
    // A timer brings it back: being throttled is no failure of a message.
    expect(await used('WakeRole')).toContain('sqs:SendMessage');
  });

  it('comes back soon when ECS was away', async () => {
    running.aws.ecs.faults.fail(
      'DescribeServices',
      new AwsError('ServerException', 'away', { status: 500 }),
      6,
    );
    await running.world.push({ repository: 'shop/web', tag: '1.5.1' });
    await told(patiently(running.world, 2), ['demo/web', 'rolled out', '*1.5.1*'], 0);
    expect(await used('RollServiceRole')).toContain('sqs:ChangeMessageVisibility');
  });

  it('has tick find and publish what the stream did not carry', async () => {
    await changeStack(running.aws, (template) => switchStream(template, false));
    await running.world.push({ repository: 'shop/web', tag: '1.6.0' });
    await vi.waitFor(
      async () => expect((await noticesOf('1.6.0')).length).toBeGreaterThanOrEqual(2),
      patience,
    );
    expect(await messagesOf('1.6.0')).toEqual([]);
    await aMinuteLater();
    await vi.waitFor(
      async () => {
        await fireTick();
        expect(await messagesOf('1.6.0')).toHaveLength(2);
      },
      { timeout: 75_000, interval: 3_000 },
    );
    await changeStack(running.aws, (template) => switchStream(template, true));
    await running.world.push({ repository: 'shop/web', tag: '1.6.1' });
    await toldOf('1.6.1', 'rolled out');
    expect(await messagesOf('1.6.0')).toHaveLength(2);
  });

  it('calls it superseded when another hand deploys over a rollout', async () => {
    const words = async () => JSON.stringify(await running.world.inbox());
    await vi.waitFor(async () => expect(await words()).toMatch(/demo\/worker\*> superseded/), {
      timeout: 180_000,
      interval: 500,
    });
    expect(await words()).toMatch(/another deployment set the service to by-hand:1/);
    expect(await used('DeploymentChangedRole')).toContain('ecs:ListServiceDeployments');
  });
}, 200_000);

describe('after all of it', () => {
  it('IAM has refused nothing, and what a role may do was done or is listed with its reason', async () => {
    expect(await running.aws.refusals()).toEqual([]);
    const unused = (await running.aws.unusedGrants()).map(({ role, action }) => `${role} ${action}`);
    expect(unused.toSorted()).toEqual(Object.keys(unusedOnPurpose).toSorted());
    expect(faults).toEqual([]);
  });
});

function seconds(from: number): string {
  return ((performance.now() - from) / 1_000).toFixed(1);
}

const patience = { timeout: 30_000, interval: 100 };

/** False when there is no such program. */
async function ran(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(program, args);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function toldOf(tag: string, words: string): Promise<void> {
  await told(running.world, ['demo/web', words, `*${tag}*`], 0);
}

/** `*1.4.2* →` is where a rollout comes from, `→ *1.4.2*` where it goes to. */
async function messagesOf(tag: string): Promise<readonly string[]> {
  const messages = (await running.world.inbox()).map((message) => JSON.stringify(message));
  return messages.filter((message) => message.includes(`→ *${tag}*`));
}

async function used(role: string): Promise<readonly string[]> {
  const decisions = await running.aws.cloud.launcher.decisions();
  return decisions
    .filter(({ principal, decision }) => principal.includes(role) && decision === 'allowed')
    .map(({ action }) => action);
}

async function fireTick(): Promise<void> {
  const { schedules } = running.aws;
  const { name = '' } = schedules.all.find((schedule) => schedule.name.includes('TickSchedule')) ?? {};
  await schedules.fire(name);
}

/** Newest first. */
async function revisions(): Promise<readonly string[]> {
  const command = new ListTaskDefinitionsCommand({ familyPrefix: 'demo-web', sort: 'DESC' });
  return (await running.world.ecs.send(command)).taskDefinitionArns ?? [];
}

async function registerForeign(): Promise<string> {
  const { taskDefinition } = await running.world.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'by-hand',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: `arn:aws:iam::${account}:role/demo-execution`,
      containerDefinitions: [{ name: 'app', image: `${registryHost}/shop/web:1.0.0`, essential: true }],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function noticesOf(tag: string) {
  const dynamo = new DynamoDBClient(running.aws.admin);
  try {
    const table = dynamoTable(running.aws.outputs['TableName'] ?? '', dynamo);
    const keys = await table.due(noticesDue, Date.now() + 3_600_000, 100);
    const items = await Promise.all(keys.map((key) => table.get(key)));
    return items.flatMap((item) =>
      item !== undefined && JSON.stringify(item.body).includes(`"${tag}"`) ? item : [],
    );
  } finally {
    dynamo.destroy();
  }
}

/** What is due in a minute is due now. */
async function aMinuteLater(): Promise<void> {
  const dynamo = new DynamoDBClient(running.aws.admin);
  const table = dynamoTable(running.aws.outputs['TableName'] ?? '', dynamo);
  for (const item of await noticesOf('1.6.0')) {
    const earlier = { ...item, version: item.version + 1, due: { list: noticesDue, at: Date.now() - 1 } };
    expect(await table.write([earlier])).toBe('written');
  }
  dynamo.destroy();
}
