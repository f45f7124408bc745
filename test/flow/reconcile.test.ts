import { describe, expect, it } from 'vitest';
import { Refused, RejectedInput, Throttled, Unavailable } from '../../shared/faults.ts';
import { entriesOf, knownRepositories } from '../../shared/records/inventory-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import { aDescribed } from '../builders/events.ts';
import {
  account,
  aDeployment,
  arn,
  aService,
  at,
  digest,
  name,
  pinnedImage,
  region,
  registry,
} from '../builders/rollouts.ts';
import { crashAt, type Watch } from '../fakes/around.ts';
import { aConfig, FakeWorld, taken } from '../fakes/fake-world.ts';
import { all, aPass, drained, running, web } from './reconcile-given.ts';

const owner = `slipway-dev/${account}/${region}`;
const proxy = { registry, repository: 'shop/proxy' };
const seeWeb = { v: 1, kind: 'see', ...name };
const days = 24 * 3_600_000;

async function aSeenWorld(): Promise<FakeWorld> {
  const world = new FakeWorld();
  await aPass(world);
  world.virtual.advance(15 * 60_000);
  world.entries.splice(0);
  return world;
}

describe('a pass', () => {
  it('claims the cluster, adopts what runs, notes who runs what, and has every repository selected', async () => {
    const world = new FakeWorld();
    world.tasks.run(name, arn(1), { app: digest('a') });
    expect(await aPass(world)).toEqual([
      { v: 1, kind: 'select', ...proxy },
      { v: 1, kind: 'select', ...web },
    ]);
    expect(await world.clusters.tag('prod', 'slipway:owner')).toEqual({ value: owner });
    expect(await world.target()).toMatchObject({
      seen: { revision: arn(1), status: 'ACTIVE', platform: { os: 'linux', architecture: 'amd64' } },
      good: { revision: arn(1), images: { app: pinnedImage('a') } },
      ran: [digest('a')],
    });
    expect([await running(world), await running(world, proxy)]).toEqual([['web'], ['web']]);
    expect(world.outcomes()).toEqual(['pass begun', 'target adopted', 'page seen', 'pass over']);
    expect(await world.said()).toEqual([]);
  });

  it('goes page by page, ten services to a question', async () => {
    const world = new FakeWorld();
    world.services.pageSize = 12;
    for (let number = 0; number < 30; number += 1) world.services.put(aService({ service: `s${number}` }));
    const asked: string[] = [];
    const selected = await aPass(world, (method, call) => {
      asked.push(method);
      return call();
    });
    const count = (method: string) => asked.filter((one) => one === method).length;
    expect([count('services.page'), count('services.describe')]).toEqual([3, 5]);
    expect(await running(world)).toHaveLength(31);
    expect(selected).toHaveLength(2);
  });

  it('that finds nothing new writes nothing about it, and asks no task what it runs', async () => {
    const world = await aSeenWorld();
    const before = await world.target();
    const asked: string[] = [];
    await aPass(world, (method, call) => {
      asked.push(method);
      return call();
    });
    expect(await world.target()).toEqual(before);
    expect(asked).not.toContain('tasks.runningDigests');
    expect(world.outcomes()).toEqual(['pass begun', 'page seen', 'pass over']);
  });

  it('is one at a time', async () => {
    const world = new FakeWorld();
    await world.reconcile(all);
    await world.reconcile(all);
    expect(taken(world.reconciles)).toHaveLength(1);
    expect(world.outcomes()).toEqual(['pass begun', 'another pass is under way']);
  });

  it('that another one overtook goes no further', async () => {
    const world = new FakeWorld();
    await world.reconcile(all);
    const [page] = taken(world.reconciles);
    world.virtual.advance(15 * 60_000);
    await world.reconcile(all);
    await world.reconcile(page ?? null);
    expect(world.outcomes()).toContain('page left: another pass has begun');
  });

  it('whose last part never came has its repositories selected by the next one', async () => {
    const world = await aSeenWorld();
    await world.reconcile(all);
    taken(world.reconciles);
    world.virtual.advance(15 * 60_000);
    await world.reconcile(all);
    expect(taken(world.pushes)).toHaveLength(2);
  });

  it('ends once its parts are over, in any order and however often they come', async () => {
    const world = new FakeWorld();
    world.clusters.add('dev');
    world.config = aConfig({
      clusters: [
        { name: 'prod', adoptByTag: false },
        { name: 'dev', adoptByTag: true },
      ],
    });
    await world.reconcile(all);
    const [first, second] = taken(world.reconciles).toReversed();
    await world.reconcile(first ?? null);
    await world.reconcile(first ?? null);
    expect(taken(world.pushes)).toEqual([]);
    await world.reconcile(second ?? null);
    await world.reconcile(second ?? null);
    expect(taken(world.pushes)).toHaveLength(4);
  });

  it.each(['before', 'after'] as const)(
    'is whole when a message that died %s a call comes again',
    async (when) => {
      for (let n = 1; n < 60; n += 1) {
        const world = new FakeWorld();
        await world.reconcile(all);
        const [page = null] = taken(world.reconciles);
        const { watch, hit } = crashAt(n, when);
        await world.reconcile(page, watch).catch(() => undefined);
        await world.reconcile(page);
        expect(await running(world), `call ${n}`).toEqual(['web']);
        expect((await world.target()).good, `call ${n}`).toBeDefined();
        expect(taken(world.pushes).length, `call ${n}`).toBeGreaterThanOrEqual(2);
        if (!hit()) break;
      }
    },
  );
});

describe('a target that changed', () => {
  it('by another hand is noted, and its images are selected anew', async () => {
    const world = await aSeenWorld();
    world.definitions.add(
      aDescribed({
        taskDefinitionArn: arn(2),
        containerDefinitions: [{ name: 'app', image: pinnedImage('c') }],
      }),
    );
    world.services.change(name, {
      taskDefinition: arn(2),
      deployments: [aDeployment({ taskDefinition: arn(2) })],
    });
    await aPass(world);
    expect(world.outcomes()).toContain('target moved by another hand');
    expect((await world.target()).movedFrom).toEqual([{ name: 'app', image: `${registry}/shop/web:1.0.0` }]);
  });

  it('is found under its new repository too', async () => {
    const world = await aSeenWorld();
    const image = `${registry}/shop/other:1`;
    world.definitions.add(
      aDescribed({ taskDefinitionArn: arn(2), containerDefinitions: [{ name: 'app', image }] }),
    );
    world.services.change(name, {
      taskDefinition: arn(2),
      deployments: [aDeployment({ taskDefinition: arn(2) })],
    });
    await aPass(world);
    expect(await running(world, { registry, repository: 'shop/other' })).toEqual(['web']);
  });

  it('that vanished is gone from the inventory, and is back when it comes back', async () => {
    const world = await aSeenWorld();
    world.services.remove(name);
    await aPass(world);
    expect(await running(world)).toEqual([]);
    expect((await world.target()).seen?.status).toBe('INACTIVE');
    expect(world.outcomes()).toContain('target gone');
    world.virtual.advance(15 * 60_000);
    world.services.put(aService());
    await aPass(world);
    expect(await running(world)).toEqual(['web']);
  });

  it('that ECS still shows as INACTIVE is gone as well', async () => {
    const world = await aSeenWorld();
    world.services.change(name, { status: 'INACTIVE' });
    await aPass(world);
    expect(await running(world)).toEqual([]);
  });

  it('whose revision ECS does not know keeps what is known of it, and the others are seen', async () => {
    const world = await aSeenWorld();
    const odd = aDeployment({ taskDefinition: arn(9) });
    world.services.change(name, { taskDefinition: arn(9), deployments: [odd] });
    world.services.put(aService({ service: 'api' }));
    await aPass(world);
    expect(world.outcomes()).toContain('target cannot be read: no such task definition');
    expect((await running(world)).toSorted()).toEqual(['api', 'web']);
  });

  it('that goes while its revision is deleted is seen without one', async () => {
    const world = await aSeenWorld();
    world.services.change(name, { status: 'DRAINING', taskDefinition: arn(9) });
    await aPass(world);
    expect((await world.target()).seen).toMatchObject({ status: 'DRAINING', containers: [] });
  });

  it('without deployments is seen', async () => {
    const world = new FakeWorld();
    world.services.put(
      aService({ service: 'sets', controller: 'EXTERNAL', taskDefinition: undefined, deployments: [] }),
    );
    await aPass(world);
    const target = await loadTarget(world.table, { cluster: 'prod', service: 'sets' });
    expect(target?.seen).toMatchObject({ controller: 'EXTERNAL', containers: [] });
  });
});

describe('the inventory', () => {
  it('is written again before it lapses, and missing entries come back', async () => {
    const world = await aSeenWorld();
    world.virtual.advance(16 * days);
    await aPass(world);
    const [entry] = await entriesOf(world.table, web);
    expect(entry?.seenAt).toBeGreaterThan(at(15 * 86_400));
    expect(await knownRepositories(world.table)).toEqual([proxy, web]);
  });

  it('that others keep writing is left to a later try', async () => {
    const world = new FakeWorld();
    const busy: Watch = (method, call) => (method === 'table.write' ? Promise.resolve('conflict') : call());
    await expect(world.reconcile(seeWeb, busy)).rejects.toThrow(Unavailable);
    await expect(world.reconcile(all, busy)).rejects.toThrow(Unavailable);
  });
});

describe('one target', () => {
  it('is looked at when somebody asks, and its images are selected for it alone', async () => {
    const world = new FakeWorld();
    await world.reconcile(seeWeb);
    expect(taken(world.pushes)).toEqual([
      { v: 1, kind: 'select', ...web, only: name },
      { v: 1, kind: 'select', ...proxy, only: name },
    ]);
  });

  it('that is gone is not selected for', async () => {
    const world = await aSeenWorld();
    world.services.remove(name);
    await world.reconcile(seeWeb);
    await world.reconcile({ ...seeWeb, service: 'never' });
    expect(taken(world.pushes)).toEqual([]);
  });

  it.each([
    ['of another stack’s cluster', 'prod'],
    ['of a cluster that is not in the configuration', 'dev'],
  ])('%s is left', async (_what, cluster) => {
    const world = new FakeWorld();
    world.clusters.add('prod', { 'slipway:owner': 'theirs/1/eu' });
    await aPass(world);
    await world.reconcile({ ...seeWeb, cluster });
    expect(world.outcomes()).toContain('target left: its cluster is not ours');
  });
});

describe('AWS that asks for fewer calls', () => {
  const throttling = (after?: number): Watch => {
    const fault = new Throttled('DescribeServices: Rate exceeded', { retryAfterSeconds: after });
    return (method, call) => (method === 'services.describe' ? Promise.reject(fault) : call());
  };

  it.each([
    [undefined, 30],
    [5, 5],
    [9_999, 900],
  ])('after %s seconds: the message comes again, and nothing fails', async (after, seconds) => {
    const world = new FakeWorld();
    await world.reconcile(seeWeb, throttling(after));
    expect(taken(world.reconciles)).toEqual([]);
    world.virtual.advance(seconds * 1_000);
    expect(taken(world.reconciles)).toEqual([{ ...seeWeb, throttled: 1 }]);
  });

  it('the pass goes on where it was', async () => {
    const world = new FakeWorld();
    await world.reconcile(all);
    const [page] = taken(world.reconciles);
    await world.reconcile(page ?? null, throttling());
    world.virtual.advance(30_000);
    await drained(world);
    expect(await running(world)).toEqual(['web']);
    expect(taken(world.pushes)).toHaveLength(2);
  });

  it('for hours on end is somebody’s business', async () => {
    const world = new FakeWorld();
    await expect(world.reconcile({ ...seeWeb, throttled: 100 }, throttling())).rejects.toThrow(Throttled);
  });
});

it('a part that AWS refuses keeps no other one from going on', async () => {
  const world = await aSeenWorld();
  world.services.remove(name);
  const denied = new Refused('AccessDeniedException', 'not allowed');
  const selected = await aPass(world, (method, call) =>
    method === 'services.page' ? Promise.reject(denied) : call(),
  );
  expect(world.outcomes()).toContain('page refused: not allowed');
  expect(selected).toHaveLength(2);
  expect(await running(world)).toEqual(['web']);
});

it.each([
  ['text', 'all'],
  ['another version', { v: 2, kind: 'all' }],
  ['another kind', { v: 1, kind: 'look' }],
  ['a page of nothing', { v: 1, kind: 'page', pass: 1 }],
  ['a page of no cluster', { v: 1, kind: 'page', of: 'services', pass: 1 }],
  ['a page of no pass', { v: 1, kind: 'page', of: 'rules' }],
  ['no target', { v: 1, kind: 'see', cluster: 'prod' }],
])('%s is rejected', async (_what, message) => {
  await expect(new FakeWorld().reconcile(message)).rejects.toThrow(RejectedInput);
});
