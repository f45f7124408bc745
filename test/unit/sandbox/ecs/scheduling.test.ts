import { describe, expect, it } from 'vitest';
import { show } from '../../../../sandbox/ecs/input.ts';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { EcsWorld, onInstances, text } from './world.ts';

const percent = (minimumHealthyPercent: number, maximumPercent: number) => ({
  deploymentConfiguration: { minimumHealthyPercent, maximumPercent },
});
const order = (world: EcsWorld) =>
  world
    .said()
    .filter((line) => /has (started|stopped)/.test(line))
    .map((line) => line.split(' tasks')[0]);
const deadlock =
  'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
  'Update the minimumHealthyPercent or maximumPercent value and try again.';

function rolled(service: JsonObject, seconds = 900): EcsWorld {
  const world = new EcsWorld().settled(service);
  world.update({ taskDefinition: world.register('fine:2') });
  world.seconds(seconds);
  return world;
}

describe('the scheduler', () => {
  it.each([
    [1, percent(100, 200), ['has started 1', 'has stopped 1 running']],
    [1, percent(0, 100), ['has stopped 1 running', 'has started 1']],
    [
      4,
      percent(50, 100),
      ['has stopped 2 running', 'has started 2', 'has stopped 2 running', 'has started 2'],
    ],
    [
      4,
      percent(100, 150),
      ['has started 2', 'has stopped 2 running', 'has started 2', 'has stopped 2 running'],
    ],
    [3, percent(100, 200), ['has started 3', 'has stopped 3 running']],
  ])('S1, S4: desired %i with %j', (desiredCount, limits, expected) => {
    const world = rolled({ desiredCount, ...limits });
    expect(order(world).slice(1)).toEqual(expected);
    expect(world.rows()).toHaveLength(1);
    expect(world.rows()[0]).toMatchObject({ rolloutState: 'COMPLETED', runningCount: desiredCount });
  });

  it.each([percent(50, 100), percent(100, 150)])(
    'S4: desired 1 deadlocks with %j and says so once',
    (limits) => {
      const world = rolled(limits, 3600);
      expect(world.rows().map(({ rolloutState }) => rolloutState)).toEqual(['IN_PROGRESS', 'COMPLETED']);
      expect(world.said().filter((line) => line === deadlock)).toHaveLength(1);
      expect(world.clock.idle).toBe(true);
    },
  );

  it('S4: 100/100 is refused', () => {
    const world = new EcsWorld();
    world.register();
    const text =
      'InvalidParameterException: Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments';
    expect(
      world.refusal('CreateService', {
        cluster: 'demo',
        serviceName: 'web',
        taskDefinition: 'web',
        ...percent(100, 100),
      }),
    ).toContain('Network');
    world.create();
    expect(world.refusal('UpdateService', { cluster: 'demo', service: 'web', ...percent(100, 100) })).toBe(
      text,
    );
  });

  it('S1: never below the floor and never above the cap', () => {
    const world = new EcsWorld().settled({ desiredCount: 5, ...percent(60, 140) });
    world.update({ taskDefinition: world.register('fine:2') });
    for (let second = 0; second < 900; second += 1) {
      world.seconds(1);
      const live = world
        .rows()
        .reduce((sum, row) => sum + Number(row['runningCount']) + Number(row['pendingCount']), 0);
      const kept = world.tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING').length;
      expect(live).toBeLessThanOrEqual(7);
      expect(kept).toBeGreaterThanOrEqual(3);
    }
    expect(world.rows()).toHaveLength(1);
  });

  it('S2: without a check a task counts 40 s after RUNNING', () => {
    const world = new EcsWorld();
    world.register();
    world.create();
    world.until(() => world.tasks()[0]?.['lastStatus'] === 'RUNNING');
    const seconds = world.until(() => world.rows()[0]?.['rolloutState'] === 'COMPLETED');
    expect(seconds).toBeGreaterThanOrEqual(40);
    expect(seconds).toBeLessThan(55);
  });

  it('S2: with a container check it counts once it is HEALTHY', () => {
    const world = new EcsWorld();
    const healthCheck = { command: ['CMD', 'true'], interval: 10 };
    world.register('fine:1', { containerDefinitions: [{ name: 'app', image: 'fine:1', healthCheck }] });
    world.create();
    world.until(() => world.rows()[0]?.['rolloutState'] === 'COMPLETED');
    const [task = {}] = world.tasks();
    expect(task['healthStatus']).toBe('HEALTHY');
    expect(world.clock.now() / 1000 - Number(task['startedAt'])).toBeLessThan(25);
  });

  it('S3: an unhealthy task is replaced before it is stopped, where the maximum allows it', () => {
    const world = new EcsWorld().settled({ desiredCount: 2 });
    const [sick = {}] = world.tasks();
    world.model.hooks.failHealth(text(sick, 'taskArn'));
    world.seconds(300);
    const said = world.said().slice(-4);
    expect(said).toEqual([
      '(task ID) failed container health checks.',
      'has started 1 tasks: (task ID). Amazon ECS replaced 1 tasks due to an unhealthy status.',
      'has stopped 1 running tasks: (task ID).',
      'has reached a steady state.',
    ]);
  });

  it('S3: else it is stopped first', () => {
    const world = new EcsWorld().settled({ desiredCount: 2, ...percent(0, 100) });
    world.model.hooks.failHealth(text(world.tasks()[0] ?? {}, 'taskArn'));
    world.seconds(300);
    expect(order(world).slice(-2)).toEqual(['has stopped 1 running', 'has started 1']);
  });

  it('S5: desired 0 completes without a task', () => {
    const world = new EcsWorld();
    world.register();
    world.create({ desiredCount: 0 });
    world.seconds(60);
    expect(world.rows()[0]).toMatchObject({ rolloutState: 'COMPLETED', desiredCount: 0 });
    expect(world.details('ECS Task State Change')).toEqual([]);
  });

  it('S6: a DAEMON runs once on each instance and stops before it starts', () => {
    const world = new EcsWorld();
    world.instance();
    world.instance();
    world.register('fine:1', onInstances);
    world.call('CreateService', {
      cluster: 'demo',
      serviceName: 'web',
      taskDefinition: 'web',
      launchType: 'EC2',
      schedulingStrategy: 'DAEMON',
    });
    world.seconds(300);
    expect(world.service()).toMatchObject({ desiredCount: 2, runningCount: 2, schedulingStrategy: 'DAEMON' });
    expect(new Set(world.tasks().map(({ containerInstanceArn }) => containerInstanceArn)).size).toBe(2);
    world.update({ taskDefinition: world.register('fine:2', onInstances) });
    world.seconds(600);
    expect(order(world).slice(1)).toEqual(['has stopped 2 running', 'has started 2']);
  });

  it('S7: does not wait for the deregistration of targets', () => {
    const loadBalancers = [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }];
    const world = new EcsWorld({ switches: { deregistrationDelaySeconds: 1800 } }).settled({ loadBalancers });
    world.update({ taskDefinition: world.register('fine:2') });
    const seconds = world.until(() => world.rows()[0]?.['rolloutState'] === 'COMPLETED');
    expect(seconds).toBeLessThan(180);
    expect(world.said()).toEqual(
      expect.arrayContaining([
        'registered 1 targets in (target-group arn:tg)',
        'deregistered 1 targets in (target-group arn:tg)',
        'has begun draining connections on 1 tasks.',
      ]),
    );
    expect(world.tasks({ desiredStatus: 'STOPPED' })[0]).toMatchObject({ lastStatus: 'DEACTIVATING' });
  });

  it('S8: the first start comes 13 to 48 s after UpdateService', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const world = new EcsWorld({ seed }).settled();
      world.update({ taskDefinition: world.register('fine:2') });
      const seconds = world.until(() => world.tasks().length === 2);
      expect(seconds).toBeGreaterThanOrEqual(13);
      expect(seconds).toBeLessThanOrEqual(48);
    }
  });

  it('S8: a stopped task is replaced after 17 to 39 s, without a deployment', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const world = new EcsWorld({ seed }).settled();
      const [{ taskArn: task } = {}] = world.tasks();
      world.call('StopTask', { cluster: 'demo', task: show(task) });
      const seconds = world.until(() => world.tasks().length === 1);
      expect(seconds).toBeGreaterThanOrEqual(17);
      expect(seconds).toBeLessThanOrEqual(40);
      world.seconds(120);
      expect(world.deploymentEvents()).toEqual([]);
      expect(world.actions()).toEqual(['SERVICE_STEADY_STATE']);
    }
  });

  it('S9: failed starts come about 30, 30 and 300 s apart, and ECS says that starts are impaired', () => {
    const world = new EcsWorld();
    world.register('gone:1');
    world.create({ deploymentConfiguration: {} });
    world.seconds(900);
    const starts = [
      ...new Set(
        world
          .details('ECS Task State Change')
          .filter(({ version }) => version === 1)
          .map((one) => Date.parse(text(one, 'createdAt')) / 1000),
      ),
    ];
    const gaps = starts.slice(1).map((at, index) => at - Number(starts[index]));
    expect(gaps.slice(0, 2).every((gap) => gap >= 30 && gap <= 45)).toBe(true);
    expect(gaps[2]).toSatisfy((gap: number) => gap >= 290 && gap <= 300);
    expect(world.actions()).toContain('SERVICE_TASK_START_IMPAIRED');
    expect(world.said()).toContain('is unable to consistently start tasks successfully.');
  });

  it('S9: tasks that die after RUNNING are started again at full speed, about every 51 s', () => {
    const world = new EcsWorld();
    world.register('exits:1');
    world.create({ deploymentConfiguration: {} });
    world.seconds(1800);
    const starts = world.details('ECS Task State Change').filter(({ version }) => version === 1).length;
    expect(1800 / starts).toSatisfy((gap: number) => gap >= 41 && gap <= 66);
    expect(world.actions()).not.toContain('SERVICE_TASK_START_IMPAIRED');
  });

  it('S10: scale-in takes from the zone with the most tasks', () => {
    const world = new EcsWorld({ seed: 3 }).settled({ desiredCount: 6 });
    const zones = () => {
      const sizes = new Map<string, number>();
      for (const task of world.tasks())
        sizes.set(text(task, 'availabilityZone'), (sizes.get(text(task, 'availabilityZone')) ?? 0) + 1);
      return [...sizes.values()];
    };
    const before = Math.max(...zones());
    world.update({ desiredCount: 5 });
    world.seconds(120);
    expect(Math.max(...zones())).toBeLessThanOrEqual(before);
    expect(world.service()).toMatchObject({ desiredCount: 5, runningCount: 5 });
    expect(world.deploymentEvents()).toEqual([]);
  });

  it('S11: no instance: says why, and starts when one comes', () => {
    const world = new EcsWorld();
    world.register('fine:1', onInstances);
    world.call('CreateService', {
      cluster: 'demo',
      serviceName: 'web',
      taskDefinition: 'web',
      launchType: 'EC2',
    });
    world.seconds(300);
    expect(world.said()).toEqual([
      'was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.',
    ]);
    expect(world.actions()).toEqual(['SERVICE_TASK_PLACEMENT_FAILURE']);
    world.instance();
    world.seconds(120);
    expect(world.service()).toMatchObject({ runningCount: 1 });
  });

  it.each([
    [[1024, 128], 'has insufficient memory available.', 'RESOURCE:MEMORY'],
    [[128, 4096], 'has insufficient CPU units available.', 'RESOURCE:CPU'],
  ])('S11: an instance of %j CPU units and MiB: %s', ([cpu, memory], words, reason) => {
    const world = new EcsWorld();
    world.instance(cpu, memory);
    world.register('fine:1', onInstances);
    world.call('CreateService', {
      cluster: 'demo',
      serviceName: 'web',
      taskDefinition: 'web',
      launchType: 'EC2',
    });
    world.seconds(300);
    expect(world.said()[0]).toBe(
      `was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance ID) ${words}`,
    );
    expect(world.details('ECS Service Action')[0]).toMatchObject({ reason, eventType: 'ERROR' });
  });

  it('S11: a host port is taken once', () => {
    const world = new EcsWorld();
    world.instance();
    const portMappings = [{ containerPort: 80, hostPort: 8080 }];
    world.register('fine:1', {
      ...onInstances,
      containerDefinitions: [{ name: 'app', image: 'fine:1', portMappings }],
    });
    world.call('CreateService', {
      cluster: 'demo',
      serviceName: 'web',
      taskDefinition: 'web',
      launchType: 'EC2',
      desiredCount: 2,
    });
    world.seconds(300);
    expect(world.said().join()).toContain('is already using a port required by your task.');
    expect(world.service()).toMatchObject({ runningCount: 1 });
  });

  it('S11: no room on Fargate is said once, and tried again', () => {
    const world = new EcsWorld();
    world.model.hooks.setCapacity('FARGATE', false);
    world.register();
    world.create();
    world.seconds(600);
    expect(world.details('ECS Service Action')).toMatchObject([{ reason: 'RESOURCE:FARGATE' }]);
    world.model.hooks.setCapacity('FARGATE', true);
    world.seconds(200);
    expect(world.service()).toMatchObject({ runningCount: 1 });
  });

  it('says every six hours that nothing happens, without a timer', () => {
    const world = new EcsWorld().settled();
    expect(world.clock.idle).toBe(true);
    world.seconds(13 * 3600);
    expect(world.said().filter((line) => line === 'has reached a steady state.')).toHaveLength(3);
  });

  it('keeps a hundred events', () => {
    const world = new EcsWorld().settled();
    world.seconds(60 * 24 * 3600);
    expect(world.said()).toHaveLength(100);
  });
});
