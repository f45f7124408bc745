import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import { addService, configure } from './given.ts';
import type { Stack } from './stack.ts';
import { byDigest, minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });

interface Strategy {
  readonly what: string;
  readonly configuration: JsonObject;
  /** So long it takes on purpose, at least. */
  readonly minutes: number;
}

const strategies: readonly Strategy[] = [
  { what: 'BLUE_GREEN', configuration: { strategy: 'BLUE_GREEN' }, minutes: 1 },
  {
    what: 'BLUE_GREEN that bakes for twice the timeout',
    configuration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 },
    minutes: 30,
  },
  {
    what: 'LINEAR in ten steps of six minutes',
    configuration: { strategy: 'LINEAR', bakeTimeInMinutes: 5 },
    minutes: 59,
  },
  {
    what: 'LINEAR in steps of its own',
    configuration: {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 20 },
      bakeTimeInMinutes: 20,
    },
    minutes: 80,
  },
  {
    what: 'CANARY',
    configuration: { strategy: 'CANARY', bakeTimeInMinutes: 20 },
    minutes: 30,
  },
  {
    what: 'CANARY that waits for longer than the timeout',
    configuration: {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 40 },
      bakeTimeInMinutes: 40,
    },
    minutes: 80,
  },
  { what: 'ROLLING that bakes for twice the timeout', configuration: { bakeTimeInMinutes: 30 }, minutes: 30 },
];

async function shifting(deploymentConfiguration: JsonObject) {
  const world = new World();
  world.put();
  addService(world, 'web');
  await configure(world, deploymentConfiguration);
  return { world, slipway: await world.install({ deploy: [latest] }) };
}

function recordOf(world: World): JsonObject {
  const { serviceDeployments } = world.ask('ListServiceDeployments', { cluster: 'prod', service: 'web' });
  const [{ serviceDeploymentArn: arn } = {}] = serviceDeployments as readonly JsonObject[];
  const { serviceDeployments: found } = world.ask('DescribeServiceDeployments', {
    serviceDeploymentArns: [arn ?? ''],
  });
  return (found as readonly JsonObject[])[0] ?? {};
}

/** Stages that somebody who looks every few seconds sees, and what Slipway thinks meanwhile. */
async function follow(world: World, slipway: Stack) {
  const stages = new Set<string>();
  const phases = new Set<string>();
  const from = world.clock.now();
  while (slipway.said('web').length < 2 && world.clock.now() < from + 5 * 60 * minute) {
    const { lifecycleStage } = recordOf(world);
    if (typeof lifecycleStage === 'string') stages.add(lifecycleStage);
    const { startedAt, phase = '' } = slipway.rollout('web', 1) ?? {};
    if (startedAt !== undefined) phases.add(phase);
    await world.pass(5_000);
  }
  return { stages: [...stages], phases: [...phases], minutes: (world.clock.now() - from) / minute };
}

describe('a deployment of any strategy is followed to its end', () => {
  it.each(strategies)('$what', async ({ configuration, minutes }) => {
    const { world, slipway } = await shifting(configuration);
    const digest = world.push();
    const followed = await follow(world, slipway);
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.completed']);
    expect(followed.minutes).toBeGreaterThan(minutes);
    expect(followed.phases).toEqual(['rolling']);
    if (configuration['strategy'] !== undefined)
      expect(followed.stages).toEqual(
        expect.arrayContaining(['SCALE_UP', 'PRODUCTION_TRAFFIC_SHIFT', 'CLEAN_UP']),
      );
    expect(world.images('web')).toEqual({ app: byDigest(digest) });
    expect(slipway.sent('StopServiceDeployment')).toEqual([]);
    expect(await world.until(() => slipway.isAtRest)).toBe(true);
    expect(slipway.wrong).toEqual([]);
  });
});

describe('a hook that pauses a deployment', () => {
  const hook = (stage: string, timeoutInMinutes: number) => ({
    strategy: 'BLUE_GREEN',
    lifecycleHooks: [
      {
        targetType: 'PAUSE',
        lifecycleStages: [stage],
        timeoutConfiguration: { timeoutInMinutes, action: 'ROLLBACK' },
      },
    ],
  });

  it.each(['POST_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'])(
    'in %s is waited for past the timeout, and the deployment that a person lets go on is told as completed',
    async (stage) => {
      const { world, slipway } = await shifting(hook(stage, 300));
      world.push();
      await world.pass(120 * minute);
      expect(slipway.said('web')).toEqual(['rollout.started']);
      answer(world, 'CONTINUE');
      await world.until(() => slipway.said('web').length > 1);
      expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.completed']);
      expect(slipway.sent('StopServiceDeployment')).toEqual([]);
    },
  );

  it.each<[string, (world: World) => void]>([
    ['that a person answers with no', (world) => answer(world, 'ROLLBACK')],
    ['that nobody answers in its own time', () => undefined],
  ])('%s is told as rolled back', async (_what, act) => {
    const { world, slipway } = await shifting(hook('POST_SCALE_UP', 60));
    world.push();
    await world.pass(40 * minute);
    expect(slipway.said('web')).toEqual(['rollout.started']);
    act(world);
    await world.until(() => slipway.said('web').length > 1, 120 * minute);
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.rolled-back']);
    expect(await world.until(() => slipway.isAtRest)).toBe(true);
    expect(slipway.wrong).toEqual([]);
  });
});

function answer(world: World, action: 'CONTINUE' | 'ROLLBACK'): void {
  const { serviceDeploymentArn, lifecycleHookDetails, ...record } = recordOf(world);
  const [hook] = (Array.isArray(lifecycleHookDetails) ? lifecycleHookDetails : []).filter(isJsonObject);
  if (hook === undefined) throw new Error(`no hook waits: ${JSON.stringify(record)}`);
  world.ask('ContinueServiceDeployment', {
    serviceDeploymentArn,
    hookId: hook['hookId'],
    action,
  });
}

describe('a deployment that shifts traffic and is stuck', () => {
  it.each(['CANARY', 'BLUE_GREEN', 'LINEAR'])(
    '%s is stopped by ECS, and told as rolled back',
    async (strategy) => {
      const { world, slipway } = await shifting({ strategy });
      world.push({ behaviour: 'cannot-start' });
      await world.until(() => slipway.said('web').length > 1, 240 * minute);
      expect(slipway.said('web').slice(0, 2)).toEqual(['rollout.started', 'rollout.rolled-back']);
      expect(slipway.sent('StopServiceDeployment')).toEqual([
        { serviceDeploymentArn: recordOf(world)['serviceDeploymentArn'], stopType: 'ROLLBACK' },
      ]);
      expect(slipway.sent('UpdateService')).toHaveLength(1);
      expect(world.service('web')['taskDefinition']).toMatch(/web:1$/);
      expect(await world.until(() => slipway.isAtRest)).toBe(true);
      expect(slipway.wrong).toEqual([]);
    },
  );
});
