import { describe, expect, it } from 'vitest';
import { registryHost } from '../../sandbox/world-types.ts';
import { aRule } from '../builders/config.ts';
import { aContainer, addService } from './given.ts';
import type { Stack } from './stack.ts';
import { byDigest, minute, World } from './world.ts';

const names = ['web', 'api', 'mail'] as const;
const final = /^rollout\.(?:completed|rolled-back|timed-out|superseded|joined|stopped|failed|skipped)$/;

/** Kind and generation of every notice about a service. */
function words(slipway: Stack, service: string): readonly string[] {
  return slipway.announced.flatMap((notice) =>
    notice.service === service && 'rollout' in notice ? [`${notice.rollout.generation} ${notice.kind}`] : [],
  );
}

function expectEachToldOnce(slipway: Stack, service: string): void {
  const said = words(slipway, service);
  expect(new Set(said).size).toBe(said.length);
  const ends = said.filter((word) => final.test(word.split(' ')[1] ?? '')).map((word) => word.split(' ')[0]);
  expect(new Set(ends).size).toBe(ends.length);
  const started = said.filter((word) => word.endsWith('started')).map((word) => word.split(' ')[0]);
  expect(ends).toEqual(expect.arrayContaining(started));
}

describe('fifty pushes of one tag in a minute', () => {
  it.each([0, 300, 1_200])(
    'make two rollouts per service at most, and the last one wins: one every %i ms',
    async (gap) => {
      const world = new World();
      world.put();
      for (const name of names) addService(world, name);
      const slipway = await world.install({ deploy: [aRule({ tags: { exact: 'latest' } })] });
      let last = '';
      for (let number = 0; number < 50; number += 1) {
        last = world.push();
        await world.pass(gap);
      }
      await world.until(() => slipway.isAtRest, 60 * minute);
      for (const name of names) {
        const updates = slipway.sent('UpdateService').filter(({ service }) => service === name);
        expect(updates.length).toBeLessThanOrEqual(2);
        expect(world.images(name)).toEqual({ app: byDigest(last) });
        expectEachToldOnce(slipway, name);
        expect(words(slipway, name).at(-1)).toMatch(/completed$/);
        expect(slipway.target(name)?.rollouts.filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
      }
      // A push that comes while the one before is registered leaves that revision unused.
      expect(slipway.sent('RegisterTaskDefinition').length).toBeLessThanOrEqual(9);
      expect(slipway.wrong).toEqual([]);
    },
  );
});

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

const policies = [
  { what: 'exact', tags: { exact: 'latest' }, tag: () => 'latest' },
  { what: 'semver', tags: { semver: '^1' }, tag: (number: number) => `1.0.${number}` },
  { what: 'newest', tags: { newest: 'pushed' }, tag: (number: number) => `build-${9 - number}` },
] as const;

type Policy = (typeof policies)[number];

/** A world whose service runs the first tag of the policy. */
async function aWorldUnder({ tags, tag }: Pick<Policy, 'tags' | 'tag'>) {
  const world = new World();
  world.put({ tag: tag(0) });
  const image = `${registryHost}/shop/web:${tag(0)}`;
  addService(world, 'web', { definition: { containerDefinitions: [aContainer({ image })] } });
  return { world, slipway: await world.install({ deploy: [aRule({ tags })] }) };
}

async function threePushes(world: World, tag: Policy['tag']) {
  const pushes: ReturnType<World['pushed']>[] = [];
  for (const number of [1, 2, 3]) {
    pushes.push(world.pushed({ tag: tag(number) }));
    await world.pass(2_000);
  }
  return pushes;
}

describe.each(policies)('events of three pushes under $what', (policy) => {
  it.each(orders)('that come in the order %i, %i, %i end on what was pushed last', async (...order) => {
    for (const gap of [500, 20_000, 5 * minute]) {
      const { world, slipway } = await aWorldUnder(policy);
      const pushes = await threePushes(world, policy.tag);
      for (const event of [...order, order[0]].flatMap((which) => pushes[which]?.event ?? [])) {
        world.deliver(event);
        await world.pass(gap);
      }
      await world.until(() => slipway.isAtRest, 60 * minute);
      expect(world.images('web')).toEqual({ app: byDigest(pushes[2]?.digest ?? '') });
      expectEachToldOnce(slipway, 'web');
      expect(slipway.wrong).toEqual([]);
    }
  });
});

describe('a tag that is moved back to an older digest', () => {
  it.each([
    { what: 'exact', tags: { exact: 'latest' }, tag: () => 'latest' },
    { what: 'newest', tags: { newest: 'pushed' }, tag: (number: number) => `build-${number}` },
  ] as const)('is a push, under $what', async (policy) => {
    const { world, slipway } = await aWorldUnder(policy);
    const { tag } = policy;
    const older = world.push({ tag: tag(1) });
    await world.until(() => slipway.isAtRest && slipway.said('web').length === 2);
    const newer = world.push({ tag: tag(2) });
    await world.until(() => slipway.isAtRest && slipway.said('web').length === 4);
    expect(world.images('web')).toEqual({ app: byDigest(newer) });
    world.push({ tag: tag(3), digest: older });
    await world.until(() => slipway.isAtRest && slipway.said('web').length === 6);
    expect(world.images('web')).toEqual({ app: byDigest(older) });
    expect(words(slipway, 'web').at(-1)).toBe('3 rollout.completed');
  });
});

describe('a push of another image of the same service', () => {
  it.each([0, 1_000, 20_000, 70_000])('joins, and neither is lost: %i ms later', async (gap) => {
    const world = new World();
    world.put();
    world.put({ repository: 'shop/proxy' });
    const proxy = { name: 'proxy', image: `${registryHost}/shop/proxy:latest`, essential: true };
    addService(world, 'web', { definition: { containerDefinitions: [aContainer(), proxy] } });
    const tags = { exact: 'latest' };
    const slipway = await world.install({ deploy: [aRule({ tags }), aRule({ image: 'shop/proxy', tags })] });
    const app = world.push();
    await world.pass(gap);
    const other = world.push({ repository: 'shop/proxy' });
    await world.until(() => slipway.isAtRest, 60 * minute);
    expect(world.images('web')).toEqual({ app: byDigest(app), proxy: byDigest(other, 'shop/proxy') });
    expect(slipway.sent('UpdateService').length).toBeLessThanOrEqual(2);
    expectEachToldOnce(slipway, 'web');
    const told = slipway.announced.flatMap((notice) =>
      notice.kind === 'rollout.completed' && 'rollout' in notice ? notice.rollout.changes : [],
    );
    expect(new Set(told.map(({ to }) => to.digest))).toEqual(new Set([app, other]));
    expect(slipway.wrong).toEqual([]);
  });
});
