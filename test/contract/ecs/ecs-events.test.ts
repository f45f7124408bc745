import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sandbox/clock.ts';
import { createEcsModel } from '../../../sandbox/ecs/model.ts';
import { seededRandom } from '../../../sandbox/ecs/random.ts';
import { defaultSwitches } from '../../../sandbox/ecs/switches.ts';
import { account, type Behaviour, type BusEvent, behaviours, region } from '../../../sandbox/world-types.ts';
import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { createJudge } from '../aws-model/judge.ts';
import { ecsEvent } from './event-schemas.ts';

const minuteMs = 60_000;
const digest = `sha256:${'c3'.repeat(32)}`;
const network = { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } };

/** A steady service that is rolled to an image of the behaviour, and given an hour. */
function rolledTo(behaviour: Behaviour) {
  const clock = new VirtualClock();
  const events: BusEvent[] = [];
  const model = createEcsModel({
    clock,
    account,
    region,
    emit: (event) => events.push(event),
    resolveImage: (reference) => ({
      digest,
      behaviour: reference.endsWith(':1') ? 'fine' : behaviour,
      platforms: ['linux/amd64'],
    }),
    random: seededRandom(7),
    switches: { ...defaultSwitches, throttling: false, containerEvents: true },
    pace: 1,
  });
  const call = (operation: string, input: JsonObject) => model.handle(operation, input);
  call('CreateCluster', { clusterName: 'demo' });
  call('RegisterTaskDefinition', definition('web:1'));
  call('CreateService', serviceInput);
  clock.advance(10 * minuteMs);
  call('RegisterTaskDefinition', definition('web:2'));
  call('UpdateService', { cluster: 'demo', service: 'web', taskDefinition: 'web:2' });
  clock.advance(60 * minuteMs);
  const answers = {
    DescribeServices: call('DescribeServices', { cluster: 'demo', services: ['web'], include: ['TAGS'] }),
    ListServiceDeployments: call('ListServiceDeployments', { cluster: 'demo', service: 'web' }),
    DescribeTasks: call('DescribeTasks', { cluster: 'demo', tasks: startedTasks(events) }),
  };
  return { events, answers };
}

function definition(image: string): JsonObject {
  return {
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      { name: 'app', image, healthCheck: { command: ['CMD-SHELL', 'true'] } },
      { name: 'proxy', image: 'proxy:1', essential: false },
    ],
  };
}

const serviceInput: JsonObject = {
  cluster: 'demo',
  serviceName: 'web',
  taskDefinition: 'web:1',
  desiredCount: 2,
  launchType: 'FARGATE',
  networkConfiguration: network,
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
};

function startedTasks(events: readonly BusEvent[]): readonly string[] {
  const tasks = events.filter((event) => event['detail-type'] === 'ECS Task State Change');
  return [...new Set(tasks.flatMap(({ resources }) => resources))].slice(-100);
}

describe.each(behaviours)('a service that is rolled to an image that is %s', (behaviour) => {
  const { events, answers } = rolledTo(behaviour);

  it('emits events that AWS would emit', () => {
    const problems = events.flatMap((event) => ecsEvent.safeParse(event).error?.issues ?? []);
    expect(problems).toEqual([]);
    expect(events.length).toBeGreaterThan(20);
  });

  it('counts the versions of each task up, one by one', () => {
    const versions = new Map<string, unknown[]>();
    for (const { resources, detail, ...event } of events) {
      if (event['detail-type'] !== 'ECS Task State Change') continue;
      const [task = ''] = resources;
      versions.set(task, [...(versions.get(task) ?? []), detail['version']]);
    }
    for (const seen of versions.values()) expect(seen).toEqual(seen.map((_version, index) => index + 1));
  });

  it.each(Object.entries(answers))('answers %s as AWS’s model has it', (operation, answer) => {
    expect(createJudge('ecs').output(operation, answer)).toEqual([]);
  });
});
