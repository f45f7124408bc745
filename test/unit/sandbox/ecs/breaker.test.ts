import { describe, expect, it } from 'vitest';
import { show } from '../../../../sandbox/ecs/input.ts';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { aService, EcsWorld, object, text } from './world.ts';

const failedEvent = (world: EcsWorld) => world.deploymentEvents().some((line) => line.startsWith('FAILED'));
const failed = (world: EcsWorld, limit?: number) => world.until(() => failedEvent(world), limit);
const breaker = (more: JsonObject = {}) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true, ...more } },
});
const healthCheck = { command: ['CMD', 'true'], interval: 10, retries: 2 };
const checked = (image: string) => ({ containerDefinitions: [{ name: 'app', image, healthCheck }] });
const starts = (world: EcsWorld) => world.said().filter((line) => line.includes('has started')).length;

function thresholdOf(desiredCount: number, more: JsonObject = {}): unknown {
  const world = new EcsWorld();
  world.register();
  world.create({ desiredCount, ...breaker(more) });
  return object(world.serviceDeployment(), 'deploymentCircuitBreaker')['threshold'];
}

describe('the circuit breaker', () => {
  it.each([
    [1, 3],
    [6, 3],
    [7, 4],
    [25, 13],
    [399, 200],
    [800, 200],
  ])('B1 (documented): desired %i has the threshold %i', (desired, threshold) => {
    expect(thresholdOf(desired)).toBe(threshold);
  });

  it.each([
    [{ type: 'COUNT', value: 7 }, 7],
    [{ type: 'BOUNDED_PERCENT', value: 10 }, 3],
    [{ type: 'UNBOUNDED_PERCENT', value: 10 }, 1],
  ])('B1 (documented): %j makes it %i at desired 8', (thresholdConfiguration, threshold) => {
    expect(thresholdOf(8, { thresholdConfiguration })).toBe(threshold);
  });

  it('B1: the latest desired count is what matters', () => {
    const world = new EcsWorld().settled();
    world.update({ taskDefinition: world.register('gone:1') });
    world.update({ desiredCount: 10 });
    expect(object(world.serviceDeployment(), 'deploymentCircuitBreaker')).toMatchObject({ threshold: 5 });
  });

  it.each(['gone:1', 'cannot-be-pulled:1', 'cannot-start:1', 'arm:1'])(
    'B2: tasks of %s do not reach RUNNING and count',
    (image) => {
      const world = new EcsWorld().settled();
      world.update({ taskDefinition: world.register(image) });
      expect(failed(world)).toBeGreaterThan(60);
    },
  );

  it('B2, T9: so do tasks of several containers of which one dies at once', () => {
    const world = new EcsWorld().settled();
    world.update({ taskDefinition: world.register(['exits:1', 'fine:1']) });
    failed(world);
  });

  it('B3: failed container checks count', () => {
    const world = new EcsWorld().settled();
    world.update({ taskDefinition: world.register('never-healthy:1', checked('never-healthy:1')) });
    failed(world);
    expect(world.said()).toContain('(task ID) failed container health checks.');
    expect(world.said().join()).toContain('deployment failed: tasks failed to start.');
  });

  it('B3 (recorded): failed target checks count; with a grace of 60 s it takes about ten minutes', () => {
    const loadBalancers = [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 8080 }];
    const world = new EcsWorld().settled({ loadBalancers, healthCheckGracePeriodSeconds: 60 });
    world.update({ taskDefinition: world.register('never-healthy:1') });
    const minutes = failed(world) / 60;
    expect(minutes).toBeGreaterThan(6);
    expect(minutes).toBeLessThan(14);
    expect(world.said()).toContain(
      '(task ID) (port 8080) is unhealthy in (target-group arn:tg) due to (reason Health checks failed with these codes: [503]).',
    );
    const [stopped = {}] = world
      .tasks({ desiredStatus: 'STOPPED' })
      .filter(({ taskDefinitionArn }) => show(taskDefinitionArn).endsWith(':2'));
    expect(stopped['stoppedReason']).toBe('Task failed ELB health checks in (target-group arn:tg)');
  });

  it('B4 (recorded): a failure is booked at the next launch; FAILED comes 3 to 5 s after the fourth start', () => {
    const world = new EcsWorld().settled();
    const before = starts(world);
    world.update({ taskDefinition: world.register('gone:1') });
    const booked: unknown[] = [];
    for (let second = 0; second < 1200 && !failedEvent(world); second += 1) {
      world.seconds(1);
      const launched = starts(world) - before;
      if (launched > 0)
        booked[launched - 1] = world
          .rows()
          .find(({ status, rolloutState }) => rolloutState === 'FAILED' || status === 'PRIMARY')?.[
          'failedTasks'
        ];
    }
    expect(booked).toEqual([0, 1, 2, expect.anything()]);
    const [failure = {}] = world
      .details('ECS Deployment State Change')
      .filter(({ eventType }) => eventType === 'ERROR');
    const fourth =
      world
        .details('ECS Task State Change')
        .filter(({ version }) => version === 1)
        .at(-1) ?? {};
    const lag = (Date.parse(text(failure, 'updatedAt')) - Date.parse(text(fourth, 'createdAt'))) / 1000;
    expect(lag).toBeGreaterThanOrEqual(3);
    expect(lag).toBeLessThanOrEqual(5);
    world.seconds(30);
    expect(world.said()).toContain('stopped 1 pending tasks.');
  });

  it('B4 (recorded): the texts of a failure, and the rollback completes after 24 to 191 s', () => {
    const world = new EcsWorld().settled();
    const old = text(world.rows()[0] ?? {}, 'id');
    const id = text(world.update({ taskDefinition: world.register('cannot-start:1') }), 'taskDefinition');
    failed(world);
    const seconds = world.until(() => world.rows()[0]?.['rolloutState'] === 'COMPLETED');
    expect(seconds).toBeGreaterThanOrEqual(15);
    expect(seconds).toBeLessThanOrEqual(191);
    expect(id).toMatch(/web:2$/);
    const said = world.said();
    const from = said.findIndex((line) => line.includes('deployment failed'));
    expect(said.slice(from)).toEqual([
      expect.stringMatching(/^\(deployment ecs-svc\/\d{19}\) deployment failed: tasks failed to start\.$/),
      `rolling back to deployment ${old}.`,
      'stopped 1 pending tasks.',
      `(deployment ${old}) deployment completed.`,
      'has reached a steady state.',
    ]);
  });

  it.each(['exits:1', 'out-of-memory:1'])(
    'B5 (documented): is blind to tasks that end after RUNNING: %s',
    (image) => {
      const world = new EcsWorld().settled();
      world.update({ taskDefinition: world.register(image) });
      world.seconds(3600);
      expect(world.rows()[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', failedTasks: 0 });
    },
  );

  it('B5 (one recorded case, switch): or it counts them, and fails after about three minutes', () => {
    const world = new EcsWorld({ switches: { countExitsAfterRunning: true } }).settled();
    world.update({ taskDefinition: world.register('exits:1') });
    const seconds = failed(world);
    expect(seconds).toBeGreaterThan(130);
    expect(seconds).toBeLessThan(280);
  });

  it.each([
    [{}, 0],
    [{ resetOnHealthyTask: false }, 1],
  ])('B6 (documented): a healthy task resets the count unless told otherwise: %j leaves %i', (more, left) => {
    const world = new EcsWorld().settled(breaker(more));
    world.update({ taskDefinition: world.register('fine:2') });
    world.until(() => world.tasks().length === 2);
    const [young = {}] = world
      .tasks()
      .filter(({ taskDefinitionArn }) => show(taskDefinitionArn).endsWith(':2'));
    world.seconds(2);
    world.model.hooks.exitTask(text(young, 'taskArn'), { exitCode: 1 });
    world.until(() => world.rows()[0]?.['failedTasks'] === 1);
    world.until(() => world.rows()[0]?.['rolloutState'] === 'COMPLETED');
    expect(world.rows()[0]?.['failedTasks']).toBe(left);
  });

  it.each(['ROLLBACK_FAILED', 'STOPPED'] as const)(
    'B7 (recorded, switch): the first deployment ever has no way back: %s',
    (withoutCandidate) => {
      const world = new EcsWorld({ switches: { withoutCandidate } });
      world.register('gone:1');
      world.create();
      failed(world);
      world.seconds(600);
      expect(world.rows()).toMatchObject([{ status: 'PRIMARY', rolloutState: 'FAILED' }]);
      expect(world.serviceDeployment()).toMatchObject({
        status: withoutCandidate,
        statusReason: 'No rollback candidate was found to run the rollback.',
        deploymentCircuitBreaker: { status: 'TRIGGERED' },
      });
      expect(world.clock.idle).toBe(true);
    },
  );

  it('B8 (documented): a deployment that fails during a rollback stalls', () => {
    const world = new EcsWorld().settled({ desiredCount: 2 });
    world.update({ taskDefinition: world.register('gone:1') });
    failed(world);
    world.events.length = 0;
    world.update({ taskDefinition: world.register('cannot-start:1') });
    failed(world);
    const launches = starts(world);
    world.seconds(1800);
    expect(world.rows()[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'FAILED' });
    expect(starts(world)).toBe(launches);
    expect(world.service()).toMatchObject({ runningCount: 2 });
    expect(world.serviceDeployment()['status']).toBe('ROLLBACK_FAILED');
  });

  it('B9: events come in the order new, failed, old id again, completed', () => {
    const world = new EcsWorld().settled();
    const old = text(world.rows()[0] ?? {}, 'id');
    world.update({ taskDefinition: world.register('gone:1') });
    const made = text(world.rows()[0] ?? {}, 'id');
    failed(world);
    world.seconds(200);
    expect(world.deploymentEvents()).toEqual([
      `IN_PROGRESS ${made}`,
      `FAILED ${made}`,
      `IN_PROGRESS ${old}`,
      `COMPLETED ${old}`,
    ]);
    const [, failure, back] = world.details('ECS Deployment State Change');
    expect(failure).toMatchObject({
      eventType: 'ERROR',
      reason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
    expect(back).toMatchObject({
      eventType: 'INFO',
      clusterArn: expect.stringContaining(':cluster/demo'),
      reason: `ECS deployment circuit breaker: rolling back to deploymentId ${old}.`,
    });
  });

  it('B10 (recorded, switch): the third back-off may last longer than 20 minutes', () => {
    const world = new EcsWorld({ switches: { thirdBackOff: 'none within 20 min' } }).settled();
    world.update({ taskDefinition: world.register('gone:1') });
    world.seconds(1200);
    expect(failedEvent(world)).toBe(false);
    failed(world);
  });

  it('a rollback whose own tasks fail ends as ROLLBACK_FAILED', () => {
    const world = new EcsWorld().settled({
      deploymentConfiguration: {
        ...breaker().deploymentConfiguration,
        minimumHealthyPercent: 0,
        maximumPercent: 100,
      },
    });
    world.update({ taskDefinition: world.register('gone:1') });
    failed(world);
    world.broken.add('fine');
    for (const { taskArn } of world.tasks()) world.call('StopTask', { cluster: 'demo', task: show(taskArn) });
    world.seconds(3600);
    expect(world.serviceDeployment()).toMatchObject({ status: 'ROLLBACK_FAILED' });
    expect(world.rows()[0]).toMatchObject({ rolloutState: 'FAILED' });
    expect(world.clock.idle).toBe(true);
  });

  it('a service that has stalled can still be deleted', () => {
    const world = new EcsWorld().settled(breaker({ rollback: false }));
    world.update({ taskDefinition: world.register('gone:1') });
    failed(world);
    world.call('DeleteService', { cluster: 'demo', service: 'web', force: true });
    world.seconds(300);
    expect(world.service()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
  });

  it('does nothing where it is off', () => {
    const world = new EcsWorld().settled({ deploymentConfiguration: {} });
    world.update({ taskDefinition: world.register('gone:1') });
    world.seconds(7200);
    expect(world.rows()[0]).toMatchObject({ rolloutState: 'IN_PROGRESS' });
    expect(Number(world.rows()[0]?.['failedTasks'])).toBeGreaterThan(3);
    expect(aService()).toHaveProperty('deploymentConfiguration');
  });
});
