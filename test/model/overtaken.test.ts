import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../sandbox/world-types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import { addService, breaker, configure } from './given.ts';
import type { Stack } from './stack.ts';
import { minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });
const pause = {
  targetType: 'PAUSE',
  lifecycleStages: ['POST_SCALE_UP'],
  timeoutConfiguration: { timeoutInMinutes: 90, action: 'CONTINUE' },
};

const configurations: readonly [string, JsonObject][] = [
  ['ROLLING', {}],
  ['ROLLING with a breaker', breaker(true)],
  ['BLUE_GREEN that bakes', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 }],
  ['LINEAR', { strategy: 'LINEAR' }],
  ['CANARY', { strategy: 'CANARY', bakeTimeInMinutes: 20 }],
  ['BLUE_GREEN with a hook that pauses it', { strategy: 'BLUE_GREEN', lifecycleHooks: [pause] }],
];

const moments = [80_000, 20 * minute];

const behaviours: readonly (readonly [Behaviour, Behaviour])[] = [
  ['fine', 'fine'],
  ['cannot-start', 'fine'],
  ['fine', 'cannot-start'],
  ['cannot-start', 'cannot-start'],
];

async function twoPushes(
  configuration: JsonObject,
  ms: number,
  [first, second]: readonly [Behaviour, Behaviour],
) {
  const world = new World();
  const before = world.put();
  addService(world, 'web');
  await configure(world, configuration);
  const slipway = await world.install({ deploy: [latest] });
  const older = world.push({ behaviour: first });
  await world.pass(ms);
  const newer = world.push({ behaviour: second });
  await world.until(() => slipway.isAtRest && slipway.said('web').length >= 4, 300 * minute);
  return { world, slipway, digests: { before, older, newer } };
}

const final = /^rollout\.(?:completed|rolled-back|timed-out|superseded|joined|stopped|failed|skipped)$/;

function rollouts({ announced }: Stack) {
  return announced.flatMap((notice) => ('rollout' in notice ? [notice] : []));
}

/** Which of the pushes the service runs. */
function runs(world: World, digests: Readonly<Record<string, string>>): string {
  const { app = '' } = world.images('web');
  return Object.entries(digests).find(([, digest]) => app.endsWith(digest))?.[0] ?? 'before';
}

describe.each(configurations)('a newer push in the middle of a deployment: %s', (_what, configuration) => {
  it.each(moments.flatMap((ms) => behaviours.map(([first, second]) => ({ ms, first, second }))))(
    'after $ms ms, $first and then $second: what runs is good, and each is told once as what it was',
    async ({ ms, first, second }) => {
      const { world, slipway, digests } = await twoPushes(configuration, ms, [first, second]);
      const said = rollouts(slipway);
      const words = said.map(({ kind, rollout }) => `${kind} ${rollout.generation}`);
      expect(new Set(words).size).toBe(words.length);
      const ended = said.filter(({ kind }) => final.test(kind)).map(({ rollout }) => rollout.generation);
      const started = said
        .filter(({ kind }) => kind === 'rollout.started')
        .map(({ rollout }) => rollout.generation);
      expect(ended.toSorted()).toEqual(started.toSorted());
      const good = [
        digests.before,
        ...(first === 'fine' ? [digests.older] : []),
        ...(second === 'fine' ? [digests.newer] : []),
      ];
      const completed = said
        .filter(({ kind }) => kind === 'rollout.completed')
        .flatMap(({ rollout }) => rollout.changes);
      expect(good).toEqual(expect.arrayContaining(completed.map(({ to }) => to.digest)));
      if (second === 'fine') expect(runs(world, digests)).toBe('newer');
      else expect(first === 'fine' ? ['before', 'older'] : ['before']).toContain(runs(world, digests));
      expect(world.deployments('web')).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
      expect(slipway.isAtRest).toBe(true);
      expect(slipway.wrong).toEqual([]);
    },
  );
});
