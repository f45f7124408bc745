import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { EcsWorld, first, guarded, object, text } from './world.ts';

const loadBalancers = [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }];
const shifting = [
  ['BLUE_GREEN', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 }, 300],
  [
    'LINEAR',
    {
      strategy: 'LINEAR',
      bakeTimeInMinutes: 2,
      linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 1 },
    },
    3 * 60 + 120,
  ],
  [
    'CANARY',
    {
      strategy: 'CANARY',
      bakeTimeInMinutes: 1,
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 4 },
    },
    4 * 60 + 60,
  ],
] as const;

function rolled(configuration: JsonObject, image = 'fine:2'): EcsWorld {
  const world = new EcsWorld().settled({ deploymentConfiguration: configuration, loadBalancers });
  world.seconds(900);
  world.events.length = 0;
  world.update({ taskDefinition: world.register(image) });
  return world;
}

const stage = (world: EcsWorld) => world.serviceDeployment()['lifecycleStage'];
const isComplete = (world: EcsWorld) => world.rows()[0]?.['rolloutState'] === 'COMPLETED';

function stagesOf(world: EcsWorld): unknown[] {
  const seen = new Set<unknown>();
  world.until(() => {
    seen.add(stage(world));
    return isComplete(world);
  });
  seen.delete(undefined);
  return [...seen];
}

const all = [
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
];

describe('strategies that shift traffic', () => {
  it.each(shifting)('L1 (documented): %s goes through the stages in their order', (_name, configuration) => {
    const world = rolled(configuration);
    const [, old] = world.rows();
    expect(stagesOf(world)).toEqual(all);
    expect(world.serviceDeployment()['status']).toBe('SUCCESSFUL');
    expect(world.rows()).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 1 }]);
    expect(world.deploymentEvents().map((event) => event.split(' ')[0])).toEqual([
      'IN_PROGRESS',
      'COMPLETED',
    ]);
    expect(old).toMatchObject({ status: 'ACTIVE' });
  });

  it.each(shifting)('L2 (documented): %s waits with the old tasks as long as is configured', (...given) => {
    const [, configuration, least] = given;
    const world = rolled(configuration);
    world.until(() => stage(world) === 'TEST_TRAFFIC_SHIFT');
    const shift = world.until(() => stage(world) === 'CLEAN_UP');
    expect(shift).toBeGreaterThanOrEqual(least);
    expect(shift).toBeLessThan(least + 60);
    expect(world.service()).toMatchObject({ runningCount: 2 });
  });

  it.each(shifting)('L3: %s goes back at once when it is stopped while it bakes', (_name, configuration) => {
    const world = rolled(configuration);
    world.until(() => stage(world) === 'BAKE_TIME');
    const serviceDeploymentArn = text(world.serviceDeployment(), 'serviceDeploymentArn');
    world.call('StopServiceDeployment', { serviceDeploymentArn });
    const back = world.until(() => world.serviceDeployment()['status'] === 'ROLLBACK_SUCCESSFUL');
    expect(back).toBeLessThan(60);
    expect(text(world.service(), 'taskDefinition')).toMatch(/web:1$/);
    world.seconds(600);
    expect(world.rows()).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 1 }]);
  });

  it.each(shifting)('L4: %s falls back when its tasks cannot start and the breaker fires', (...given) => {
    const [, configuration] = given;
    const world = rolled({ ...configuration, ...guarded }, 'cannot-start:1');
    world.until(() => world.serviceDeployment()['status'] === 'ROLLBACK_SUCCESSFUL');
    expect(world.deploymentEvents().map((event) => event.split(' ')[0])).toEqual([
      'IN_PROGRESS',
      'FAILED',
      'IN_PROGRESS',
      'COMPLETED',
    ]);
  });

  it('L5: without breaker it stays in SCALE_UP, and the old tasks stay', () => {
    const world = rolled({ strategy: 'CANARY' }, 'cannot-start:1');
    world.seconds(6 * 3600);
    expect(stage(world)).toBe('SCALE_UP');
    expect(world.rows()).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 0 },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 1 },
    ]);
  });

  it('L6 (documented): production traffic goes over in the configured steps', () => {
    const world = rolled(shifting[1][1]);
    const weights = new Set<unknown>();
    world.until(() => {
      const target = object(world.serviceDeployment(), 'targetServiceRevision');
      weights.add(target['requestedProductionTrafficWeight']);
      return stage(world) === 'BAKE_TIME';
    });
    expect([...weights]).toEqual([0, 25, 50, 75, 100]);
    const source = first(world.serviceDeployment(), 'sourceServiceRevisions');
    expect(source['requestedProductionTrafficWeight']).toBe(0);
  });

  it('L7: a newer update in the middle of the bake starts from the beginning', () => {
    const world = rolled(shifting[0][1]);
    world.until(() => stage(world) === 'BAKE_TIME');
    world.update({ taskDefinition: world.register('fine:3') });
    expect(stagesOf(world)).toEqual(all);
    expect(text(world.service(), 'taskDefinition')).toMatch(/web:3$/);
    expect(world.service()).toMatchObject({ runningCount: 1 });
  });
});

describe('PAUSE hooks', () => {
  const hook = (timeoutConfiguration?: JsonObject, lifecycleStages = ['PRE_PRODUCTION_TRAFFIC_SHIFT']) => ({
    strategy: 'BLUE_GREEN',
    lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages, timeoutConfiguration }],
  });
  const pause = (world: EcsWorld) => {
    const deployment = world.serviceDeployment();
    return deployment['lifecycleHookDetails'] === undefined ? {} : first(deployment, 'lifecycleHookDetails');
  };
  const answer = (world: EcsWorld, action: string) => ({
    serviceDeploymentArn: text(world.serviceDeployment(), 'serviceDeploymentArn'),
    hookId: text(pause(world), 'hookId'),
    action,
  });
  const paused = (configuration: JsonObject) => {
    const world = new EcsWorld().settled({ deploymentConfiguration: { strategy: 'BLUE_GREEN' } });
    world.update({ deploymentConfiguration: configuration });
    world.update({ taskDefinition: world.register('fine:2') });
    world.until(() => pause(world)['status'] === 'AWAITING_ACTION');
    return world;
  };

  it('L8 (documented): the deployment waits until it may go on', () => {
    const world = paused(hook());
    expect(stage(world)).toBe('POST_TEST_TRAFFIC_SHIFT');
    world.seconds(7200);
    expect(isComplete(world)).toBe(false);
    world.call('ContinueServiceDeployment', answer(world, 'CONTINUE'));
    world.until(() => isComplete(world), 60);
    expect(pause(world)).toMatchObject({ status: 'SUCCEEDED', targetType: 'PAUSE' });
  });

  it('L9 (documented): or is sent back', () => {
    const world = paused(hook());
    world.call('ContinueServiceDeployment', answer(world, 'ROLLBACK'));
    world.until(() => world.serviceDeployment()['status'] === 'ROLLBACK_SUCCESSFUL');
    expect(world.refusal('ContinueServiceDeployment', answer(world, 'CONTINUE'))).toMatch(
      /^InvalidParameterException/,
    );
  });

  it.each([
    ['CONTINUE', 'SUCCESSFUL'],
    ['ROLLBACK', 'ROLLBACK_SUCCESSFUL'],
  ])('L10 (documented): when its time is over, what is configured happens: %s', (action, status) => {
    const world = paused(hook({ timeoutInMinutes: 30, action }));
    world.seconds(29 * 60);
    expect(pause(world)['status']).toBe('AWAITING_ACTION');
    world.until(() => world.serviceDeployment()['status'] === status, 120);
    expect(pause(world)['status']).toBe('TIMED_OUT');
  });

  it('L8: before it scales up, it launches nothing', () => {
    const world = paused(hook(undefined, ['PRE_SCALE_UP']));
    world.seconds(3600);
    expect(world.service()).toMatchObject({ runningCount: 1, pendingCount: 0 });
  });
});
