import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { entriesOf } from '../../shared/records/inventory-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import { aRule } from '../builders/config.ts';
import { aDescribed, aPushEvent } from '../builders/events.ts';
import { arn, at, pinnedImage } from '../builders/rollouts.ts';
import { aConfig, FakeWorld, taken } from '../fakes/fake-world.ts';
import { aPass, running, web } from './reconcile-given.ts';

const nightly = {
  cluster: 'prod',
  service: 'schedule:default/nightly',
  taskDefinition: arn(1),
  enabled: true,
};
const hourly = {
  cluster: 'prod',
  service: 'rule:default/hourly/report',
  taskDefinition: arn(1),
  enabled: false,
};

function aWorld(...scheduled: readonly (typeof nightly)[]): FakeWorld {
  const world = new FakeWorld();
  world.config = aConfig({ deploy: [aRule({ schedules: true })] });
  for (const one of scheduled) world.scheduledTargets.put(one);
  return world;
}

async function anotherPass(world: FakeWorld): Promise<readonly JsonObject[]> {
  const selected = await aPass(world);
  world.virtual.advance(15 * 60_000);
  return selected;
}

describe('what fires tasks', () => {
  it('is in the inventory where a rule moves it, with the images that it runs', async () => {
    const world = aWorld(nightly, hourly);
    expect(await anotherPass(world)).toHaveLength(2);
    expect(await running(world)).toEqual([hourly.service, nightly.service, 'web']);
    expect((await loadTarget(world.table, nightly))?.seen).toMatchObject({
      revision: arn(1),
      controller: 'ECS',
      tags: {},
    });
  });

  it('is nobody’s business where no rule does', async () => {
    const world = aWorld(nightly);
    world.config = aConfig();
    await anotherPass(world);
    expect(await running(world)).toEqual(['web']);
  });

  it('in clusters that are not in the configuration, or of another stack, is left', async () => {
    const world = aWorld({ ...nightly, cluster: 'dev' }, hourly);
    world.clusters.add('prod', { 'slipway:owner': 'theirs/1/eu' });
    await anotherPass(world);
    expect(await running(world)).toEqual([]);
  });

  it.each([
    ['a family', 'web'],
    ['an ARN without a revision', arn(1).replace(/:1$/, '')],
  ])('by %s runs its newest revision', async (_what, taskDefinition) => {
    const world = aWorld({ ...nightly, taskDefinition });
    const containerDefinitions = [{ name: 'app', image: pinnedImage('c') }];
    world.definitions.add(aDescribed({ taskDefinitionArn: arn(7), containerDefinitions }));
    await anotherPass(world);
    expect((await loadTarget(world.table, nightly))?.seen).toMatchObject({
      revision: arn(7),
      containers: [{ name: 'app', image: pinnedImage('c') }],
    });
  });

  it('by a task definition that is gone is said, and kept as it was known', async () => {
    const world = aWorld(nightly);
    await anotherPass(world);
    world.scheduledTargets.put({ ...nightly, taskDefinition: arn(99) });
    await anotherPass(world);
    expect(world.outcomes()).toContain('target cannot be read: no such task definition');
    expect((await loadTarget(world.table, nightly))?.seen?.revision).toBe(arn(1));
  });

  it('goes page by page', async () => {
    const many = Array.from({ length: 12 }, (_, index) => ({
      ...nightly,
      service: `schedule:default/s${index}`,
    }));
    const world = aWorld(...many);
    world.scheduledTargets.pageSize = 5;
    await anotherPass(world);
    expect(await running(world)).toHaveLength(13);
  });

  it('that vanished is gone from the inventory', async () => {
    const world = aWorld(nightly, hourly);
    await anotherPass(world);
    world.scheduledTargets.remove(nightly);
    world.scheduledTargets.remove(hourly);
    await anotherPass(world);
    expect(await running(world)).toEqual(['web']);
  });

  it('is written again before its entry lapses', async () => {
    const world = aWorld(nightly);
    await anotherPass(world);
    world.virtual.advance(16 * 24 * 3_600_000);
    await anotherPass(world);
    const entry = (await entriesOf(world.table, web)).find(({ service }) => service === nightly.service);
    expect(entry?.seenAt).toBeGreaterThan(at(15 * 86_400));
  });

  it('that was not on any page, and is there, stays', async () => {
    const world = aWorld(nightly);
    await anotherPass(world);
    world.scheduledTargets.page = () => Promise.resolve({ items: [] });
    await anotherPass(world);
    expect(await running(world)).toContain(nightly.service);
  });
});

describe('one of them', () => {
  const see = { v: 1, kind: 'see', cluster: 'prod', service: nightly.service };

  it('is looked at when somebody asks', async () => {
    const world = aWorld(nightly);
    await world.reconcile(see);
    expect(taken(world.pushes)).toHaveLength(2);
  });

  it('that is gone is not selected for', async () => {
    const world = aWorld(nightly);
    await world.reconcile(see);
    taken(world.pushes);
    world.scheduledTargets.remove(nightly);
    await world.reconcile(see);
    expect(taken(world.pushes)).toEqual([]);
    expect(await running(world)).toEqual([]);
  });
});

it('a push moves it too, in the plan of its services', async () => {
  const world = aWorld(nightly);
  await anotherPass(world);
  world.inventory = 'as it is';
  await world.push(aPushEvent());
  const [rollout] = (await loadTarget(world.table, nightly))?.rollouts ?? [];
  expect(rollout).toMatchObject({ changes: { app: { tag: '1.1.0' } }, plan: { index: expect.any(Number) } });
});
