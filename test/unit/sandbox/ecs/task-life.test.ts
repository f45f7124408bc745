import { describe, expect, it } from 'vitest';
import { EcsWorld, first, object, objects, onInstances, text } from './world.ts';

function running(
  image: string | readonly string[] = 'fine:1',
  setting = {},
): { world: EcsWorld; task: string } {
  const world = new EcsWorld(setting);
  world.register(image);
  const task = world.runOne();
  world.seconds(60);
  return { world, task };
}

describe('a task on Fargate', () => {
  it('T1: stopped from outside it goes through six versions', () => {
    const { world, task } = running();
    world.call('StopTask', { cluster: 'demo', task, reason: 'no longer needed' });
    world.seconds(120);
    expect(world.life(task)).toEqual([
      '1 PROVISIONING/RUNNING',
      '2 PENDING/RUNNING',
      '3 RUNNING/RUNNING',
      '4 RUNNING/STOPPED',
      '5 DEPROVISIONING/STOPPED',
      '6 STOPPED/STOPPED',
    ]);
    const [, , before, notice] = world.taskEvents(task);
    expect(before).not.toHaveProperty('stopCode');
    expect(notice).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'no longer needed' });
    expect(notice).toHaveProperty('stoppingAt');
    expect(notice).not.toHaveProperty('executionStoppedAt');
  });

  it('T2: exiting by itself it goes from RUNNING to DEPROVISIONING', () => {
    const { world, task } = running('exits:1');
    world.seconds(60);
    expect(world.life(task).slice(2)).toEqual([
      '3 RUNNING/RUNNING',
      '4 DEPROVISIONING/STOPPED',
      '5 STOPPED/STOPPED',
    ]);
    const stopped = world.taskEvents(task).at(-1) ?? {};
    expect(stopped).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    });
    expect(first(stopped, 'containers')).toMatchObject({ exitCode: 1, lastStatus: 'STOPPED' });
  });

  it.each([
    [
      'gone:1',
      /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): failed to resolve ref gone:1: gone:1: not found$/,
    ],
    ['cannot-be-pulled:1', /^CannotPullContainerError: /],
    ['cannot-start:1', /^CannotStartContainerError: /],
  ])('T3: %s fails to start and has no start, exit code or runtime id', (image, reason) => {
    const { world, task } = running(image);
    expect(world.life(task)).toEqual([
      '1 PROVISIONING/RUNNING',
      '2 PENDING/RUNNING',
      '3 DEPROVISIONING/STOPPED',
      '4 STOPPED/STOPPED',
    ]);
    const stopped = world.taskEvents(task).at(-1) ?? {};
    expect(stopped).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(reason),
    });
    expect(stopped).not.toHaveProperty('startedAt');
    const container = first(stopped, 'containers');
    expect(container).toMatchObject({ lastStatus: 'STOPPED', reason: expect.stringMatching(/^Cannot/) });
    expect(container).not.toHaveProperty('exitCode');
    expect(container).not.toHaveProperty('runtimeId');
    expect(text(container, 'reason').length).toBeLessThanOrEqual(255);
  });

  it('T4: out of memory is 137 and ECS says so', () => {
    const { world, task } = running('out-of-memory:1');
    world.seconds(60);
    const stopped = world.taskEvents(task).at(-1) ?? {};
    expect(first(stopped, 'containers')).toMatchObject({
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    });
    expect(stopped).toMatchObject({ version: 5, stopCode: 'EssentialContainerExited' });
  });

  it('T5: a health kill is a stop from outside with its own reason', () => {
    const world = new EcsWorld();
    const healthCheck = { command: ['CMD', 'true'], retries: 2 };
    world.register('fine:1', {
      containerDefinitions: [{ name: 'app', image: 'never-healthy:1', healthCheck }],
    });
    world.create();
    world.until(() => world.tasks().length === 1);
    const task = text(world.tasks()[0] ?? {}, 'taskArn');
    world.seconds(200);
    const stopped = world.taskEvents(task).at(-1) ?? {};
    expect(stopped).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed container health checks',
    });
    expect(world.life(task)).toContain('4 RUNNING/STOPPED');
    expect(world.said()).toContain('(task ID) failed container health checks.');
  });

  it('T6: behind a load balancer it is activated first and deactivated for the whole deregistration delay', () => {
    const world = new EcsWorld({ switches: { deregistrationDelaySeconds: 300 } });
    world.settled({ loadBalancers: [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }] });
    const [task = {}] = world.tasks();
    const taskArn = text(task, 'taskArn');
    world.call('StopTask', { cluster: 'demo', task: taskArn });
    world.seconds(290);
    expect(world.life(taskArn).at(-1)).toMatch(/DEACTIVATING/);
    world.seconds(60);
    expect(world.life(taskArn).map((line) => line.slice(2))).toEqual([
      'RUNNING/STOPPED',
      'DEACTIVATING/STOPPED',
      'DEPROVISIONING/STOPPED',
      'STOPPED/STOPPED',
    ]);
  });

  it('T7: a Spot interruption is told while the task runs', () => {
    const { world, task } = running();
    world.model.hooks.interruptSpot(task);
    world.seconds(1);
    expect(world.taskEvents(task).at(-1)).toMatchObject({
      version: 4,
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
    });
    world.seconds(120);
    expect(world.life(task).at(-1)).toBe('6 STOPPED/STOPPED');
  });

  it('T7: the Spot notice may lack stoppingAt', () => {
    const { world, task } = running('fine:1', { switches: { spotNoticeHasStoppingAt: false } });
    world.model.hooks.interruptSpot(task);
    world.seconds(1);
    expect(world.taskEvents(task).at(-1)).not.toHaveProperty('stoppingAt');
    world.seconds(120);
    expect(world.taskEvents(task).at(-1)).toHaveProperty('stoppingAt');
  });

  it('T9: an essential container that dies while others start keeps the task from RUNNING', () => {
    const { world, task } = running(['exits:1', 'fine:1']);
    world.seconds(120);
    expect(world.life(task)).toEqual([
      '1 PROVISIONING/RUNNING',
      '2 PENDING/RUNNING',
      '3 DEPROVISIONING/STOPPED',
      '4 STOPPED/STOPPED',
    ]);
    const stopped = world.taskEvents(task).at(-1) ?? {};
    expect(stopped).not.toHaveProperty('startedAt');
    expect(objects(stopped, 'containers').map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['app', 1],
      ['side-1', 0],
    ]);
  });

  it('T9: when the others have started already, it does show RUNNING', () => {
    const { world, task } = running(['exits:1', 'fine:1'], { switches: { siblingsStillStart: false } });
    world.seconds(120);
    expect(world.life(task)).toContain('3 RUNNING/RUNNING');
  });

  it('goes on when a container that is not essential ends', () => {
    const world = new EcsWorld();
    const containerDefinitions = [
      { name: 'app', image: 'fine:1' },
      { name: 'init', image: 'exits:1', essential: false },
    ];
    world.register('fine:1', { containerDefinitions });
    const task = world.runOne();
    world.seconds(120);
    const last = world.taskEvents(task).at(-1) ?? {};
    expect(last).toMatchObject({ lastStatus: 'RUNNING', version: 4 });
    expect(objects(last, 'containers')[1]).toMatchObject({ lastStatus: 'STOPPED', exitCode: 1 });
  });

  it('T12: an image for another platform cannot be pulled', () => {
    const { world, task } = running('arm:1');
    expect(text(world.taskEvents(task).at(-1) ?? {}, 'stoppedReason')).toContain(
      "image Manifest does not contain descriptor matching platform 'linux/amd64'",
    );
  });

  it('T12: and runs where the definition asks for its platform', () => {
    const world = new EcsWorld();
    world.register('arm:1', {
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    });
    const task = world.runOne();
    world.seconds(60);
    expect(world.life(task).at(-1)).toBe('3 RUNNING/RUNNING');
    expect(world.taskEvents(task).at(-1)).toMatchObject({
      attributes: [{ name: 'ecs.cpu-architecture', value: 'arm64' }],
    });
  });

  it('T13: versions rise by one per event, also when containers tell more', () => {
    const { world, task } = running('exits:1', { switches: { containerEvents: true } });
    world.seconds(60);
    const versions = world.taskEvents(task).map(({ version }) => version);
    expect(versions).toEqual(versions.map((_version, index) => index + 1));
    expect(versions.length).toBeGreaterThan(5);
  });

  it('ends when the sandbox says that a container has ended', () => {
    const { world, task } = running();
    world.model.hooks.exitTask(task, { exitCode: 0 });
    world.seconds(60);
    const [described = {}] = world.tasks({ desiredStatus: 'STOPPED' });
    expect(first(described, 'containers')).toMatchObject({ exitCode: 0 });
    expect(described).toMatchObject({ stopCode: 'EssentialContainerExited', lastStatus: 'STOPPED' });
  });
});

describe('a task on a container instance', () => {
  function onInstance(image: string): { world: EcsWorld; task: string } {
    const world = new EcsWorld();
    world.instance();
    world.register(image, onInstances);
    const answer = world.call('RunTask', { cluster: 'demo', taskDefinition: 'web', launchType: 'EC2' });
    return { world, task: text(first(answer, 'tasks'), 'taskArn') };
  }

  it('T8: exits by itself in three versions', () => {
    const { world, task } = onInstance('exits:1');
    world.seconds(60);
    expect(world.life(task)).toEqual(['1 PENDING/RUNNING', '2 RUNNING/RUNNING', '3 STOPPED/STOPPED']);
    expect(world.taskEvents(task).at(-1)).toHaveProperty('containerInstanceArn');
  });

  it('T8: stopped before it ran it has two versions and no containers', () => {
    const { world, task } = onInstance('fine:1');
    const answer = object(world.call('StopTask', { cluster: 'demo', task }), 'task');
    world.seconds(1);
    expect(world.life(task)).toEqual(['1 PENDING/RUNNING', '2 STOPPED/STOPPED']);
    expect(answer).toMatchObject({ containers: [], lastStatus: 'STOPPED' });
    expect(answer).not.toHaveProperty('startedAt');
  });

  it('stopped while it runs it ends without a network interface to remove', () => {
    const { world, task } = onInstance('fine:1');
    world.seconds(20);
    world.call('StopTask', { cluster: 'demo', task });
    world.seconds(60);
    expect(world.life(task).slice(2)).toEqual(['3 RUNNING/STOPPED', '4 STOPPED/STOPPED']);
  });

  it('says what the daemon says of a missing image', () => {
    const { world, task } = onInstance('gone:1');
    world.seconds(20);
    expect(world.taskEvents(task).at(-1)).toMatchObject({
      version: 2,
      stoppedReason: expect.stringMatching(
        /^CannotPullContainerError: Error response from daemon: manifest for gone:1 not found/,
      ),
    });
  });
});
