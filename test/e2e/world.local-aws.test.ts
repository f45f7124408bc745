import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { functionNames } from '../../sandbox/embedded/functions.ts';
import { functionLog } from '../../sandbox/local-aws/function-logs.ts';
import { type LocalAws, startLocalAws } from '../../sandbox/local-aws/world.ts';
import { pushImage } from '../../sandbox/push/client.ts';

const root = resolve(import.meta.dirname, '../..');
const names = [...functionNames];
const config = `
version: 1
clusters: [demo]
permissions: { passRoles: ["demo-*"] }
deploy:
  - { image: shop/web, tags: { semver: "^1" } }
notify:
  - slack: { credentials: slipway/slack }
`;
const recorder =
  'export const handler = async (event: unknown) => console.log(`got ${JSON.stringify(event)}`);\n';

let folder = '';
let temporary = '';
let world: LocalAws;
const faults: unknown[] = [];

/** The real stack with functions that only write down what they get. */
const options = () => ({
  root,
  configFile: join(folder, 'slipway.yml'),
  functions: join(folder, 'functions'),
  pace: 10,
  seed: 1,
  secrets: { 'slipway/slack': 'http://127.0.0.1:9/inbox' },
  onFault: (fault: unknown) => faults.push(fault),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-e2e-'));
  await writeFile(join(folder, 'slipway.yml'), config);
  for (const name of names) {
    await mkdir(join(folder, 'functions', name), { recursive: true });
    await writeFile(join(folder, 'functions', name, 'handler.ts'), recorder);
  }
  temporary = join(folder, 'tmp');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
  world = await startLocalAws(options());
});

afterAll(async () => {
  await world?.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('the packaged stack in the local AWS', () => {
  it('is deployed with its outputs', () => {
    expect(world.outputs).toMatchObject({
      TickFunctionName: 'slipway-local-tick',
      TableName: expect.any(String),
      RolloutsQueueUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/.*\.fifo$/),
    });
  });

  it('finds the secrets that were there before it', async () => {
    const command = new GetSecretValueCommand({ SecretId: 'slipway/slack' });
    const { SecretString } = await world.cloud.clients.secrets.send(command);
    expect(SecretString).toBe('http://127.0.0.1:9/inbox');
  });

  it('hears a push to the registry, and ECR at the one endpoint knows the image', async () => {
    const { digest } = await pushImage({
      registryUrl: world.endpoints.registry,
      repository: 'shop/web',
      tag: '1.2.3',
    });
    const ecr = new ECRClient(world.admin);
    const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'shop/web' }));
    ecr.destroy();
    expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ['1.2.3'] }]);
    expect(await logged('image-pushed')).toContain(digest);
  });

  it('has ECS by our model, at the one endpoint and at its own', async () => {
    const atAws = new ECSClient(world.admin);
    const own = new ECSClient({ ...world.admin, endpoint: world.endpoints.ecs });
    await atAws.send(new CreateClusterCommand({ clusterName: 'demo' }));
    const { clusters = [] } = await own.send(new DescribeClustersCommand({ clusters: ['demo'] }));
    atAws.destroy();
    own.destroy();
    expect(clusters).toMatchObject([{ clusterName: 'demo', status: 'ACTIVE' }]);
    expect(world.ecs.ledger.count('CreateCluster')).toBe(1);
  });

  it('ticks when its schedule fires, with the role of the schedule', async () => {
    const schedule = scheduleOf('Tick');
    expect(schedule?.expression).toBe('rate(1 minute)');
    await world.schedules.fire(schedule?.name ?? '');
    expect(await logged('tick')).toContain('got {');
    expect(await world.cloud.launcher.decisions()).toContainEqual(
      expect.objectContaining({ action: 'lambda:InvokeFunction', decision: 'allowed' }),
    );
  });

  it('has reconcile asked for a look at everything through its queue, with the role of the schedule', async () => {
    const schedule = scheduleOf('Reconcile');
    expect(schedule?.expression).toBe('rate(15 minutes)');
    await world.schedules.fire(schedule?.name ?? '');
    expect(await logged('reconcile')).toContain(String.raw`{\"v\":1,\"kind\":\"all\"}`);
    expect(await world.cloud.launcher.decisions()).toContainEqual(
      expect.objectContaining({
        principal: expect.stringContaining('ReconcileScheduleRole'),
        action: 'sqs:SendMessage',
        resource: expect.stringContaining('ReconcilesQueue'),
        decision: 'allowed',
      }),
    );
  });

  it('tells what its roles have not used yet, and that nothing was refused', async () => {
    const unused = await world.unusedGrants();
    expect(unused).toContainEqual({ role: 'RollServiceRole', action: 'ecs:UpdateService' });
    expect(unused).not.toContainEqual({ role: 'TickScheduleRole', action: 'lambda:InvokeFunction' });
    expect(await world.refusals()).toEqual([]);
    expect(faults).toEqual([]);
  });
});

describe('a local AWS that cannot be made', () => {
  it('leaves nothing behind', async () => {
    const wrong = join(folder, 'wrong.yml');
    await writeFile(wrong, 'version: 1\nclusters: 7\n');
    const before = await readdir(temporary);
    await expect(startLocalAws({ ...options(), configFile: wrong })).rejects.toThrow(/clusters/);
    expect(await readdir(temporary)).toEqual(before);
  });
});

function scheduleOf(name: string) {
  return world.schedules.all.find((schedule) => schedule.name.includes(`${name}Schedule`));
}

async function logged(name: string): Promise<string> {
  const find = async () => {
    const lines = await functionLog(world.admin, `slipway-local-${name}`);
    const line = lines.find(({ message }) => message.includes('got {'));
    if (line === undefined) throw new Error(`${name} logged nothing.\n${world.cloud.tail()}`);
    return line.message;
  };
  return vi.waitFor(find, { timeout: 10_000, interval: 100 });
}
