import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { functionLog } from '../../sandbox/local-aws/function-logs.ts';
import { seeEverything } from '../../sandbox/local-aws/reconciling.ts';
import { type LocalAws, startLocalAws } from '../../sandbox/local-aws/world.ts';
import { pushImage } from '../../sandbox/push/client.ts';
import { registryHost } from '../../sandbox/world-types.ts';
import { commandMessage } from '../../shared/domain/command.ts';
import { fired, readRule, readSchedule, taskDefinitionOf, withoutRevision } from './fired.ts';

const config = `
version: 1
clusters: [demo]
permissions: { passRoles: [demo-exec, demo-schedules] }
deploy:
  - { image: shop/web, tags: { semver: "^1" }, every: 1s }
  - { image: shop/worker, tags: { semver: "^1" } }
  - { image: shop/report, tags: { semver: "^1" }, schedules: true }
  - { image: shop/green, tags: { semver: "^1" }, timeout: 5s, every: 1s, bake: 0s }
notify:
  - slack: { credentials: slipway/slack }
`;

let folder = '';
let world: LocalAws;
let ecs: ECSClient;
let inbox: Server;
const messages: string[] = [];
const faults: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-e2e-'));
  const configFile = join(folder, 'slipway.yml');
  await writeFile(configFile, config);
  inbox = createServer((request, response) => {
    void text(request).then((message) => {
      messages.push(message);
      response.end('ok');
    });
  });
  world = await startLocalAws({
    root: resolve(import.meta.dirname, '../..'),
    configFile,
    pace: 40,
    seed: 1,
    secrets: { 'slipway/slack': `${await urlOf(inbox)}/services/demo` },
    onFault: (fault) => faults.push(fault),
  });
  ecs = new ECSClient(world.admin);
  await ecs.send(new CreateClusterCommand({ clusterName: 'demo' }));
  for (const repository of ['shop/web', 'shop/worker', 'shop/report', 'shop/green'])
    await push(repository, '1.0.0');
  await service({ name: 'web', image: 'shop/web:1.0.0', executionRole: 'demo-exec' });
  await service({ name: 'worker', image: 'shop/worker:1.0.0', executionRole: 'another' });
  await define({ name: 'report', image: 'shop/report:1.0.0', executionRole: 'demo-exec' });
  await service({ name: 'green', image: 'shop/green:1.0.0', executionRole: 'demo-exec', blueGreen: true });
  await fired.schedule(world);
  await fired.rule(world);
  await seeEverything(world);
});

afterAll(async () => {
  ecs?.destroy();
  inbox?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a push on the local AWS', () => {
  it('rolls the service out and is announced, with no permission refused', async () => {
    const digest = await push('shop/web', '1.4.2');
    await vi.waitFor(() => expect(messages.join('\n')).toContain('now runs shop/web:1.4.2'), patience);
    expect(await runningImage('web')).toBe(`${registryHost}/shop/web@${digest}`);
    expect(await world.refusals()).toEqual([]);
    expect(world.ecs.ledger.count('UpdateService')).toBe(1);
    expect(faults).toEqual([]);
  });

  it('is looked after by tick, which may do all that it does', async () => {
    for (const { name } of world.schedules.all) await world.schedules.fire(name);
    const log = async () =>
      (await functionLog(world.admin, 'slipway-local-tick')).map(({ message }) => message).join('\n');
    await vi.waitFor(async () => expect(await log()).toContain('REPORT RequestId'), patience);
    expect(await log()).toContain('"outcome":"ticked"');
    const used = (await world.cloud.launcher.decisions()).filter(({ principal }) =>
      principal.includes('TickRole'),
    );
    expect(used.map(({ action }) => action)).toContain('dynamodb:Query');
    expect(await world.refusals()).toEqual([]);
  });

  it('moves schedules and rules that run the image, and changes nothing else of them', async () => {
    const before = { schedule: await readSchedule(world), rule: await readRule(world) };
    const updates = world.ecs.ledger.count('UpdateService');
    const digest = await push('shop/report', '1.1.0');
    await vi.waitFor(async () => {
      expect(taskDefinitionOf((await readSchedule(world)).Target)).toMatch(/\/report:2$/);
      expect(taskDefinitionOf((await readRule(world)).target)).toMatch(/\/report:2$/);
    }, patience);
    expect(await imageOf('report:2')).toBe(`${registryHost}/shop/report@${digest}`);
    const after = { schedule: await readSchedule(world), rule: await readRule(world) };
    expect(withoutRevision(after)).toEqual(withoutRevision(before));
    for (const name of ['schedule:default/nightly-report', 'rule:default/hourly-report/report']) {
      await vi.waitFor(() => expect(toldOf(name)).toContain('now runs shop/report:1.1.0'), patience);
    }
    expect(await world.cloud.launcher.decisions()).toContainEqual(
      expect.objectContaining({
        action: 'iam:PassRole',
        resource: expect.stringContaining('role/demo-schedules'),
        decision: 'allowed',
      }),
    );
    // One registration for both, and no service was touched.
    expect((await revisionsOf('report')).length).toBe(2);
    expect(world.ecs.ledger.count('UpdateService')).toBe(updates);
    expect(await world.refusals()).toEqual([]);
  });

  it('has ECS shift a blue/green deployment back that makes no progress', async () => {
    const before = await runningImage('green');
    const options = { repository: 'shop/green', tag: '1.1.0', behaviour: 'cannot-start' } as const;
    await pushImage({ registryUrl: world.endpoints.registry, ...options });
    await vi.waitFor(() => expect(toldOf('demo/green')).toMatch(/rolled back.*1\.1\.0/), patience);
    const list = new ListServiceDeploymentsCommand({ cluster: 'demo', service: 'green' });
    const { serviceDeployments: [newest] = [] } = await ecs.send(list);
    expect(newest?.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await runningImage('green')).toBe(before);
    expect(await used('RollServiceRole')).toEqual(
      expect.arrayContaining(['ecs:ListServiceDeployments', 'ecs:StopServiceDeployment']),
    );
    expect(await used('DeploymentChangedRole')).toContain('ecs:DescribeServiceDeployments');
    expect(await world.refusals()).toEqual([]);
  });

  it('does nothing while it is paused, and goes on when it is not', async () => {
    await ask('pause');
    const updates = world.ecs.ledger.count('UpdateService');
    await push('shop/web', '1.5.0');
    const parked = () => expect(toldOf('Slipway is paused')).not.toBe('');
    await vi.waitFor(parked, patience);
    await sleep(3_000);
    expect(world.ecs.ledger.count('UpdateService')).toBe(updates);
    await ask('unpause');
    await vi.waitFor(() => expect(messages.join('\n')).toContain('now runs shop/web:1.5.0'), patience);
    expect(await used('RollServiceRole')).toContain('dynamodb:Query');
    expect(await world.refusals()).toEqual([]);
  });

  it('stops at a role that the configuration does not let it pass', async () => {
    const updates = world.ecs.ledger.count('UpdateService');
    await push('shop/worker', '1.1.0');
    const refusal = expect.stringMatching(
      /RollServiceRole.*: iam:PassRole on arn:aws:iam::000000000000:role\/another/,
    );
    await vi.waitFor(async () => expect(await world.refusals()).toContainEqual(refusal), patience);
    expect(world.ecs.ledger.count('UpdateService')).toBe(updates);
  });

  it('leaves the outcome of each decision in the functions’ logs', async () => {
    const lines = await functionLog(world.admin, 'slipway-local-image-pushed');
    expect(lines.map(({ message }) => message).join('\n')).toContain('rollout accepted');
  });
});

const patience = { timeout: 40_000, interval: 100 };

async function push(repository: string, tag: string): Promise<string> {
  const { digest } = await pushImage({ registryUrl: world.endpoints.registry, repository, tag });
  return digest;
}

interface Given {
  readonly name: string;
  readonly image: string;
  readonly executionRole: string;
  /** ECS shifts its traffic, and nothing but Slipway ends a deployment that fails. */
  readonly blueGreen?: boolean;
}

/** What the command line sends. */
async function ask(name: 'pause' | 'unpause'): Promise<void> {
  const { body, group, deduplicationId } = commandMessage({
    name,
    id: randomUUID(),
    by: 'e2e',
    at: Date.now(),
  });
  const sqs = new SQSClient(world.admin);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: world.outputs['RolloutsQueueUrl'],
      MessageBody: JSON.stringify(body),
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
    }),
  );
  sqs.destroy();
}

async function used(role: string): Promise<readonly string[]> {
  const decisions = await world.cloud.launcher.decisions();
  return decisions
    .filter(({ principal, decision }) => principal.includes(role) && decision === 'allowed')
    .map(({ action }) => action);
}

function toldOf(name: string): string {
  return messages.filter((message) => message.includes(name)).join('\n');
}

async function revisionsOf(familyPrefix: string): Promise<readonly string[]> {
  return (await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix }))).taskDefinitionArns ?? [];
}

async function define({ name, image, executionRole }: Given): Promise<void> {
  const definition = new RegisterTaskDefinitionCommand({
    family: name,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: `arn:aws:iam::000000000000:role/${executionRole}`,
    containerDefinitions: [{ name: 'app', image: `${registryHost}/${image}`, essential: true }],
  });
  await ecs.send(definition);
}

async function service(given: Given): Promise<void> {
  const { name, blueGreen = false } = given;
  const deploymentConfiguration = blueGreen ? ({ strategy: 'BLUE_GREEN' } as const) : undefined;
  await define(given);
  const created = new CreateServiceCommand({
    cluster: 'demo',
    serviceName: name,
    taskDefinition: name,
    desiredCount: 1,
    launchType: 'FARGATE',
    deploymentConfiguration,
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
  });
  await ecs.send(created);
  const waiting = { client: ecs, maxWaitTime: 30, minDelay: 1, maxDelay: 1 };
  await waitUntilServicesStable(waiting, { cluster: 'demo', services: [name] });
}

async function runningImage(name: string): Promise<string | undefined> {
  const described = new DescribeServicesCommand({ cluster: 'demo', services: [name] });
  const { services = [] } = await ecs.send(described);
  return imageOf(services[0]?.taskDefinition);
}

async function imageOf(revision: string | undefined): Promise<string | undefined> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: revision }));
  return taskDefinition?.containerDefinitions?.[0]?.image;
}

async function urlOf(server: Server): Promise<string> {
  const { promise, resolve: listening } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening);
  await promise;
  const address = server.address();
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
}
