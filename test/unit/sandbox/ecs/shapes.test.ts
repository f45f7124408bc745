import { describe, expect, it } from 'vitest';
import { EcsWorld, object, objects, onInstances, text } from './world.ts';

const unguarded = { deploymentConfiguration: {} };
const alarms = (more: object) => ({
  deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['errors'], ...more } },
});

describe('a service without circuit breaker', () => {
  it('G1 (documented): a deployment that fails goes on for ever, ever more slowly', () => {
    const world = new EcsWorld().settled(unguarded);
    world.update({ taskDefinition: world.register('cannot-start:1') });
    world.seconds(24 * 3600);
    const [primary, old] = world.rows();
    expect(primary).toMatchObject({ rolloutState: 'IN_PROGRESS', status: 'PRIMARY', runningCount: 0 });
    expect(old).toMatchObject({ rolloutState: 'COMPLETED', runningCount: 1 });
    const starts = world.said().filter((message) => message.startsWith('has started')).length;
    // Every 27 minutes at the slowest, and some sooner at first.
    expect(starts).toBeGreaterThan(50);
    expect(starts).toBeLessThan(64);
    expect(world.deploymentEvents().map((event) => event.split(' ')[0])).toEqual(['IN_PROGRESS']);
  });

  it('G2 (documented): the next revision ends it', () => {
    const world = new EcsWorld().settled(unguarded);
    world.update({ taskDefinition: world.register('cannot-start:1') });
    world.seconds(3600);
    world.update({ taskDefinition: 'web:1' });
    world.seconds(300);
    expect(world.rows()).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 1 }]);
  });

  it('G3 (documented): StopServiceDeployment with ROLLBACK ends it', () => {
    const world = new EcsWorld().settled(unguarded);
    const { id } = world.rows()[0] ?? {};
    world.update({ taskDefinition: world.register('cannot-start:1') });
    world.seconds(3600);
    const serviceDeploymentArn = text(world.serviceDeployment(), 'serviceDeploymentArn');
    world.call('StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' });
    world.seconds(60);
    expect(world.rows()).toMatchObject([{ id, rolloutState: 'COMPLETED', runningCount: 1 }]);
  });

  it('G4: its stopped tasks say why, by service and by deployment', () => {
    const world = new EcsWorld().settled(unguarded);
    world.update({ taskDefinition: world.register('cannot-start:1') });
    world.seconds(600);
    const startedBy = text(world.rows()[0] ?? {}, 'id');
    const stopped = world.tasks({ serviceName: 'web', desiredStatus: 'STOPPED' });
    expect(stopped.length).toBeGreaterThan(1);
    for (const task of stopped) {
      expect(task).toMatchObject({ startedBy, stopCode: 'TaskFailedToStart' });
      expect(text(task, 'stoppedReason')).toMatch(/^CannotStartContainerError/);
    }
    expect(world.refusal('ListTasks', { cluster: 'demo', startedBy, desiredStatus: 'STOPPED' })).toBe(
      'InvalidParameterException: cannot specify startedBy with other arguments',
    );
    world.seconds(3700);
    const remembered = world.tasks({ serviceName: 'web', desiredStatus: 'STOPPED' });
    expect(remembered.length).toBeLessThan(stopped.length);
  });
});

describe('deployment alarms', () => {
  it.each([
    ['roll back', {}, 'web:1: PRIMARY COMPLETED'],
    ['stop only, without rollback', { rollback: false }, 'web:2: PRIMARY FAILED, ACTIVE COMPLETED'],
    ['do nothing where they are off', { enable: false }, 'web:2: PRIMARY COMPLETED'],
  ])('P8 (documented): %s', (_what, more, expected) => {
    const world = new EcsWorld().settled(alarms(more));
    world.update({ taskDefinition: world.register('fine:2') });
    world.seconds(50);
    world.model.hooks.fireAlarm('web');
    world.seconds(300);
    const rows = world.rows().map((row) => `${text(row, 'status')} ${text(row, 'rolloutState')}`);
    const definition = text(world.service(), 'taskDefinition').split('/').at(-1) ?? '';
    expect(`${definition}: ${rows.join(', ')}`).toBe(expected);
  });

  it('P8: outside of a deployment nothing follows', () => {
    const world = new EcsWorld().settled(alarms({}));
    world.model.hooks.fireAlarm('web');
    world.seconds(300);
    expect(world.deploymentEvents()).toEqual([]);
  });
});

describe('shapes of services', () => {
  it('S5: with desired count 0 an update completes without a task', () => {
    const world = new EcsWorld().settled({ desiredCount: 0 });
    world.update({ taskDefinition: world.register('fine:2') });
    world.seconds(60);
    expect(world.rows()).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 0, desiredCount: 0 }]);
    expect(world.deploymentEvents()).toHaveLength(2);
  });

  it('S6: a daemon gets the new revision on each of its instances', () => {
    const world = new EcsWorld();
    for (let count = 0; count < 3; count += 1) world.instance();
    world.register('fine:1', onInstances);
    const {
      networkConfiguration: _network,
      launchType: _type,
      ...daemon
    } = {
      networkConfiguration: undefined,
      launchType: undefined,
      schedulingStrategy: 'DAEMON',
    };
    world.call('CreateService', {
      cluster: 'demo',
      serviceName: 'web',
      taskDefinition: 'web',
      ...daemon,
    });
    world.seconds(300);
    world.update({ taskDefinition: world.register('fine:2', onInstances) });
    world.seconds(600);
    expect(world.rows()).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 3 }]);
    expect(world.service()).toMatchObject({ schedulingStrategy: 'DAEMON', desiredCount: 3 });
  });

  it('A1 (documented): scaling out in the middle of a rollout goes on, on the new revision', () => {
    const world = new EcsWorld().settled({ desiredCount: 2 });
    world.update({ taskDefinition: world.register('fine:2') });
    world.seconds(60);
    world.update({ desiredCount: 5 });
    world.seconds(600);
    expect(world.rows()).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 5, desiredCount: 5 }]);
    expect(text(world.service(), 'taskDefinition')).toContain('web:2');
    expect(world.deploymentEvents()).toHaveLength(2);
  });

  it('U1: an update with a definition alone leaves capacity, network and balancers as they are', () => {
    const capacityProviderStrategy = [
      { capacityProvider: 'FARGATE', base: 1, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 4 },
    ];
    const loadBalancers = [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }];
    const world = new EcsWorld();
    world.register('fine:1');
    world.create({ launchType: undefined, capacityProviderStrategy, loadBalancers });
    world.seconds(300);
    const before = world.service();
    world.update({ taskDefinition: world.register('fine:2') });
    world.seconds(900);
    const {
      taskDefinition,
      deployments,
      events,
      currentServiceDeployment,
      currentServiceRevisions,
      ...after
    } = world.service();
    expect(before).toMatchObject(after);
    expect([
      taskDefinition,
      deployments,
      events,
      currentServiceDeployment,
      currentServiceRevisions,
    ]).not.toContain(undefined);
    expect(world.rows()).toMatchObject([{ capacityProviderStrategy, rolloutState: 'COMPLETED' }]);
  });

  it('X1: a service of Express Mode says who manages it, and is listed apart', () => {
    const world = new EcsWorld().settled();
    world.model.hooks.makeExpress('web');
    expect(world.service()).toMatchObject({ resourceManagementType: 'ECS' });
    const listed = (resourceManagementType: string) =>
      world.call('ListServices', { cluster: 'demo', resourceManagementType })['serviceArns'];
    expect([listed('ECS'), listed('CUSTOMER')]).toEqual([[expect.stringContaining('web')], []]);
  });

  it('X2: a service may have no deployments left', () => {
    const world = new EcsWorld().settled();
    world.model.hooks.loseDeployments('web');
    expect(world.rows()).toEqual([]);
    world.seconds(300);
    world.update({ taskDefinition: world.register('fine:2') });
    world.seconds(300);
    expect(world.rows()).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 1 }]);
  });

  it('U5: EXTERNAL and CODE_DEPLOY services refuse a definition', () => {
    for (const type of ['EXTERNAL', 'CODE_DEPLOY']) {
      const world = new EcsWorld().settled({ deploymentController: { type } });
      expect(
        world.refusal('UpdateService', { cluster: 'demo', service: 'web', taskDefinition: 'web' }),
      ).toMatch(`${type} deployment controller`);
    }
  });
});

describe('clusters', () => {
  it('C1: have tags, which are shown when asked for', () => {
    const world = new EcsWorld();
    const resourceArn = 'arn:aws:ecs:eu-west-1:000000000000:cluster/demo';
    const tags = [{ key: 'slipway:owner', value: 'slipway-prod/000000000000/eu-west-1' }];
    world.call('TagResource', { resourceArn, tags });
    const described = (more: object) =>
      objects(world.call('DescribeClusters', { clusters: ['demo', 'none'], ...more }), 'clusters');
    expect(described({ include: ['TAGS'] })).toMatchObject([{ clusterName: 'demo', tags }]);
    expect(described({})).toMatchObject([{ tags: [] }]);
    expect(objects(world.call('DescribeClusters', { clusters: ['none'] }), 'failures')).toEqual([
      { arn: 'arn:aws:ecs:eu-west-1:000000000000:cluster/none', reason: 'MISSING' },
    ]);
  });
});

describe('request rates', () => {
  const update = { cluster: 'demo', service: 'web' };
  const calls = (world: EcsWorld, count: number) =>
    Array.from({ length: count }, () => world.refusal('UpdateService', update)).filter(
      (answer) => answer === 'no error',
    ).length;

  it('H1 (documented): UpdateService has 50 at once and 5 a second', () => {
    const world = new EcsWorld({ switches: { throttling: true } }).settled();
    world.seconds(60);
    expect(calls(world, 60)).toBe(50);
    world.seconds(2);
    expect(calls(world, 60)).toBe(10);
    expect(world.refusal('UpdateService', update)).toBe('ThrottlingException: Rate exceeded');
  });

  it('H2: a competitor takes its part of the same tokens, and no other category', () => {
    const world = new EcsWorld({ switches: { throttling: true } }).settled();
    world.seconds(60);
    calls(world, 60);
    world.model.hooks.compete('UpdateService', 2.5);
    world.seconds(40);
    expect(calls(world, 200)).toBeGreaterThanOrEqual(49);
    world.seconds(10);
    const left = calls(world, 200);
    expect(left).toBeGreaterThanOrEqual(24);
    expect(left).toBeLessThanOrEqual(26);
    world.model.hooks.compete('UpdateService', 0);
    world.seconds(4);
    expect(calls(world, 200)).toBeGreaterThanOrEqual(19);
    expect(world.refusal('RegisterTaskDefinition', {})).not.toContain('Throttling');
    expect(() => world.model.hooks.compete('Nothing', 1)).toThrow('No rate is known of Nothing.');
  });

  it('H3: a competitor that wants all leaves little', () => {
    const world = new EcsWorld({ switches: { throttling: true } }).settled();
    calls(world, 60);
    world.model.hooks.compete('UpdateService', 50);
    world.seconds(60);
    expect(calls(world, 60)).toBeLessThanOrEqual(1);
  });
});

describe('reads that lag', () => {
  it('V2: what is kept for them is what a fresh read would have shown at each moment', () => {
    // So short a lag that every read shows what was kept last.
    const world = new EcsWorld({ switches: { staleReadsSeconds: 1e-9 } });
    world.register('fine:1');
    world.create({ desiredCount: 2 });
    const looks = ['fine:2', 'cannot-start:1', 'exits:1', 'fine:3'];
    for (const image of looks) {
      world.update({ taskDefinition: world.register(image) });
      for (let step = 0; step < 150; step += 1) {
        world.seconds(4);
        const kept = world.service();
        const fresh = object(world.call('UpdateService', { cluster: 'demo', service: 'web' }), 'service');
        expect({ ...kept, tags: [] }).toEqual({ ...fresh, tags: [] });
      }
    }
  });
});
