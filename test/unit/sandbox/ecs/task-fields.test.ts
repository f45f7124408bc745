import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { digestOf, EcsWorld, first, text } from './world.ts';

const at = (event: JsonObject | undefined, key: string) => Date.parse(text(event ?? {}, key)) / 1000;

function stoppedTask(image = 'fine:1') {
  const world = new EcsWorld();
  world.register(image);
  const task = world.runOne();
  world.seconds(60);
  world.call('StopTask', { cluster: 'demo', task });
  world.seconds(60);
  return { world, task, events: world.taskEvents(task) };
}

describe('fields of a task', () => {
  it('T10: version 1 has a network interface that is not there yet, and pending containers', () => {
    const [one = {}] = stoppedTask().events;
    expect(first(one, 'attachments')).toEqual({
      id: expect.any(String),
      type: 'eni',
      status: 'PRECREATED',
      details: [{ name: 'subnetId', value: 'subnet-1' }],
    });
    expect(first(one, 'containers')).toEqual({
      containerArn: expect.stringContaining(':container/demo/'),
      lastStatus: 'PENDING',
      name: 'app',
      image: 'fine:1',
      taskArn: one['taskArn'],
      networkInterfaces: [],
      cpu: '0',
    });
    expect(one['updatedAt']).toBe(one['createdAt']);
    expect(one).not.toHaveProperty('connectivity');
  });

  it('T10: connectivity comes with version 2, times of the pull with RUNNING', () => {
    const [, two = {}, three = {}] = stoppedTask().events;
    expect(two).toMatchObject({ connectivity: 'CONNECTED', attachments: [{ status: 'ATTACHED' }] });
    expect(two).not.toHaveProperty('pullStartedAt');
    for (const key of ['pullStartedAt', 'pullStoppedAt', 'startedAt']) expect(three).toHaveProperty(key);
    expect(first(three, 'containers')).toMatchObject({
      imageDigest: digestOf('fine:1'),
      runtimeId: expect.any(String),
    });
  });

  it('T10: the end has exit fields, and the interface is deleted last', () => {
    const [, , , , five = {}, six = {}] = stoppedTask().events;
    expect(five).toMatchObject({ attachments: [{ status: 'ATTACHED' }], containers: [{ exitCode: 0 }] });
    expect(five).toHaveProperty('executionStoppedAt');
    expect(five).not.toHaveProperty('stoppedAt');
    expect(six).toMatchObject({ attachments: [{ status: 'DELETED' }] });
    expect(six).toHaveProperty('stoppedAt');
  });

  it('T10: DescribeTasks names the interface in another way, and has tags, health and bindings but no updatedAt', () => {
    const { world, task } = stoppedTask();
    const described = first(world.call('DescribeTasks', { cluster: 'demo', tasks: [task] }), 'tasks');
    expect(described).toMatchObject({
      healthStatus: 'UNKNOWN',
      tags: [],
      attachments: [{ type: 'ElasticNetworkInterface' }],
    });
    expect(described).not.toHaveProperty('updatedAt');
    expect(first(described, 'containers')).toMatchObject({ networkBindings: [], healthStatus: 'UNKNOWN' });
  });

  it.each([1, 2, 3, 4, 5])('T11: recorded seconds on Fargate (seed %i)', (seed) => {
    const world = new EcsWorld({ seed });
    world.register();
    const task = world.runOne();
    world.seconds(60);
    const called = world.clock.now() / 1000;
    world.call('StopTask', { cluster: 'demo', task });
    world.seconds(60);
    const [one, two, three, , five, six] = world.taskEvents(task);
    const created = at(one, 'createdAt');
    expect(at(two, 'connectivityAt') - created).toBeOneOf([expect.closeTo(4.5, 0)]);
    expect(at(three, 'pullStartedAt') - created).toSatisfy(
      (seconds: number) => seconds >= 13 && seconds <= 17,
    );
    expect(at(three, 'startedAt') - created).toSatisfy((seconds: number) => seconds >= 20 && seconds <= 23);
    expect(at(five, 'executionStoppedAt') - called).toBeCloseTo(12, 1);
    expect(at(six, 'stoppedAt') - at(six, 'executionStoppedAt')).toBeCloseTo(23, 1);
  });

  it('T11: what ignores SIGTERM is killed after 43 s with 137', () => {
    const world = new EcsWorld({ switches: { ignoresSigterm: 1 } });
    world.register();
    const task = world.runOne();
    world.seconds(60);
    world.call('StopTask', { cluster: 'demo', task });
    const called = world.clock.now() / 1000;
    world.seconds(90);
    const last = world.taskEvents(task).at(-1) ?? {};
    expect(at(last, 'executionStoppedAt') - called).toBeCloseTo(43, 1);
    expect(first(last, 'containers')).toMatchObject({ exitCode: 137 });
  });

  it('T11: a pull failure takes 18.5, 28.5 and 42 s from creation', () => {
    const world = new EcsWorld();
    world.register('gone:1');
    const task = world.runOne();
    world.seconds(60);
    const last = world.taskEvents(task).at(-1) ?? {};
    const passed = ['executionStoppedAt', 'stoppingAt', 'stoppedAt'].map(
      (key) => at(last, key) - at(last, 'createdAt'),
    );
    expect(passed.map((seconds) => Math.round(seconds * 10) / 10)).toEqual([18.5, 28.5, 42]);
  });

  it('T11: an own exit is known 10 s later, 41 s with a sidecar', () => {
    for (const [image, delay] of [
      [['exits:1'], 10],
      [['out-of-memory:1', 'fine:1'], 41],
    ] as const) {
      const world = new EcsWorld();
      world.register(image);
      const task = world.runOne();
      world.seconds(150);
      const last = world.taskEvents(task).at(-1) ?? {};
      expect(at(last, 'stoppingAt') - at(last, 'executionStoppedAt')).toBeCloseTo(delay, 1);
    }
  });

  it('T11: a faster world divides every duration', () => {
    const world = new EcsWorld({ pace: 20 });
    world.register();
    world.runOne();
    world.seconds(1.2);
    expect(world.tasks()[0]).toMatchObject({ lastStatus: 'RUNNING' });
  });
});
