import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realClock } from '../../../sandbox/clock.ts';
import { startEcsEndpoint } from '../../../sandbox/ecs/endpoint.ts';
import { createEcsModel } from '../../../sandbox/ecs/model.ts';
import { MemoryQueue } from '../../../sandbox/embedded/memory-queue.ts';
import { MemoryTable } from '../../../sandbox/embedded/memory-table.ts';
import { startStateEndpoint } from '../../../sandbox/embedded/state-endpoint.ts';
import { loadImage } from '../../../sandbox/push/load-image.ts';
import { createRegistry } from '../../../sandbox/registry/registry.ts';
import { startRegistry } from '../../../sandbox/registry/server.ts';
import { account, type BusEvent, region, registryHost } from '../../../sandbox/world-types.ts';
import { noteTarget, repositoriesOf } from '../../../shared/records/inventory-record.ts';
import { changeTarget } from '../../../shared/records/target-record.ts';
import { aServer, json, operationOf } from '../../adapter/http.ts';
import { anImage } from '../../builders/images.ts';
import { slipway } from './terminal.ts';

const events: BusEvent[] = [];
const clock = realClock();
const table = new MemoryTable();
const closing: (() => Promise<void>)[] = [];
let folder: string;
let env: Record<string, string>;
let pushed: BusEvent | undefined;
let firstDigest: string;
let ecsCalls: () => Readonly<Record<string, number>>;
let callsBefore: Readonly<Record<string, number>>;

/** A world like the demo's: `web` from shop/web under semver ^1, `worker` from shop/worker:latest. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-explain-'));
  const emit = (event: BusEvent) => events.push(event);
  const registry = createRegistry({ clock, account, region, emit });
  const { resolveImage } = registry;
  const model = createEcsModel({ clock, account, region, emit, resolveImage, pace: 1_000 });
  const [ecs, ecr] = [await startEcsEndpoint(model), await startRegistry(registry)];
  closing.push(
    () => ecs.close(),
    () => ecr.close(),
  );
  ecsCalls = () => ecs.ledger.byOperation();
  callsBefore = ecsCalls();
  firstDigest = loadImage(registry, { repository: 'shop/web', tag: '1.0.0' }, anImage({ seed: 'first' }));
  loadImage(registry, { repository: 'shop/worker', tag: 'latest' }, anImage({ seed: 'worker' }));
  model.handle('CreateCluster', { clusterName: 'demo' });
  for (const [family, image] of [
    ['web', 'shop/web:1.0.0'],
    ['canary', 'shop/web:1.0.0'],
    ['worker', 'shop/worker:latest'],
  ]) {
    const app = { name: 'app', image: `${registryHost}/${image}`, memory: 128 };
    model.handle('RegisterTaskDefinition', { family: family ?? '', containerDefinitions: [app] });
    model.handle('CreateService', {
      cluster: 'demo',
      serviceName: family ?? '',
      taskDefinition: family ?? '',
      desiredCount: 0,
    });
    await see(family ?? '', app.image);
  }
  const image = anImage({ seed: 'second', labels: { 'org.opencontainers.image.authors': 'Ada\u001b[31m' } });
  loadImage(registry, { repository: 'shop/web', tag: '1.1.0' }, image);
  pushed = events.findLast((event) => event['detail-type'] === 'ECR Image Action');
  const rollouts = new MemoryQueue({ clock, fifo: true, visibilityMs: 1, receiveMax: 1 });
  const state = await startStateEndpoint({ table, rollouts });
  closing.push(() => state.close());
  const endpoints = { ecs: ecs.url, registry: ecr.url, state: state.url };
  env = { SLIPWAY_WORLD_FOLDER: await worldAt('running', aWorld(endpoints)) };
});
afterAll(async () => {
  for (const close of closing) await close();
  await rm(folder, { recursive: true });
});

/** What reconcile leaves in the table of a service. */
async function see(service: string, image: string): Promise<void> {
  const at = clock.now();
  const name = { cluster: 'demo', service };
  const containers = [{ name: 'app', image }];
  const revision = `arn:aws:ecs:${region}:${account}:task-definition/${service}:1`;
  const running = { status: 'ACTIVE', controller: 'ECS', managedByEcs: false, tags: {}, revision };
  const seen = { at, ...running, containers };
  const target = { v: 1, ...name, generation: 0, wanted: {}, rollouts: [], seen } as const;
  await changeTarget({ table, now: at }, name, () => ({ target, notices: [] }));
  await noteTarget(table, name, { names: repositoriesOf(containers), at });
}

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function worldAt(name: string, world: unknown): Promise<string> {
  await mkdir(join(folder, name), { recursive: true });
  await file(join(name, 'world.json'), world);
  return join(folder, name);
}

function aWorld(endpoints: Record<string, string>, pid = process.pid) {
  return {
    pid,
    state: 'ready',
    world: 'embedded',
    endpoints: { inbox: 'http://127.0.0.1:9999', ...endpoints },
  };
}

function explain(event: unknown, ...options: readonly string[]) {
  return slipway(['explain', '-', ...options], { stdin: JSON.stringify(event), folder, env });
}

function anAction(detail: object): object {
  return { ...pushed, detail: { ...pushed?.detail, ...detail } };
}

const aDeployment = {
  version: '0',
  id: 'd1',
  'detail-type': 'ECS Deployment State Change',
  source: 'aws.ecs',
  account,
  time: '2026-11-21T10:00:00Z',
  region,
  resources: [`arn:aws:ecs:${region}:${account}:service/demo/web`],
  detail: {
    eventType: 'INFO',
    eventName: 'SERVICE_DEPLOYMENT_COMPLETED',
    deploymentId: 'ecs-svc/1',
    reason: 'ECS deployment ecs-svc/1 completed.',
  },
};

describe('slipway explain, of a push', () => {
  it('says which rules match, what each service would get, and why', async () => {
    const { code, stdout, stderr } = await explain(pushed);
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      expect.stringMatching(
        /^event {4}ECR Image Action of aws\.ecr {2}· {2}PUSH SUCCESS shop\/web:1\.1\.0 [0-9a-f]{12} {2}· {2}000000000000 {2}· {2}eu-west-1 {2}· {2}/,
      ),
      'against  the running local world (embedded), the demo',
      'rule     deploy[0] shop/web  ·  semver ^1  ·  services demo/web  ·  containers app  ·  may want this tag',
      expect.stringMatching(
        /^push {5}shop\/web:1\.1\.0 is [0-9a-f]{12} {2}· {2}linux\/amd64 {2}· {2}commit [0-9a-f]{40} {2}· {2}by Ada\\u\{1b\}\[31m$/,
      ),
      'demo/canary  skip  no rule names it',
      'demo/web     roll  the rule wants it: semver ^1  (deploy[0])',
      expect.stringMatching(/^ {13}app: 1\.0\.0 → 1\.1\.0 \([0-9a-f]{12}\)$/),
      '',
    ]);
    expect(stderr).toBe('');
  });

  it('is one JSON document for machines', async () => {
    const { code, stdout, stderr } = await explain(pushed, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      event: { source: 'aws.ecr', detailType: 'ECR Image Action', account, region },
      kind: 'decided',
      push: { repository: 'shop/web', tag: '1.1.0', platforms: ['linux/amd64'], stale: false },
      rules: [{ rule: 'deploy[0]', policy: 'semver ^1', wantsTag: true }],
      targets: [
        { service: 'canary', decision: 'skip', reason: 'no rule names it' },
        {
          cluster: 'demo',
          service: 'web',
          decision: 'roll',
          reason: 'the rule wants it',
          detail: 'semver ^1',
          rule: 'deploy[0]',
          changes: [{ container: 'app', from: '1.0.0', to: expect.stringContaining('1.1.0 (') }],
        },
      ],
      against: 'the running local world (embedded), the demo',
      notes: [],
    });
  });

  it('of a tag that no longer means that digest explains what it means now', async () => {
    const { stdout } = await explain(anAction({ 'image-digest': firstDigest }));
    expect(stdout).toContain('by now, not what the event says');
  });

  it('names the reason for each service that is left alone', async () => {
    const everywhere =
      'version: 1\nclusters: [demo]\ndeploy:\n  - { image: shop/web, tags: { semver: "^2" } }\n';
    await file('slipway.yml', everywhere);
    const { stdout } = await explain(pushed, '--config', 'slipway.yml', '--json');
    const skipped = {
      decision: 'skip',
      reason: 'tag not wanted',
      detail: 'outside the range',
      rule: 'deploy[0]',
    };
    const { targets, rules, against } = JSON.parse(stdout);
    expect(rules).toMatchObject([{ wantsTag: false, reason: 'outside the range' }]);
    expect(against).toBe('the running local world (embedded), slipway.yml');
    expect(targets).toMatchObject([
      { service: 'canary', ...skipped },
      { service: 'web', ...skipped },
    ]);
  });

  it.each([
    ['a deletion', { 'action-type': 'DELETE' }, 'not a push'],
    ['no tag', { 'image-tag': '' }, 'untagged'],
    ['a tag that is gone', { 'image-tag': '1.9.9' }, 'tag is gone'],
    ['another repository', { 'repository-name': 'shop/other' }, 'no rule wants it'],
  ])('with %s says that it is ignored, and why', async (_what, detail, reason) => {
    const { code, stdout } = await explain(anAction(detail));
    expect(code).toBe(0);
    expect(stdout).toContain(`\nignored  ${reason}\n`);
    expect(JSON.parse((await explain(anAction(detail), '--json')).stdout)).toMatchObject({
      kind: 'ignored',
      reason,
      targets: [],
    });
  });

  it.each([
    [['slipway-local-Table'], true],
    [['slipway-local-Table', 'another'], false],
  ])('on a local AWS with the tables %j remembers: %s', async (TableNames, remembers) => {
    await using dynamodb = await aServer((heard) =>
      json(operationOf(heard) === 'ListTables' ? { TableNames } : {}),
    );
    const { endpoints } = JSON.parse(
      await readFile(join(env['SLIPWAY_WORLD_FOLDER'] ?? '', 'world.json'), 'utf8'),
    );
    const world = { ...aWorld({ ...endpoints, aws: dynamodb.url }), world: 'local-aws' };
    const SLIPWAY_WORLD_FOLDER = await worldAt('local-aws', world);
    const stdin = JSON.stringify(pushed);
    const { stdout, stderr } = await slipway(['explain', '-'], {
      stdin,
      folder,
      env: { SLIPWAY_WORLD_FOLDER },
    });
    expect(stdout).toContain('against  the running local world (local-aws), the demo\n');
    expect(stdout).toContain(
      remembers
        ? 'nothing  there is no inventory yet: reconcile makes it'
        : "nothing  without the stack's table nobody knows which services run this repository",
    );
    expect(stderr === '').toBe(remembers);
    expect(dynamodb.heard.map(operationOf)).toEqual([
      'ListTables',
      ...(remembers ? ['GetItem', 'Query', 'Query'] : []),
    ]);
  });

  it('of a repository that nobody runs says so', async () => {
    const config =
      'version: 1\nclusters: [other]\ndeploy:\n  - { image: shop/web, tags: { semver: "^1" } }\n';
    await file('other.yml', config);
    const { stdout } = await explain(pushed, '--config', 'other.yml');
    expect(stdout).toContain('nothing  nothing in other runs this repository, as reconcile saw it last');
  });

  it('asks ECS for nothing', () => {
    expect(ecsCalls()).toEqual(callsBefore);
  });

  it.each([
    [
      'ECR Replication Action',
      { 'action-type': 'REPLICATE', 'source-account': account, 'source-region': region },
    ],
    [
      'ECR Pull Through Cache Action',
      { 'sync-status': 'SUCCESS', 'upstream-registry-url': 'public.ecr.aws' },
    ],
  ])('that came as %s is explained likewise', async (detailType, detail) => {
    const { stdout } = await explain({ ...anAction(detail), 'detail-type': detailType });
    expect(stdout).toContain('demo/web     roll');
  });
});

describe('slipway explain, of a deployment', () => {
  it('says what the service runs, and that no rollout is open', async () => {
    const { code, stdout } = await explain(aDeployment);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^demo\/web {2}nothing {2}no open rollout: the service runs web:1, /m);
  });

  it('of an embedded world that does not say where its state is says that as well', async () => {
    const { endpoints } = JSON.parse(
      await readFile(join(env['SLIPWAY_WORLD_FOLDER'] ?? '', 'world.json'), 'utf8'),
    );
    const { state: _state, ...older } = endpoints;
    const SLIPWAY_WORLD_FOLDER = await worldAt('older', aWorld(older));
    const asked = { stdin: JSON.stringify(aDeployment), folder, env: { SLIPWAY_WORLD_FOLDER } };
    const { stdout, stderr } = await slipway(['explain', '-'], asked);
    expect(stdout).toMatch(
      /^demo\/web {2}unknown {2}rollouts are remembered in the table: the service runs web:1, /m,
    );
    expect(stderr).toContain('start the world again with `npm start`');
  });

  it.each([
    [{ account: '111111111111' }, 'another account'],
    [{ region: 'us-east-1' }, 'another Region'],
  ])('of %j is ignored', async (other, reason) => {
    expect(JSON.parse((await explain({ ...aDeployment, ...other }, '--json')).stdout)).toMatchObject({
      kind: 'ignored',
      reason,
    });
  });

  it('of a service that is not there says so', async () => {
    const resources = [`arn:aws:ecs:${region}:${account}:service/demo/none`];
    expect((await explain({ ...aDeployment, resources })).stdout).toContain('the service is not there');
  });
});

describe('slipway explain', () => {
  it('reads a file', async () => {
    await file('event.json', pushed);
    const { code, stdout } = await slipway(['explain', 'event.json'], { folder, env });
    expect(code).toBe(0);
    expect(stdout).toContain('demo/web     roll');
  });

  it.each([
    ['is another event', { source: 'aws.ec2', 'detail-type': 'EC2 Instance State-change Notification' }],
    ['is of somebody else', { source: 'my.own', 'detail-type': 'ECR Image Action' }],
  ])('of what %s says that Slipway does nothing with it', async (_what, event) => {
    const { code, stdout } = await explain(event);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "ignored  Slipway acts on what comes to ECR and on ECS's events of deployments alone",
    );
  });

  it.each([
    ['no JSON', '{', 'standard input is no JSON'],
    ['no event', '{"detail":{}}', 'standard input holds no EventBridge event'],
    ['an empty text', '', 'standard input is no JSON'],
    ['too long', ' '.repeat(1024 * 1024 + 1), 'longer than 1048576 bytes'],
    ['an odd action', '{"source":"aws.ecr","detail-type":"ECR Image Action"}', 'not an ECR Image Action'],
  ])('of %s is a problem of what was given', async (_what, stdin, words) => {
    const { code, stdout, stderr } = await slipway(['explain', '-'], { stdin, folder, env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(words);
  });

  it.each([
    [['none.json'], 'none.json cannot be read (ENOENT)'],
    [['-', '--config', 'none.yml'], 'none.yml:1:1  there is no such file'],
  ])('with %j fails with a reason', async (args, words) => {
    const { code, stderr } = await slipway(['explain', ...args], {
      stdin: JSON.stringify(pushed),
      folder,
      env,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });

  it('of a world that has ended asks the account, which is not there', async () => {
    const nobody = { ecs: 'http://127.0.0.1:9999', registry: 'http://127.0.0.1:9999' };
    const SLIPWAY_WORLD_FOLDER = await worldAt('dead', aWorld(nobody, 2 ** 22 + 1));
    await file(
      'slipway.yml',
      'version: 1\nclusters: [demo]\ndeploy: [{ image: shop/web, tags: { semver: "^1" } }]\n',
    );
    const options = ['--account', '000000000000', '--region', 'eu-west-1', '--json'];
    const stdin = JSON.stringify(anAction({ 'action-type': 'DELETE' }));
    const { code, stdout } = await slipway(['explain', '-', ...options], {
      stdin,
      folder,
      env: { SLIPWAY_WORLD_FOLDER },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      against: 'account 000000000000 in eu-west-1, slipway.yml',
      reason: 'not a push',
      notes: [expect.stringContaining('--table or SLIPWAY_TABLE')],
    });
  });
});
