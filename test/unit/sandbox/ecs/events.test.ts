import { describe, expect, it } from 'vitest';
import { show } from '../../../../sandbox/ecs/input.ts';
import type { Switches } from '../../../../sandbox/ecs/switches.ts';
import { EcsWorld } from './world.ts';

function deployed(switches: Partial<Switches>): EcsWorld {
  const world = new EcsWorld({ switches });
  world.register();
  world.create({ desiredCount: 4 });
  world.seconds(600);
  return world;
}

const versions = (world: EcsWorld) => {
  const byTask = new Map<unknown, number[]>();
  for (const { taskArn, version } of world.details('ECS Task State Change')) {
    byTask.set(taskArn, [...(byTask.get(taskArn) ?? []), Number(version)]);
  }
  return [...byTask.values()];
};

describe('events', () => {
  it('come once and in order unless a switch says otherwise', () => {
    const world = deployed({});
    expect(versions(world)).toEqual(Array(4).fill([1, 2, 3]));
    expect(new Set(world.events.map(({ id }) => id)).size).toBe(world.events.length);
  });

  it('V1: duplicates have the same id and the same version', () => {
    const world = deployed({ duplicateEvents: 1 });
    const ids = world.events.map(({ id }) => id);
    expect(ids.length).toBe(2 * new Set(ids).size);
    for (const { id } of world.events) {
      const [one, other] = world.events.filter((event) => event.id === id);
      expect(other).toEqual(one);
    }
  });

  it('V1: disorder lets later events overtake earlier ones, and loses none', () => {
    const world = deployed({ disorderedEvents: 0.5, disorderSeconds: 60 });
    const seen = versions(world);
    expect(seen.some((list) => list.join() !== list.toSorted((one, other) => one - other).join())).toBe(true);
    expect(seen.map((list) => list.toSorted((one, other) => one - other))).toEqual(Array(4).fill([1, 2, 3]));
  });

  it('V1: delay makes events late, and their time is that of their publication', () => {
    const world = deployed({ delaySeconds: 75 });
    const event = world.events.find((one) => one['detail-type'] === 'ECS Deployment State Change');
    const lag = Date.parse(event?.time ?? '') - Date.parse(show(event?.detail['updatedAt']));
    expect(lag).toBe(75_000);
    expect(
      deployed({}).events.every(
        ({ time, detail }) =>
          Math.abs(Date.parse(time) - Date.parse(show(detail['updatedAt'] ?? detail['createdAt']))) < 1000,
      ),
    ).toBe(true);
  });

  it('V2: reads lag by up to so many seconds, and a fresh service is missing', () => {
    const world = new EcsWorld({ switches: { staleReadsSeconds: 10 } });
    world.register();
    world.create();
    const looks = Array.from({ length: 20 }, () =>
      world.call('DescribeServices', { cluster: 'demo', services: ['web'] }),
    );
    expect(looks.some(({ failures }) => JSON.stringify(failures).includes('MISSING'))).toBe(true);
    world.seconds(300);
    const before = world.rows()[0]?.['id'];
    world.update({ taskDefinition: world.register('fine:2') });
    const seen = new Set(Array.from({ length: 20 }, () => world.rows()[0]?.['id']));
    expect(seen).toEqual(new Set([before]));
    world.seconds(5);
    expect(new Set(Array.from({ length: 40 }, () => world.rows()[0]?.['id'])).size).toBe(2);
    world.seconds(6);
    expect(new Set(Array.from({ length: 20 }, () => world.rows()[0]?.['id'])).has(before)).toBe(false);
  });

  it('V2: reads are fresh without the switch', () => {
    const world = new EcsWorld().settled();
    const before = world.rows()[0]?.['id'];
    world.update({ taskDefinition: world.register('fine:2') });
    expect(world.rows()[0]?.['id']).not.toBe(before);
  });

  it('V2: lists leave out what is too young', () => {
    const world = new EcsWorld({ switches: { staleReadsSeconds: 10 } });
    world.register();
    world.create();
    world.runOne();
    const lists = [
      () => world.call('ListServices', { cluster: 'demo' })['serviceArns'],
      () => world.call('ListTasks', { cluster: 'demo' })['taskArns'],
      () => world.call('ListTaskDefinitions')['taskDefinitionArns'],
    ];
    expect(lists.map((list) => list())).toEqual([[], [], []]);
    world.seconds(10);
    expect(lists.map((list) => (list() as string[]).length)).toEqual([1, 1, 1]);
  });

  it('V2: so do reads of service deployments', () => {
    const world = new EcsWorld({ switches: { staleReadsSeconds: 10 } });
    world.register();
    world.create();
    world.seconds(60);
    world.update({ forceNewDeployment: true });
    const list = () =>
      JSON.stringify(world.call('ListServiceDeployments', { cluster: 'demo', service: 'web' })).match(
        /service-deployment\//g,
      )?.length;
    expect(list()).toBe(1);
    world.seconds(11);
    expect(list()).toBe(2);
  });
});

describe('the model', () => {
  const history = (seed: number) => {
    const world = new EcsWorld({
      seed,
      switches: { duplicateEvents: 0.2, disorderedEvents: 0.2, randomEnvironmentOrder: true },
    });
    world.settled({ desiredCount: 3 });
    world.update({ taskDefinition: world.register('gone:1') });
    world.seconds(1200);
    return JSON.stringify([world.events, world.service()]);
  };

  it('has one history per seed', () => {
    expect(history(7)).toBe(history(7));
    expect(history(7)).not.toBe(history(8));
  });

  it('refuses operations that ECS does not have, or that are not modelled', () => {
    const world = new EcsWorld();
    expect(world.refusal('Nonsense')).toMatch(/^UnknownOperationException/);
    expect(world.refusal('toString')).toMatch(/^UnknownOperationException/);
  });

  it('H1: throttles by category as AWS does, and the buckets fill again', () => {
    const world = new EcsWorld({ switches: { throttling: true } });
    for (let count = 0; count < 20; count += 1) world.register();
    expect(world.refusal('RegisterTaskDefinition', {})).toBe('ThrottlingException: Rate exceeded');
    expect(world.refusal('DescribeTaskDefinition', { taskDefinition: 'web' })).toBe('no error');
    world.seconds(1);
    world.register();
    expect(world.refusal('DeregisterTaskDefinition', {})).toBe('ThrottlingException: Rate exceeded');
  });

  it('H1: a faster world has faster buckets', () => {
    const world = new EcsWorld({ pace: 10, switches: { throttling: true } });
    for (let count = 0; count < 20; count += 1) world.register();
    world.seconds(0.1);
    expect(world.refusal('RegisterTaskDefinition', {})).not.toContain('Throttling');
    expect(world.refusal('RegisterTaskDefinition', {})).toContain('Throttling');
  });
});
