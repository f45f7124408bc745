import { describe, expect, it } from 'vitest';
import { planId } from '../../shared/domain/plan/state.ts';
import type { Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { changePlan, loadPlan } from '../../shared/records/plan-record.ts';
import { changeTarget, loadTarget } from '../../shared/records/target-record.ts';
import { aRule } from '../builders/config.ts';
import { aPushEvent } from '../builders/events.ts';
import {
  aDeployment,
  aGood,
  aPush,
  arn,
  aService,
  at,
  aWaitingRollout,
  name,
  pinnedImage,
} from '../builders/rollouts.ts';
import { crashAt } from '../fakes/around.ts';
import { aConfig, FakeWorld, taken } from '../fakes/fake-world.ts';
import { outcomesOf } from './image-pushed-given.ts';

const plan = planId(aPush(), 'semver ^1');
const mine = { plan, digest: aPush().digest };
const pumped = { v: 1, kind: 'pump', plan };

/** prod/web, and others that run the same revision. */
async function aFleet(services: readonly string[], rule = aRule()): Promise<FakeWorld> {
  const world = new FakeWorld();
  for (const service of services) world.services.put(aService({ service }));
  world.config = aConfig({ deploy: [rule] });
  await world.see();
  world.inventory = 'as it is';
  return world;
}

async function newest(world: FakeWorld, service: string): Promise<Rollout | undefined> {
  return (await loadTarget(world.table, { cluster: 'prod', service }))?.rollouts[0];
}

async function change(world: FakeWorld, service: string, overrides: Partial<Target>): Promise<void> {
  await changeTarget(
    { table: world.table, now: world.virtual.now() },
    { cluster: 'prod', service },
    (target) => (target === undefined ? undefined : { target: { ...target, ...overrides }, notices: [] }),
  );
}

describe('targets that one rule rolls', () => {
  it('are members of one plan, in the order of cluster, family and name, and the plan is pumped once', async () => {
    const world = await aFleet(['b', 'a']);
    await world.push(aPushEvent());
    const members = await Promise.all(['a', 'b', 'web'].map((service) => newest(world, service)));
    expect(members.map((one) => one?.plan)).toEqual([0, 1, 2].map((index) => ({ ...mine, index })));
    expect(taken(world.rollouts)).toEqual([pumped]);
    expect(await loadPlan(world.table, plan)).toMatchObject({
      total: 3,
      parallel: 20,
      stopAfter: 1,
      first: 'none',
    });
  });

  it('of one family stand together', async () => {
    const world = await aFleet(['b', 'a']);
    const other = world.services;
    other.put(aService({ service: 'aa', deployments: [aDeployment({ taskDefinition: arn(1, 'zeta') })] }));
    world.definitions.add({
      taskDefinition: {
        taskDefinitionArn: arn(1, 'zeta'),
        family: 'zeta',
        containerDefinitions: [{ name: 'app', image: pinnedImage('a') }],
      },
    });
    await world.see();
    await world.push(aPushEvent());
    expect((await newest(world, 'aa'))?.plan?.index).toBe(3);
  });

  it('one alone needs no plan', async () => {
    const world = await aFleet([]);
    await world.push(aPushEvent());
    expect((await newest(world, 'web'))?.plan).toBeUndefined();
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge', ...name }]);
  });

  it('of two rules have a plan each, or none', async () => {
    const world = await aFleet(['a', 'b']);
    world.config = aConfig({ deploy: [aRule({ services: ['prod/web'] }), aRule({ services: ['prod/*'] })] });
    await world.push(aPushEvent());
    expect((await newest(world, 'web'))?.plan).toBeUndefined();
    expect((await newest(world, 'a'))?.plan?.plan).toBe(planId(aPush(), 'semver ^1 for prod/*'));
    expect(
      taken(world.rollouts)
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['nudge', 'pump']);
  });

  it('by their own tags are rules of their own', async () => {
    const world = await aFleet(['a']);
    world.config = aConfig({ deploy: [], clusters: [{ name: 'prod', adoptByTag: true }] });
    for (const service of ['a', 'web'])
      world.services.change({ cluster: 'prod', service }, { tags: { 'slipway:tags': 'semver:1.x' } });
    await world.see();
    await world.push(aPushEvent());
    expect(taken(world.rollouts).map(({ kind }) => kind)).toEqual(['nudge', 'nudge']);
  });

  it('are enlisted nowhere where Slipway observes', async () => {
    const world = await aFleet(['a']);
    world.config = aConfig({ deploy: [aRule()], mode: 'observe' });
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toEqual(['rollout observed', 'rollout observed']);
    expect(await loadPlan(world.table, plan)).toBeUndefined();
    expect(taken(world.rollouts)).toEqual([]);
  });
});

describe('the first of a rule', () => {
  const rule = aRule({ first: 'prod/web' });

  it('comes first, and the others wait', async () => {
    const world = await aFleet(['a', 'b'], rule);
    await world.push(aPushEvent());
    expect((await newest(world, 'web'))?.plan).toEqual({ ...mine, index: 0 });
    expect(await loadPlan(world.table, plan)).toMatchObject({ first: 'waiting', total: 3 });
  });

  it('makes a plan even of one target', async () => {
    const world = await aFleet([], rule);
    await world.push(aPushEvent());
    expect(taken(world.rollouts)).toEqual([pumped]);
  });

  it('that has proved the image good lets the others go', async () => {
    const world = await aFleet(['a'], rule);
    const { seen } = await world.target();
    const containers = [{ name: 'app', image: pinnedImage('b') }];
    await change(world, 'web', {
      ...(seen === undefined ? {} : { seen: { ...seen, containers } }),
      good: aGood({ images: { app: pinnedImage('b') } }),
    });
    await world.push(aPushEvent());
    expect(await loadPlan(world.table, plan)).toMatchObject({ first: 'none', total: 1 });
    expect(await loadPlan(world.table, plan)).not.toHaveProperty('stopped');
  });

  it('that does not take the image stops the others, which is said', async () => {
    const world = await aFleet(['a'], rule);
    await change(world, 'web', { hold: { reason: 'freeze', by: 'ann', at: at(0) } });
    await world.push(aPushEvent());
    expect(await loadPlan(world.table, plan)).toMatchObject({ stopped: expect.stringContaining('prod/web') });
    expect(await world.said()).toEqual(['system.plan-stopped']);
  });

  it('that takes it later goes on its own, and the others once it is verified', async () => {
    const world = await aFleet(['a'], rule);
    await change(world, 'web', { hold: { reason: 'freeze', by: 'ann', at: at(0) } });
    await world.push(aPushEvent());
    await change(world, 'web', { hold: undefined });
    await change(world, 'a', { rollouts: [], wanted: {} });
    await world.push(aPushEvent({}, { time: '2026-11-01T11:00:00Z' }));
    expect((await newest(world, 'web'))?.plan).toBeUndefined();
    expect(outcomesOf(world)).toContain('left alone with its plan');
    const { seen } = await world.target();
    await change(world, 'web', {
      rollouts: [],
      ...(seen && { seen: { ...seen, containers: [{ name: 'app', image: pinnedImage('b') }] } }),
      good: aGood({ images: { app: pinnedImage('b') } }),
    });
    await world.push(aPushEvent({}, { time: '2026-11-01T12:00:00Z' }));
    const after = await loadPlan(world.table, plan);
    expect(after).toMatchObject({ first: 'verified' });
    expect(after).not.toHaveProperty('stopped');
  });

  it.each<[string, Partial<Target>]>([
    ['is on its way there by another rollout', { rollouts: [aWaitingRollout()] }],
    [
      'stands its bake time',
      {
        baking: { ...aGood({ images: { app: pinnedImage('b') } }), generation: 1, until: at(999), plans: [] },
        rollouts: [aWaitingRollout({ phase: 'completed' })],
      },
    ],
  ])('that %s is waited for', async (_what, overrides) => {
    const world = await aFleet(['a'], rule);
    await change(world, 'web', overrides);
    await world.push(aPushEvent());
    expect(outcomesOf(world)).toContain('waits for the first');
    expect(await newest(world, 'a')).toBeUndefined();
  });
});

describe('a target that comes late', () => {
  it('to a plan that failures have stopped is left alone', async () => {
    const world = await aFleet(['a']);
    await world.push(aPushEvent());
    await changePlan(world, plan, (known) => ({
      plan: { ...known, stopped: 'two failed', failures: 2 },
      notices: [],
    }));
    world.services.put(aService({ service: 'late' }));
    await world.see();
    await world.push(aPushEvent());
    expect(await newest(world, 'late')).toBeUndefined();
    expect(outcomesOf(world)).toContain('left alone with its plan');
  });

  it('joins the plan that its image has', async () => {
    const world = await aFleet(['a']);
    await world.push(aPushEvent());
    taken(world.rollouts);
    world.services.put(aService({ service: 'late' }));
    world.virtual.advance(1_000);
    await world.see();
    await world.push(aPushEvent());
    expect((await newest(world, 'late'))?.plan).toEqual({ ...mine, index: 2 });
    expect(taken(world.rollouts)).toEqual([pumped]);
  });
});

describe('a push whose handling dies', () => {
  it('leads to the same plan when it comes again, wherever it died', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let n = 1; n < 60; n += 1) {
        const world = await aFleet(['a', 'b']);
        const { watch, hit } = crashAt(n, when);
        await world.push(aPushEvent(), watch).catch(() => undefined);
        if (!hit()) break;
        await world.push(aPushEvent());
        const rollouts = await Promise.all(['a', 'b', 'web'].map((service) => newest(world, service)));
        const where = `${when} call ${n}`;
        expect(
          rollouts.map((one) => one?.plan?.index),
          where,
        ).toEqual([0, 1, 2]);
        expect(
          rollouts.map((one) => one?.generation),
          where,
        ).toEqual([1, 1, 1]);
        expect((await loadPlan(world.table, plan))?.total, where).toBe(3);
        expect(taken(world.rollouts), where).toContainEqual(pumped);
      }
    }
  });
});

describe('a target that was rolled a moment ago', () => {
  const lately = aWaitingRollout({ phase: 'completed', changes: {}, startedAt: at(90) });

  it('is nudged when its rule’s `every` is over, to the second', async () => {
    const world = await aFleet([]);
    await change(world, 'web', { rollouts: [lately], generation: 1 });
    await world.push(aPushEvent());
    expect(taken(world.rollouts)).toEqual([]);
    world.virtual.advance(50_000);
    expect(taken(world.wakeups)).toMatchObject([{ kind: 'wake', message: { kind: 'nudge', ...name } }]);
  });

  it('that owes a plan a word is nudged although its own plan will come', async () => {
    const world = await aFleet(['a']);
    await change(world, 'web', { owes: [{ kind: 'see' }] });
    await world.push(aPushEvent());
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge', ...name }, { kind: 'pump' }]);
  });
});
