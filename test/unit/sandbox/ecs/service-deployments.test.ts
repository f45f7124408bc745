import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { digestOf, EcsWorld, first, object, objects, text } from './world.ts';

const status = (world: EcsWorld) => world.serviceDeployment()['status'];
const stop = (world: EcsWorld, more: JsonObject = {}) => ({
  serviceDeploymentArn: text(world.serviceDeployment(), 'serviceDeploymentArn'),
  ...more,
});

describe('service deployments', () => {
  it('P1 (recorded): pending, in progress after 1.6 s, successful', () => {
    const world = new EcsWorld().settled();
    world.update({ taskDefinition: world.register('fine:2') });
    expect(status(world)).toBe('PENDING');
    world.seconds(1.5);
    expect(status(world)).toBe('PENDING');
    world.seconds(0.2);
    expect(world.serviceDeployment()).toMatchObject({
      status: 'IN_PROGRESS',
      deploymentCircuitBreaker: { status: 'MONITORING', threshold: 3 },
    });
    world.seconds(600);
    const done = world.serviceDeployment();
    expect(done).toMatchObject({
      status: 'SUCCESSFUL',
      targetServiceRevision: { requestedTaskCount: 1, runningTaskCount: 1, pendingTaskCount: 0 },
      deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 0, threshold: 3 },
    });
    expect(text(done, 'serviceDeploymentArn')).toMatch(/:service-deployment\/demo\/web\/[A-Za-z0-9]{21}$/);
    expect(Number(done['startedAt']) - Number(done['createdAt'])).toBeCloseTo(1.6, 2);
    expect(done).toHaveProperty('finishedAt');
  });

  it('P1: the number of a deployment is that of its service revision', () => {
    const world = new EcsWorld().settled();
    const [row = {}] = world.rows();
    const target = object(world.serviceDeployment(), 'targetServiceRevision');
    expect(text(target, 'arn').split('/').at(-1)).toBe(text(row, 'id').replace('ecs-svc/', ''));
    expect(world.service()['currentServiceDeployment']).toBe(
      world.serviceDeployment()['serviceDeploymentArn'],
    );
  });

  it('P2 (recorded): the breaker rolls back in the same service deployment', () => {
    const world = new EcsWorld().settled();
    const before = text(object(world.serviceDeployment(), 'targetServiceRevision'), 'arn');
    world.update({ taskDefinition: world.register('gone:1') });
    const { serviceDeploymentArn } = world.serviceDeployment();
    world.until(() => status(world) === 'ROLLBACK_IN_PROGRESS');
    const reason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    expect(world.serviceDeployment()).toMatchObject({
      serviceDeploymentArn,
      statusReason: reason,
      rollback: { reason, serviceRevisionArn: before },
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    });
    world.until(() => status(world) === 'ROLLBACK_SUCCESSFUL');
  });

  it('P3 (recorded): a newer update stops the older one 0.29 s later', () => {
    const world = new EcsWorld().settled();
    world.update({ taskDefinition: world.register('fine:2') });
    world.seconds(10);
    world.update({ taskDefinition: world.register('fine:3') });
    world.seconds(0.2);
    expect(world.serviceDeployment(1)['status']).toBe('STOP_REQUESTED');
    world.seconds(0.1);
    expect(world.serviceDeployment(1)).toMatchObject({ status: 'STOPPED' });
    expect(world.serviceDeployment()['status']).toBe('PENDING');
  });

  it('P4 (documented): StopServiceDeployment rolls back within a minute, also with rollback off', () => {
    const world = new EcsWorld().settled({ deploymentConfiguration: {} });
    const old = text(world.rows()[0] ?? {}, 'id');
    world.update({ taskDefinition: world.register('fine:2') });
    world.seconds(30);
    world.call('StopServiceDeployment', stop(world));
    expect(status(world)).toBe('ROLLBACK_REQUESTED');
    expect(world.call('StopServiceDeployment', stop(world))).toHaveProperty('serviceDeploymentArn');
    world.until(() => status(world) === 'ROLLBACK_IN_PROGRESS');
    expect(world.rows()[0]).toMatchObject({ id: old, rolloutState: 'IN_PROGRESS' });
    const seconds = world.until(() => status(world) === 'ROLLBACK_SUCCESSFUL');
    expect(seconds).toBeLessThan(60);
    expect(text(world.service(), 'taskDefinition')).toMatch(/web:1$/);
  });

  it('P4: ABORT stops without going back', () => {
    const world = new EcsWorld().settled();
    world.update({ taskDefinition: world.register('gone:1') });
    world.seconds(30);
    world.call('StopServiceDeployment', stop(world, { stopType: 'ABORT' }));
    world.seconds(120);
    expect(status(world)).toBe('STOPPED');
    expect(world.rows()[0]).toMatchObject({ rolloutState: 'FAILED', status: 'PRIMARY' });
  });

  it.each(['ConflictException', 'ServiceDeploymentNotFoundException'] as const)(
    'P4 (switch): a finished one answers %s',
    (stopOfFinished) => {
      const world = new EcsWorld({ switches: { stopOfFinished } }).settled();
      expect(world.refusal('StopServiceDeployment', stop(world))).toContain(stopOfFinished);
    },
  );

  it('P4: unknown ones are not found', () => {
    const world = new EcsWorld();
    const serviceDeploymentArn = 'arn:aws:ecs:eu-west-1:000000000000:service-deployment/demo/web/nothing';
    expect(world.refusal('StopServiceDeployment', { serviceDeploymentArn })).toContain(
      'ServiceDeploymentNotFoundException',
    );
    expect(
      world.call('DescribeServiceDeployments', { serviceDeploymentArns: [serviceDeploymentArn] }),
    ).toEqual({
      serviceDeployments: [],
      failures: [{ arn: serviceDeploymentArn, reason: 'MISSING' }],
    });
  });

  it('P5: a revision holds the digest of its tags, and its tasks run it, whatever the tag became', () => {
    const world = new EcsWorld().settled({}, 'fine:latest');
    world.moved.set('fine:latest', digestOf('moved'));
    world.call('StopTask', { cluster: 'demo', task: text(world.tasks()[0] ?? {}, 'taskArn') });
    world.seconds(120);
    const [task = {}] = world.tasks();
    expect(first(task, 'containers')['imageDigest']).toBe(digestOf('fine:latest'));
    const serviceRevisionArns = [text(object(world.serviceDeployment(), 'targetServiceRevision'), 'arn')];
    const revision = first(
      world.call('DescribeServiceRevisions', { serviceRevisionArns }),
      'serviceRevisions',
    );
    expect(objects(revision, 'containerImages')).toEqual([
      { containerName: 'app', image: 'fine:latest', imageDigest: digestOf('fine:latest') },
    ]);
    world.update({ forceNewDeployment: true });
    world.seconds(300);
    expect(first(world.tasks()[0] ?? {}, 'containers')['imageDigest']).toBe(digestOf('moved'));
  });

  it('P6 (recorded, switch): may be successful before the row is complete', () => {
    const world = new EcsWorld({ switches: { serviceDeploymentLeads: true } }).settled();
    world.update({ taskDefinition: world.register('fine:2') });
    world.until(() => status(world) === 'SUCCESSFUL');
    expect(world.rows()[0]?.['rolloutState']).toBe('IN_PROGRESS');
  });

  it('P7 (documented): waits for the bake time, with the old tasks where traffic is shifted', () => {
    const deploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
    const world = new EcsWorld().settled({ deploymentConfiguration, desiredCount: 2 });
    world.seconds(400);
    world.update({ taskDefinition: world.register('fine:2') });
    world.until(() => world.serviceDeployment()['lifecycleStage'] === 'BAKE_TIME');
    expect(world.service()).toMatchObject({ runningCount: 4 });
    const baked = world.until(() => world.rows()[0]?.['rolloutState'] === 'COMPLETED');
    expect(baked).toBeGreaterThanOrEqual(300);
    expect(world.service()).toMatchObject({ runningCount: 2 });
  });

  it('P8: an alarm rolls back', () => {
    const alarms = { enable: true, rollback: true, alarmNames: ['errors'] };
    const world = new EcsWorld().settled({ deploymentConfiguration: { alarms } });
    const old = text(world.rows()[0] ?? {}, 'id');
    world.update({ taskDefinition: world.register('fine:2') });
    world.seconds(60);
    expect(world.serviceDeployment()).toMatchObject({ alarms: { status: 'MONITORING' } });
    world.model.hooks.fireAlarm('web');
    expect(world.serviceDeployment()).toMatchObject({
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    });
    expect(world.said().at(-2)).toMatch(/deployment failed: alarm detected\.$/);
    world.seconds(200);
    expect(world.rows()).toMatchObject([{ id: old, rolloutState: 'COMPLETED' }]);
  });

  it('lists newest first, by status and time, of 90 days', () => {
    const world = new EcsWorld().settled();
    world.update({ taskDefinition: world.register('fine:2') });
    world.seconds(600);
    const list = (more: JsonObject) =>
      objects(
        world.call('ListServiceDeployments', { cluster: 'demo', service: 'web', ...more }),
        'serviceDeployments',
      );
    const [newest = {}, oldest = {}] = list({});
    expect(Number(newest['createdAt'])).toBeGreaterThan(Number(oldest['createdAt']));
    expect(newest).not.toHaveProperty('targetServiceRevision');
    expect(text(newest, 'targetServiceRevisionArn')).toContain(':service-revision/demo/web/');
    expect(list({ status: ['IN_PROGRESS'] })).toEqual([]);
    expect(list({ createdAt: { after: Number(oldest['createdAt']) + 1 } })).toHaveLength(1);
    const page = world.call('ListServiceDeployments', { cluster: 'demo', service: 'web', maxResults: 1 });
    expect(list({ maxResults: 1, nextToken: text(page, 'nextToken') })).toEqual([oldest]);
    world.seconds(91 * 86_400);
    expect(list({})).toEqual([]);
    expect(world.refusal('ListServiceDeployments', { cluster: 'demo', service: 'nope' })).toBe(
      'ServiceNotFoundException: Service not found.',
    );
  });
});
