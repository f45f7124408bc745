import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { registryHost } from '../../../sandbox/world-types.ts';
import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import type { Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import { historyItem } from '../../../shared/records/history-record.ts';
import { noteTarget } from '../../../shared/records/inventory-record.ts';
import { aRollout, arn, aWanted, digest, pinnedImage } from '../../builders/rollouts.ts';
import { startStateWorld } from './state-world.ts';
import { slipway } from './terminal.ts';

let folder: string;
let world: Awaited<ReturnType<typeof startStateWorld>>;
const at = Date.UTC(2026, 10, 1, 10);

const rolling: Rollout = aRollout({
  generation: 7,
  cause: 'deploy',
  by: 'ada',
  notBefore: at,
  progress: { ours: 1, others: 2, at },
  plan: { plan: 'p1', index: 3 },
});
const busy: Target = {
  v: 1,
  cluster: 'prod',
  service: 'web',
  generation: 7,
  wanted: { app: aWanted({ tag: '1.0.0', digest: digest('a') }) },
  rollouts: [rolling, aRollout({ generation: 6, phase: 'failed', endedAt: at, reason: 'exit code 1' })],
  seen: {
    at,
    status: 'DRAINING',
    controller: 'ECS',
    managedByEcs: false,
    revision: arn(1),
    containers: [
      { name: 'app', image: pinnedImage('a') },
      { name: 'log', image: 'fluentd' },
    ],
    tags: {},
  },
  good: { revision: arn(1), images: {}, at },
  baking: { revision: arn(2), images: {}, at, generation: 5, until: at, plans: [] },
  hold: { reason: 'freeze', by: 'bob', at },
  quarantine: [{ repository: 'shop/web', digest: digest('c'), tag: '', reason: 'x'.repeat(300), at }],
  alone: [{ changes: {}, of: 1, cause: 'alone' }],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-status-'));
  world = await startStateWorld(folder);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

function run(...args: readonly string[]) {
  return slipway(args, { folder, env: world.env });
}

it('an empty inventory is said to be one', async () => {
  expect(await run('status')).toEqual({
    code: 0,
    stdout: '',
    stderr:
      'the running local world (embedded) knows no such target: reconcile finds services of the clusters in slipway.yml\n',
  });
  expect(await run('status', 'prod/web')).toMatchObject({ code: 1 });
  expect(await run('history', 'prod/none')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'nothing was rolled there\n',
  });
});

it('status of one target says all that is known', async () => {
  await world.give(busy);
  const plan = {
    v: 1,
    id: 'p1',
    first: 'waiting',
    total: 30,
    next: 12,
    open: [3, 4],
    failed: ['prod/x'],
    stopped: 'too many failed',
  };
  await world.table.write([{ pk: 'plan#p1', sk: 'state', version: 1, body: plan }]);
  const { code, stdout } = await run('status', 'prod/web');
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(
      /^prod\/web {2}web:1 {2}· {2}app shop\/web 1\.0\.0 \(aaaaaaaaaaaa\), log fluentd {2}· {2}DRAINING {2}· {2}seen \d+ \w+ ago$/,
    ),
    expect.stringMatching(
      /^ {10}rolling {2}rollout 7 {2}· {2}app: shop\/web 1\.1\.0 \(bbbbbbbbbbbb\) {2}· {2}web:2 {2}· {2}deploy by ada {2}· {2}for \d+ \w+ {2}· {2}not before 2026-11-01 10:00:00Z {2}· {2}1 new and 2 old tasks {2}· {2}plan: 10 of 30 done, 2 under way, 1 failed, waits for its first, stopped: too many failed$/,
    ),
    '          on hold  freeze (bob since 2026-11-01 10:00:00Z)',
    `          quarantined  shop/web cccccccccccc: ${'x'.repeat(160)}`,
    '          later  1 more to be tried, one after the other',
    '          last  rollout 6: failed 2026-11-01 10:00:00Z, exit code 1',
    '          baking  web:2 until 2026-11-01 10:00:00Z',
    '          good  web:1 since 2026-11-01 10:00:00Z',
  ]);
});

it('status for machines has times as ISO 8601', async () => {
  await run('pause', '--reason', 'a fire', '--by', 'ada');
  const { stdout, stderr } = await run('status', 'prod/web', '--json');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    where: 'the running local world (embedded)',
    pause: { by: 'ada', reason: 'a fire', since: expect.stringMatching(/Z$/) },
    targets: [
      {
        cluster: 'prod',
        service: 'web',
        open: [{ generation: 7, phase: 'rolling', plan: { total: 30, done: 10, open: 2 } }],
        last: { generation: 6, outcome: 'failed' },
        quarantine: [{ digest: digest('c'), since: '2026-11-01T10:00:00.000Z' }],
      },
    ],
  });
});

it('status of everything has what somebody has to see', async () => {
  const quiet: Target = { v: 1, cluster: 'prod', service: 'quiet', generation: 0, wanted: {}, rollouts: [] };
  const tagged = { ...quiet, service: 'tagged', seen: { ...busy.seen, revision: undefined } } as Target;
  const held = { ...tagged, seen: { ...tagged.seen, tags: { 'slipway:hold': 'by hand' } } } as Target;
  for (const target of [busy, quiet, held]) {
    await world.give(target);
    const names = [{ registry: registryHost, repository: 'shop/web' }];
    await noteTarget(world.table, target, { names, at: Date.now() });
  }
  await noteTarget(
    world.table,
    { ...quiet, service: 'gone' },
    {
      names: [{ registry: registryHost, repository: 'shop/web' }],
      at: Date.now(),
      isGone: true,
    },
  );
  const { stdout } = await run('status');
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^paused by ada since .*: a fire$/);
  expect(lines.filter((line) => !line.startsWith(' ')).slice(1)).toEqual([
    'prod/quiet   not looked at yet',
    expect.stringMatching(/^prod\/tagged {2}no task definition {2}· /),
    expect.stringMatching(/^prod\/web {5}web:1/),
  ]);
  expect(stdout).toContain('on hold  by hand (the ECS tag slipway:hold)');
  expect(stdout).not.toContain('  good  ');
  expect(stdout).not.toContain('gone');
});

it('history tells the newest first, in one line each', async () => {
  const change = {
    container: 'app',
    repository: 'shop/web',
    from: { tag: '1.0.0', digest: digest('a') },
    to: { tag: '1.1.0', digest: digest('b') },
    rule: 'semver ^1',
  };
  const entry = (generation: number, overrides: object) =>
    historyItem(
      { cluster: 'prod', service: 'old' },
      {
        v: 1,
        generation,
        cause: 'push',
        changes: [change],
        acceptedAt: at + generation * 1_000,
        endedAt: at,
        outcome: 'completed',
        reason: '',
        ...overrides,
      },
    );
  await world.table.write([
    entry(1, { baseRevision: arn(1), revision: arn(2), durationMs: 42_000 }),
    entry(2, { outcome: 'failed', reason: 'exit\u001b[31m', revision: arn(3), cause: 'deploy', by: 'ada' }),
    entry(3, {
      outcome: 'superseded',
      changes: [{ ...change, from: {}, to: { tag: '', digest: digest('b') } }],
    }),
  ]);
  const { code, stdout } = await run('history', 'prod/old');
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toEqual([
    '2026-11-01 10:00:03Z  superseded      3  push  app: shop/web ? → bbbbbbbbbbbb  ·  semver ^1',
    '2026-11-01 10:00:02Z  failed          2  deploy  app: shop/web 1.0.0 (aaaaaaaaaaaa) → 1.1.0 (bbbbbbbbbbbb)  ·  web:3  ·  semver ^1  ·  by ada  ·  exit\\u{1b}[31m',
    '2026-11-01 10:00:01Z  completed       1  push  app: shop/web 1.0.0 (aaaaaaaaaaaa) → 1.1.0 (bbbbbbbbbbbb)  ·  web:1 → web:2  ·  42 s  ·  semver ^1',
  ]);
  const limited = JSON.parse(
    (await run('history', 'prod/old', '--limit', '1', '--json')).stdout,
  ) as JsonObject;
  expect(limited).toMatchObject({ cluster: 'prod', service: 'old', entries: [{ generation: 3 }] });
});

it.each(['0', '1001', 'x', '1.5'])('history --limit %s is wrong usage', async (limit) => {
  expect(await run('history', 'prod/old', '--limit', limit)).toMatchObject({ code: 2, stdout: '' });
});
