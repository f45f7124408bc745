import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadImage } from '../../../sandbox/push/load-image.ts';
import { registryHost } from '../../../sandbox/world-types.ts';
import { shortDigest } from '../../../shared/domain/image-ref.ts';
import type { Seen, Target } from '../../../shared/domain/target/state.ts';
import { loadTarget } from '../../../shared/records/target-record.ts';
import { anImage } from '../../builders/images.ts';
import { arn, digest } from '../../builders/rollouts.ts';
import { startStateWorld } from './state-world.ts';
import { slipway } from './terminal.ts';

let folder: string;
let world: Awaited<ReturnType<typeof startStateWorld>>;
let pushed: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-commands-'));
  world = await startStateWorld(folder);
  const labels = { 'org.opencontainers.image.authors': 'Ada' };
  pushed = loadImage(
    world.registry,
    { repository: 'shop/web', tag: '1.2.0' },
    anImage({ seed: 'new', labels }),
  );
});
beforeEach(() => {
  world.ends = () => ({ outcome: 'completed', reason: 'as ECS says' });
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const old = digest('a');
let services = 0;

/** A new service on revision 1 that runs shop/web. */
async function aService(overrides: Partial<Target> = {}, seen: Partial<Seen> = {}): Promise<string> {
  services += 1;
  const service = `web-${services}`;
  const containers = [{ name: 'app', image: `${registryHost}/shop/web@${old}` }];
  const running = { at: 0, status: 'ACTIVE', controller: 'ECS', managedByEcs: false, tags: {}, containers };
  await world.give({
    v: 1,
    cluster: 'prod',
    service,
    generation: 0,
    wanted: {},
    rollouts: [],
    seen: { ...running, revision: arn(1), ...seen },
    ...overrides,
  });
  return `prod/${service}`;
}

function run(...args: readonly string[]) {
  return slipway(args, { folder, env: world.env });
}

function targetOf(name: string) {
  return loadTarget(world.table, { cluster: 'prod', service: name.slice('prod/'.length) });
}

describe('slipway deploy', () => {
  it('rolls what a tag means now, and says how it ended', async () => {
    const name = await aService();
    const { code, stdout, stderr } = await run('deploy', name, 'shop/web:1.2.0');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `completed  ${name}: app: shop/web aaaaaaaaaaaa → 1.2.0 (${shortDigest(pushed)})  ·  web:2  ·  42 s  ·  rollout 1  ·  as ECS says\n`,
    );
    expect((await targetOf(name))?.rollouts[0]).toMatchObject({
      cause: 'deploy',
      by: userInfo().username,
      changes: { app: { registry: registryHost, tag: '1.2.0', digest: pushed, author: 'Ada' } },
    });
  });

  it('of a digest knows its only tag', async () => {
    const name = await aService();
    const { code } = await run('deploy', name, `${registryHost}/shop/web@${pushed}`, '--by', 'bob');
    expect(code).toBe(0);
    expect((await targetOf(name))?.rollouts[0]).toMatchObject({
      by: 'bob',
      changes: { app: { tag: '1.2.0' } },
    });
  });

  it('that is rolled back has failed', async () => {
    const name = await aService();
    world.ends = () => ({ outcome: 'rolled-back', reason: 'tasks failed to start' });
    const { code, stdout } = await run('deploy', name, 'shop/web:1.2.0', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      command: { name: 'deploy', id: expect.any(String) },
      status: 'ended',
      wished: false,
      target: name,
      rollout: { outcome: 'rolled-back', reason: 'tasks failed to start', generation: 1 },
    });
  });

  it('that is skipped is no success, unless it runs already', async () => {
    world.ends = () => ({ outcome: 'skipped', reason: 'on hold: freeze' });
    expect(await run('deploy', await aService(), 'shop/web:1.2.0')).toMatchObject({ code: 1 });
    world.ends = () => ({ outcome: 'skipped', reason: 'already running' });
    expect(await run('deploy', await aService(), 'shop/web:1.2.0')).toMatchObject({ code: 0 });
  });

  it('follows a rollout into the one that it joined', async () => {
    const name = await aService();
    world.ends = ({ generation }) =>
      generation === 1
        ? { outcome: 'joined', reason: 'rollout 2 took its place' }
        : { outcome: 'failed', reason: 'of the second' };
    const running = run('deploy', name, 'shop/web:1.2.0');
    while ((await targetOf(name))?.rollouts[0]?.phase !== 'joined')
      await new Promise((done) => setTimeout(done, 5));
    await run('deploy', name, 'shop/web:1.2.0', '--no-wait');
    expect(await running).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('rollout 2  ·  of the second'),
    });
  });

  it('finds the outcome in the history, where the target has forgotten it', async () => {
    const name = await aService();
    world.ends = undefined;
    const running = run('deploy', name, 'shop/web:1.2.0');
    const open = async () => (await targetOf(name))?.rollouts[0];
    while ((await open()) === undefined) await new Promise((done) => setTimeout(done, 5));
    const body = {
      v: 1,
      generation: 1,
      cause: 'deploy',
      changes: [],
      acceptedAt: 5,
      endedAt: 6,
      outcome: 'failed',
      reason: 'long ago',
    };
    const service = name.slice('prod/'.length);
    await world.table.write([{ pk: `target#${name}`, sk: 'history#0000000000005#1', version: 1, body }]);
    await world.give({ v: 1, cluster: 'prod', service, generation: 9, wanted: {}, rollouts: [] });
    expect(await running).toMatchObject({ code: 1, stdout: `failed  ${name}  ·  rollout 1  ·  long ago\n` });
  });

  it('without waiting is content when it is accepted', async () => {
    world.ends = undefined;
    const name = await aService();
    const { code, stdout } = await run('deploy', name, 'shop/web:1.2.0', '--no-wait');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `accepted  ${name} is rolled to shop/web:1.2.0 (${shortDigest(pushed)}) in app\n`,
    });
  });

  it('without an outcome in time says so with an exit code of its own', async () => {
    world.ends = undefined;
    const { code, stdout } = await run('deploy', await aService(), 'shop/web:1.2.0', '--timeout', '1s');
    expect({ code, stdout }).toEqual({
      code: 4,
      stdout: expect.stringMatching(/^waiting {2}no outcome yet of rollout 1: /),
    });
  });

  it.each([
    ['shop/web:none', 'there is no image shop/web:none in 000000000000.dkr.ecr.eu-west-1.amazonaws.com'],
    ['shop/none', 'there is no image shop/none:latest in '],
    [
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.2.0',
      'is not the registry of this account and Region',
    ],
    ['docker.io/library/nginx:1', 'is not the registry of this account and Region'],
  ])('of %s is refused here already', async (image, words) => {
    const { code, stdout, stderr } = await run('deploy', await aService(), image);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('of an image that the task cannot run is refused here already', async () => {
    const name = await aService({}, { platform: { os: 'windows', architecture: 'amd64' } });
    expect(await run('deploy', name, 'shop/web:1.2.0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the task needs windows/amd64, and shop/web:1.2.0 has linux/amd64'),
    });
  });

  it('is refused by roll-service with a reason', async () => {
    const name = await aService({ hold: { reason: 'freeze', by: 'bob', at: 0 } });
    const { code, stdout } = await run('deploy', name, 'shop/web:1.2.0');
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `refused  ${name} is on hold: freeze (bob). \`slipway resume ${name}\` lifts it\n`,
    });
  });

  it('while everything is paused says what it waits for', async () => {
    world.ends = undefined;
    await run('pause', '--reason', 'a fire');
    const { stderr } = await run('deploy', await aService(), 'shop/web:1.2.0', '--no-wait');
    expect(stderr).toMatch(/^note {2}Slipway is paused by .*: it waits until `slipway unpause`\n$/);
    await run('unpause');
  });
});

describe('slipway rollback', () => {
  const good = { revision: arn(1), images: { app: `${registryHost}/shop/web@${digest('b')}` }, at: 0 };

  it('goes back, and says until when the target is on hold', async () => {
    const name = await aService({ good }, { revision: arn(2) });
    const { code, stdout } = await run('rollback', name, '--reason', 'it is slow');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^completed {2}prod\/web-\d+: app: shop\/web aaaaaaaaaaaa → bbbbbbbbbbbb {2}· .* on hold until `slipway resume prod/,
    );
    expect((await targetOf(name))?.hold?.reason).toBe(`rolled back by ${userInfo().username}: it is slow`);
  });

  it('takes a revision or a digest', async () => {
    const name = await aService({ good }, { revision: arn(2) });
    expect(await run('rollback', name, '--to', 'web:1')).toMatchObject({ code: 0 });
    expect(await run('rollback', name, '--to', 'ffffffffffff')).toMatchObject({
      code: 1,
      stdout: `refused  ${name} ran no ffffffffffff, as far as Slipway remembers\n`,
    });
  });
});

describe('the other verbs', () => {
  it('hold, resume and unquarantine say what they did', async () => {
    const image = { repository: 'shop/web', digest: digest('c'), tag: '1.3.0', reason: 'exit code 1', at: 0 };
    const name = await aService({ quarantine: [image] });
    expect(await run('hold', name, '--reason', 'freeze')).toEqual({
      code: 0,
      stdout: `accepted  ${name} is on hold: freeze. \`slipway resume ${name}\` ends it\n`,
      stderr: '',
    });
    expect((await run('unquarantine', name, '--digest', 'cccccccccccc')).stdout).toBe(
      `accepted  no longer quarantined for ${name}: shop/web:1.3.0 (cccccccccccc)\n`,
    );
    expect((await run('resume', name)).stdout).toContain('is no longer on hold');
    expect(await targetOf(name)).toMatchObject({ quarantine: [] });
  });

  it('pause and unpause are told to nobody in particular', async () => {
    expect((await run('pause', '--by', 'ada')).stdout).toBe(
      'accepted  Slipway is paused by ada. Nothing is rolled until `slipway unpause`\n',
    );
    expect((await run('unpause', '--by', 'ada')).stdout).toBe('accepted  Slipway goes on, says ada\n');
  });

  it('a target that nobody knows is refused', async () => {
    expect(await run('hold', 'prod/none')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^refused {2}Slipway knows no prod\/none/),
    });
  });
});

describe('whoever asks', () => {
  it.each<[string, readonly string[], string]>([
    ['names no target', ['hold', 'web'], 'Write it as cluster/service.'],
    ['gives an empty reason', ['hold', 'prod/web', '--reason', ' '], 'It is empty.'],
    [
      'gives half a digest',
      ['unquarantine', 'prod/web', '--digest', 'abc'],
      'at least 12 hexadecimal digits',
    ],
    [
      'names nothing to go back to',
      ['rollback', 'prod/web', '--to', 'yesterday'],
      'Write web:41, 41, the ARN',
    ],
    ['waits for no time', ['rollback', 'prod/web', '--timeout', 'soon'], 'It is no duration: write'],
    ['names no image', ['deploy', 'prod/web', 'Shop Web'], 'Write it as repository:tag'],
    [
      'names an image without end',
      ['deploy', 'prod/web', `shop/${'w'.repeat(512)}`],
      'Write it as repository:tag',
    ],
    [
      'names no container',
      ['deploy', 'prod/web', 'shop/web', '--container', 'a b'],
      'no name of a container',
    ],
  ])('%s uses it wrongly', async (_what, args, words) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('is told where there is nobody to ask', async () => {
    const env = { SLIPWAY_WORLD_FOLDER: join(folder, 'none') };
    expect(await slipway(['hold', 'prod/web'], { folder, env })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'slipway: no local world runs here: name the stack with --stage (or SLIPWAY_STAGE) or --stack\n',
    });
  });

  it('plays with no terminal of others', async () => {
    const { code, stderr } = await run('hold', 'prod/web', '--reason', 'a\u001b[31m');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('reason: must be text') });
  });

  it.each(['rollback', 'hold', 'resume', 'unquarantine', 'deploy', 'pause', 'unpause', 'status', 'history'])(
    'finds in the help of %s which Slipway is meant',
    async (verb) => {
      const { code, stdout } = await run(verb, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain('--stage <stage>');
      expect(stdout).toContain('Which Slipway');
    },
  );
});
