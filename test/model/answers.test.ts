import { describe, expect, it } from 'vitest';
import type { Switches } from '../../sandbox/ecs/switches.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import type { FaultKind } from '../simulation/faults.ts';
import { addService, breaker } from './given.ts';
import { byDigest, minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });
const rolled = ['rollout.started', 'rollout.completed'];

async function aWorldWith(
  names: readonly string[],
  { service = {}, switches = {} }: { service?: JsonObject; switches?: Partial<Switches> } = {},
) {
  const world = new World({ switches });
  world.put();
  for (const name of names) addService(world, name, { service });
  return { world, slipway: await world.install({ deploy: [latest] }) };
}

function revisions(world: World, familyPrefix = 'web'): readonly string[] {
  const { taskDefinitionArns } = world.ask('ListTaskDefinitions', { familyPrefix, status: 'ACTIVE' });
  return (taskDefinitionArns as readonly string[]).map((arn) => arn.split('/')[1] ?? '');
}

interface Loss {
  readonly what: string;
  readonly place: RegExp;
  readonly kind: FaultKind;
  readonly times?: number;
}

const register = /^roll-service:definitions\.register$/;
const update = /^roll-service:services\.update$/;

const losses: readonly Loss[] = [
  { what: 'the answer of RegisterTaskDefinition is lost', place: register, kind: 'answer lost' },
  { what: 'it dies after RegisterTaskDefinition', place: register, kind: 'crash after' },
  { what: 'RegisterTaskDefinition never arrives', place: register, kind: 'request lost' },
  { what: 'it dies before RegisterTaskDefinition', place: register, kind: 'crash before' },
  { what: 'the answer of UpdateService is lost', place: update, kind: 'answer lost' },
  { what: 'it dies after UpdateService', place: update, kind: 'crash after' },
  { what: 'UpdateService never arrives, twice', place: update, kind: 'request lost', times: 2 },
  {
    what: 'the answers of both are lost',
    place: /^roll-service:(?:definitions\.register|services\.update)$/,
    kind: 'answer lost',
    times: 2,
  },
  {
    what: 'it dies after both',
    place: /^roll-service:(?:definitions\.register|services\.update)$/,
    kind: 'crash after',
    times: 2,
  },
];

describe('a call of which nobody can tell whether it took effect', () => {
  it.each(losses)(
    'registers once, updates once, and is told as what it was: $what',
    async ({ place, kind, times }) => {
      const { world, slipway } = await aWorldWith(['web']);
      slipway.faults.plan(place, kind, times);
      const digest = world.push();
      await world.until(() => slipway.isAtRest && slipway.said('web').length >= 2, 60 * minute);
      expect(slipway.faults.struck).toHaveLength(times ?? 1);
      expect(slipway.said('web')).toEqual(rolled);
      expect(world.images('web')).toEqual({ app: byDigest(digest) });
      expect(revisions(world)).toEqual(['web:1', 'web:2']);
      expect(slipway.sent('UpdateService')).toHaveLength(1);
      expect(slipway.wrong).toEqual([]);
    },
  );
});

describe('a minute in which AWS throttles', () => {
  const names = ['web', 'api', 'mail'];

  it.each([1, 20])('or %i, every call: nothing is lost, done twice, or a dead letter', async (minutes) => {
    const { world, slipway } = await aWorldWith(names);
    slipway.throttledUntil = world.clock.now() + minutes * minute;
    const digest = world.push();
    const isOver = () => slipway.isAtRest && names.every((name) => slipway.said(name).length === 2);
    await world.until(isOver, 120 * minute);
    for (const name of names) {
      expect(slipway.said(name)).toEqual(rolled);
      expect(world.images(name)).toEqual({ app: byDigest(digest) });
      expect(revisions(world, name)).toHaveLength(2);
    }
    expect(slipway.sent('UpdateService')).toHaveLength(3);
    expect(slipway.wrong).toEqual([]);
  });

  it.each([1, 20])('or %i, while ECS rolls: the end is told all the same', async (minutes) => {
    const { world, slipway } = await aWorldWith(['web']);
    world.push();
    await world.pass(80_000);
    slipway.throttledUntil = world.clock.now() + minutes * minute;
    await world.until(() => slipway.isAtRest && slipway.said('web').length === 2, 120 * minute);
    expect(slipway.said('web')).toEqual(rolled);
    expect(slipway.wrong).toEqual([]);
  });

  it.each(['RegisterTaskDefinition', 'UpdateService', 'DescribeServices', 'DescribeTaskDefinition'])(
    'for the account’s bucket of %s is empty, by somebody else’s calls',
    async (operation) => {
      const { world, slipway } = await aWorldWith(names, { switches: { throttling: true } });
      world.model.hooks.compete(operation, 500);
      await world.pass(2_000);
      const digest = world.push();
      await world.pass(minute);
      world.model.hooks.compete(operation, 0);
      await world.until(() => slipway.isAtRest && names.every((name) => slipway.said(name).length === 2));
      for (const name of names) {
        expect(slipway.said(name)).toEqual(rolled);
        expect(world.images(name)).toEqual({ app: byDigest(digest) });
        expect(revisions(world, name)).toHaveLength(2);
      }
      expect(slipway.wrong).toEqual([]);
    },
  );

  it('with “Too many concurrent attempts to create a new revision”, which is no refusal', async () => {
    const { world, slipway } = await aWorldWith(names, { switches: { concurrentRegistrations: 0.7 } });
    world.push();
    await world.until(() => slipway.isAtRest && names.every((name) => slipway.said(name).length === 2));
    for (const name of names) expect(slipway.said(name)).toEqual(rolled);
    expect(slipway.wrong).toEqual([]);
  });
});

describe('a breaker that rolls back after a new task was healthy for a while', () => {
  const oneByOne = { ...breaker(true), minimumHealthyPercent: 100, maximumPercent: 134 };

  it('is told as rolled back; it registers once, and the family’s newest revision is good again', async () => {
    const { world, slipway } = await aWorldWith(['web'], {
      service: { desiredCount: 3, deploymentConfiguration: oneByOne },
    });
    const good = world.images('web');
    const bad = world.push();
    const wasHealthy = await world.until(() => running(world, 'web:2') > 0);
    await world.pass(50_000);
    world.behaviours.set(bad, 'cannot-start');
    await world.until(() => running(world, 'web:2') === 0, 60 * minute);
    await world.until(() => slipway.isAtRest && slipway.said('web').length >= 2, 60 * minute);
    expect(wasHealthy).toBe(true);
    expect(slipway.said('web').slice(0, 2)).toEqual(['rollout.started', 'rollout.rolled-back']);
    expect(slipway.announced.find(({ kind }) => kind === 'rollout.rolled-back')?.text).toMatch(
      /ECS deployment circuit breaker: tasks failed to start; it runs web:1 again$/,
    );
    expect(slipway.said('web')).not.toContain('rollout.completed');
    expect(good).toEqual({ app: expect.stringMatching(/:latest$/) as string });
    expect(revisions(world)).toEqual(['web:1', 'web:2', 'web:3']);
    expect(slipway.sent('UpdateService')).toHaveLength(1);
    const { containerDefinitions } = world.definition('web:3');
    expect(containerDefinitions).toMatchObject([
      { image: byDigest(slipway.target('web')?.ran?.at(-1) ?? '') },
    ]);
    expect(slipway.wrong).toEqual([]);
  });
});

function running(world: World, revision: string): number {
  const row = world.deployments('web').find(({ taskDefinition }) => taskDefinition.endsWith(`/${revision}`));
  return row?.runningCount ?? 0;
}
