import { describe, expect, it } from 'vitest';
import { Refused } from '../../shared/faults.ts';
import { at } from '../builders/rollouts.ts';
import type { Watch } from '../fakes/around.ts';
import { aConfig, FakeWorld } from '../fakes/fake-world.ts';
import { aPass, running } from './reconcile-given.ts';

describe('whose a cluster is', () => {
  it('another stack’s is left alone, which is said once for each owner', async () => {
    const world = new FakeWorld();
    world.clusters.add('prod', { 'slipway:owner': 'theirs/1/eu' });
    expect(await aPass(world)).toEqual([]);
    world.virtual.advance(15 * 60_000);
    await aPass(world);
    expect(await running(world)).toEqual([]);
    expect(await world.notices()).toMatchObject([
      {
        kind: 'system.foreign-cluster',
        cluster: 'prod',
        text: 'Cluster prod belongs to theirs/1/eu: this stack does nothing there',
      },
    ]);
    world.clusters.add('prod', { 'slipway:owner': 'others/1/eu' });
    world.virtual.advance(15 * 60_000);
    await aPass(world);
    expect(await world.said()).toEqual(['system.foreign-cluster', 'system.foreign-cluster']);
  });

  it('two that claim it at once agree after two seconds', async () => {
    const world = new FakeWorld();
    const late: Watch = (method, call) => {
      if (method === 'clock.pause') world.clusters.add('prod', { 'slipway:owner': 'theirs/1/eu' });
      return call();
    };
    await aPass(world, late);
    expect(world.outcomes()).toEqual(['cluster of another stack', 'pass begun']);
    expect(world.virtual.now()).toBe(at(102));
  });

  it('a claim that cannot be read yet is none', async () => {
    const world = new FakeWorld();
    await aPass(world, (method, call) =>
      method === 'clusters.tag' ? Promise.resolve({ value: undefined }) : call(),
    );
    expect(await running(world)).toEqual([]);
    expect(await world.said()).toEqual([]);
  });

  it('one that does not exist, or cannot be read, is not claimed', async () => {
    const world = new FakeWorld();
    world.config = aConfig({ clusters: [{ name: 'nope', adoptByTag: false }] });
    await aPass(world);
    expect(world.outcomes()).toEqual(['cluster does not exist', 'pass begun']);
    world.virtual.advance(15 * 60_000);
    world.entries.splice(0);
    const denied = new Refused('AccessDeniedException', 'denied');
    await aPass(world, (method, call) => (method === 'clusters.tag' ? Promise.reject(denied) : call()));
    expect(world.outcomes()).toEqual(['cluster cannot be read: denied', 'pass begun']);
  });

  it('nobody’s is looked at unclaimed where Slipway only observes', async () => {
    const world = new FakeWorld();
    world.config = aConfig({ mode: 'observe' });
    await aPass(world);
    expect(await world.clusters.tag('prod', 'slipway:owner')).toEqual({ value: undefined });
    expect(await running(world)).toEqual(['web']);
  });
});
