import { describe, expect, it } from 'vitest';
import { selectMessage } from '../../shared/domain/reconcile-messages.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { rememberPush } from '../../shared/records/push-record.ts';
import { changeTarget, loadTarget } from '../../shared/records/target-record.ts';
import { aRule } from '../builders/config.ts';
import { aPushEvent } from '../builders/events.ts';
import { aService, at, digest, name, pinnedImage, registry } from '../builders/rollouts.ts';
import { crashAt, type Watch } from '../fakes/around.ts';
import { aConfig, FakeWorld, taken } from '../fakes/fake-world.ts';
import { outcomesOf } from './image-pushed-given.ts';

const asked = { registry, repository: 'shop/web' };

async function aSeenWorld(...services: readonly string[]): Promise<FakeWorld> {
  const world = new FakeWorld();
  for (const service of services) world.services.put(aService({ service }));
  await world.see();
  world.inventory = 'as it is';
  return world;
}

function select(world: FakeWorld, only?: { cluster: string; service: string }, watch?: Watch): Promise<void> {
  return world.push(selectMessage({ ...asked, only }), watch);
}

async function change(world: FakeWorld, overrides: Partial<Target>): Promise<void> {
  await changeTarget({ table: world.table, now: world.virtual.now() }, name, (target) =>
    target === undefined ? undefined : { target: { ...target, ...overrides }, notices: [] },
  );
}

describe('the first look at a target', () => {
  it('rolls nothing: what its policy selects is its baseline', async () => {
    const world = await aSeenWorld();
    await select(world);
    await select(world);
    expect((await world.target()).baseline).toEqual({ app: digest('b') });
    expect((await world.target()).rollouts).toEqual([]);
    expect(outcomesOf(world)).toEqual(['selected', 'selected']);
  });

  it('rolls it at once where the rule adopts now, because reconcile found it', async () => {
    const world = await aSeenWorld();
    world.config = aConfig({ deploy: [aRule({ adopt: 'now' })] });
    await select(world);
    expect((await world.target()).rollouts[0]).toMatchObject({
      cause: 'found',
      changes: { app: { tag: '1.1.0' } },
    });
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge', ...name }]);
  });
});

describe('a push whose event was lost', () => {
  const lost = (world: FakeWorld) => world.images.push('shop/web', '1.2.0', { digit: 'c', pushedAt: at(50) });

  it('is found, with the time that the registry knows', async () => {
    const world = await aSeenWorld();
    await select(world);
    lost(world);
    await select(world);
    expect((await world.target()).rollouts[0]).toMatchObject({
      cause: 'found',
      changes: { app: { tag: '1.2.0', digest: digest('c'), pushedAt: at(50), rule: 'semver ^1' } },
    });
    expect(outcomesOf(world)).toEqual(['selected', 'rollout accepted', 'selected']);
  });

  it('is found for every target, in one plan, but for those that nobody asked about', async () => {
    const world = await aSeenWorld('a', 'b');
    await select(world);
    lost(world);
    await select(world, { cluster: 'prod', service: 'b' });
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge', service: 'b' }]);
    await select(world);
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'pump' }]);
    const a = await loadTarget(world.table, { cluster: 'prod', service: 'a' });
    expect(a?.rollouts[0]?.plan?.index).toBe(0);
  });

  it('is told again when a crash kept it untold, in a plan or not', async () => {
    for (const services of [[], ['a', 'b']]) {
      for (let n = 1; n < 60; n += 1) {
        const world = await aSeenWorld(...services);
        await select(world);
        lost(world);
        const { watch, hit } = crashAt(n, 'before');
        await select(world, undefined, watch).catch(() => undefined);
        if (!hit()) break;
        await select(world);
        expect((await world.target()).rollouts, `call ${n}`).toHaveLength(1);
        expect(taken(world.rollouts).length, `call ${n}`).toBeGreaterThan(0);
      }
    }
  });

  it('is no image: the next best is', async () => {
    const world = await aSeenWorld();
    await select(world);
    lost(world);
    world.images.push('shop/web', '1.3.0', { digit: 'd', kind: 'artifact', what: 'x/helm' });
    await select(world);
    expect((await world.target()).wanted['app']?.tag).toBe('1.2.0');
  });

  it('is compared by when its event said it was pushed, where one is remembered', async () => {
    const world = await aSeenWorld();
    world.config = aConfig({ deploy: [aRule({ tags: { newest: 'pushed' } })] });
    await world.push(aPushEvent({ 'image-tag': '1.1.0' }, { time: '2026-11-01T10:01:00Z' }));
    await change(world, { rollouts: [], wanted: {}, baseline: { app: '' } });
    world.images.push('shop/web', '1.0.0', { digit: 'a', pushedAt: at(10) });
    world.images.push('shop/web', '1.1.0', { digit: 'b', pushedAt: at(5) });
    await select(world);
    expect((await world.target()).wanted['app']).toMatchObject({ tag: '1.1.0', pushedAt: at(60) });
  });

  it('of an image that ran before is followed where its event came, and counts as that push', async () => {
    const world = await aSeenWorld();
    await select(world);
    lost(world);
    await select(world);
    const { rollouts, ran = [] } = await world.target();
    const done = rollouts.map((one) => ({ ...one, phase: 'completed' as const, startedAt: at(101) }));
    await change(world, { rollouts: done, ran: [digest('b'), ...ran], baseline: { app: '' } });
    world.images.push('shop/web', '1.3.0', { digit: 'b', pushedAt: at(-99) });
    await select(world);
    expect((await world.target()).rollouts).toHaveLength(1);
    const image = { ...asked, tag: '1.3.0', digest: digest('b') };
    await rememberPush(world.table, image, at(200));
    await select(world);
    expect((await world.target()).rollouts[0]).toMatchObject({
      cause: 'push',
      changes: { app: { tag: '1.3.0' } },
    });
  });

  it('is only told where Slipway observes, and once', async () => {
    const world = await aSeenWorld();
    await select(world);
    world.config = aConfig({ mode: 'observe' });
    lost(world);
    await select(world);
    await select(world);
    expect(await world.said()).toEqual(['observed']);
    world.config = aConfig();
    await select(world);
    expect((await world.target()).rollouts[0]?.phase).toBe('accepted');
  });
});

describe('a target that another hand moved', () => {
  const containers = [{ name: 'app', image: pinnedImage('a') }];

  async function moved(from: string): Promise<FakeWorld> {
    const world = await aSeenWorld();
    const { seen } = await world.target();
    if (seen === undefined) throw new Error('not seen');
    await change(world, { seen: { ...seen, containers }, movedFrom: [{ name: 'app', image: from }] });
    return world;
  }

  it('back is put on hold, and that is said once', async () => {
    const world = await moved(pinnedImage('b'));
    await select(world);
    await select(world);
    expect((await world.target()).hold).toMatchObject({ by: 'slipway' });
    expect(await world.said()).toEqual(['target.held']);
    expect(outcomesOf(world)).toEqual(['target on hold', 'selected', 'selected']);
  });

  it('forward is left alone', async () => {
    const world = await moved(`${registry}/shop/web:0.9.0`);
    await select(world);
    expect((await world.target()).hold).toBeUndefined();
    expect((await world.target()).movedFrom).toBeUndefined();
  });
});

it.each([
  [
    'no rule wants the repository',
    { ...asked, repository: 'shop/other' },
    ['not selected: no rule wants it'],
  ],
  ['nobody runs it', { ...asked, repository: 'shop/web2' }, []],
  ['its cluster is not in the configuration', { ...asked, only: { cluster: 'dev', service: 'web' } }, []],
])('nothing is selected where %s', async (_why, message, expected) => {
  const world = await aSeenWorld();
  world.config = aConfig({ deploy: [aRule(), aRule({ image: 'shop/web2' })] });
  await world.push(selectMessage(message));
  expect(outcomesOf(world)).toEqual(expected);
});

it('a message that names no repository is none', async () => {
  const world = await aSeenWorld();
  await expect(world.push({ v: 1, kind: 'select' })).rejects.toThrow('not an ECR Image Action');
});
