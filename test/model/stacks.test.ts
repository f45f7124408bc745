import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import { addService } from './given.ts';
import type { Stack } from './stack.ts';
import { byDigest, minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });
const clusterArn = 'arn:aws:ecs:eu-west-1:000000000000:cluster/prod';

function writes({ calls }: Stack): readonly string[] {
  return calls.map(({ operation }) => operation).filter((name) => !/^(?:Describe|List)/.test(name));
}

function owner(world: World): unknown {
  const { clusters } = world.ask('DescribeClusters', { clusters: ['prod'], include: ['TAGS'] });
  const [{ tags } = {}] = clusters as readonly JsonObject[];
  return (tags as readonly JsonObject[]).find(({ key }) => key === 'slipway:owner')?.['value'];
}

async function twoStacks() {
  const world = new World();
  world.put();
  addService(world, 'web');
  const first = await world.install({ deploy: [latest] }, { owner: 'slipway-prod' });
  const second = await world.install({ deploy: [latest] }, { owner: 'slipway-test' });
  return { world, first, second };
}

describe('two stacks on one cluster', () => {
  it('the second does nothing there, and says so once, however often it looks; the first goes on', async () => {
    const { world, first, second } = await twoStacks();
    for (let number = 0; number < 3; number += 1) {
      const digest = world.push();
      await world.pass(40 * minute);
      expect(world.images('web')).toEqual({ app: byDigest(digest) });
    }
    expect(owner(world)).toBe('slipway-prod/000000000000/eu-west-1');
    expect(first.said('web').filter((kind) => kind === 'rollout.completed')).toHaveLength(3);
    expect(writes(second)).toEqual([]);
    expect(second.announced.map(({ text }) => text)).toEqual([
      'Cluster prod belongs to slipway-prod/000000000000/eu-west-1: this stack does nothing there',
    ]);
    expect(second.target('web')).toBeUndefined();
    expect([...first.wrong, ...second.wrong]).toEqual([]);
  });

  it('that are installed at the same moment agree on one of them', async () => {
    const world = new World();
    world.put();
    addService(world, 'web');
    await world.pass(10 * minute);
    const installing = { before: () => Promise.resolve() };
    const [one, other] = await Promise.all([
      world.install({ deploy: [latest] }, { owner: 'one', ...installing }),
      world.install({ deploy: [latest] }, { owner: 'other', ...installing }),
    ]);
    await world.pass(minute);
    const digest = world.push();
    await world.pass(40 * minute);
    expect(world.images('web')).toEqual({ app: byDigest(digest) });
    const [updates, told] = [
      [one, other].map((stack) => stack.sent('UpdateService').length),
      [one, other].map(foreign),
    ];
    expect(updates.toSorted()).toEqual([0, 1]);
    expect(told.toSorted()).toEqual([0, 1]);
    expect(updates).toEqual(told.map((count) => 1 - count));
  });

  it('change places when somebody gives the cluster to the other one', async () => {
    const { world, first, second } = await twoStacks();
    const value = 'slipway-test/000000000000/eu-west-1';
    world.ask('TagResource', { resourceArn: clusterArn, tags: [{ key: 'slipway:owner', value }] });
    await world.pass(20 * minute);
    const digest = world.push();
    await world.pass(40 * minute);
    expect(world.images('web')).toEqual({ app: byDigest(digest) });
    expect(first.sent('UpdateService')).toEqual([]);
    expect(second.sent('UpdateService')).toHaveLength(1);
    expect([foreign(first), foreign(second)]).toEqual([1, 1]);
    expect([...first.wrong, ...second.wrong]).toEqual([]);
  });

  it('in the middle of a rollout: what is rolling is told to its end, and what waits is left alone', async () => {
    const { world, first } = await twoStacks();
    world.push();
    await world.pass(30_000);
    const value = 'slipway-test/000000000000/eu-west-1';
    world.ask('TagResource', { resourceArn: clusterArn, tags: [{ key: 'slipway:owner', value }] });
    await world.pass(40 * minute);
    expect(first.said('web')).toEqual(['rollout.started', 'rollout.completed']);
    expect(first.wrong).toEqual([]);
  });
});

function foreign({ announced }: Stack): number {
  return announced.filter(({ kind }) => kind === 'system.foreign-cluster').length;
}
