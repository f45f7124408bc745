import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Switches } from '../../../../sandbox/ecs/switches.ts';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { taskEventProblems } from '../../../contract/aws-model/task-event.ts';
import { EcsWorld, objects, text } from './world.ts';

const images = ['fine:2', 'fine:3', 'exits:1', 'gone:1', 'cannot-start:1', 'out-of-memory:1', 'arm:1'];
type Step = {
  readonly image?: string;
  readonly count?: number;
  readonly stopTask?: boolean;
  readonly wait: number;
};

const steps = fc.array(
  fc.oneof(
    fc.record({ image: fc.constantFrom(...images), wait: fc.integer({ min: 0, max: 600 }) }),
    fc.record({ count: fc.integer({ min: 0, max: 6 }), wait: fc.integer({ min: 0, max: 600 }) }),
    fc.record({ stopTask: fc.constant(true), wait: fc.integer({ min: 0, max: 120 }) }),
  ),
  { minLength: 1, maxLength: 8 },
);

const switches: fc.Arbitrary<Partial<Switches>> = fc.record({
  finishedRowsStay: fc.constantFrom('until task-free', 'until primary completed'),
  rollbackMakesNewId: fc.boolean(),
  countExitsAfterRunning: fc.boolean(),
  thirdBackOff: fc.constantFrom('300 s', 'none within 20 min'),
  withoutCandidate: fc.constantFrom('ROLLBACK_FAILED', 'STOPPED'),
  serviceDeploymentLeads: fc.boolean(),
  containerEvents: fc.boolean(),
  ignoresSigterm: fc.constantFrom(0, 0.5, 1),
  duplicateEvents: fc.constantFrom(0, 0.3),
});

function take(world: EcsWorld, { image, count, stopTask, wait }: Step): void {
  if (image !== undefined) world.update({ taskDefinition: world.register(image) });
  if (count !== undefined) world.update({ desiredCount: count });
  const [task] = world.tasks();
  if (stopTask === true && task !== undefined)
    world.call('StopTask', { cluster: 'demo', task: text(task, 'taskArn') });
  for (let second = 0; second < wait; second += 15) {
    world.seconds(15);
    checkRows(world.service());
  }
}

function checkRows(service: JsonObject): void {
  const rows = objects(service, 'deployments');
  expect(rows[0]?.['status']).toBe('PRIMARY');
  expect(rows.slice(1).every(({ status }) => status === 'ACTIVE')).toBe(true);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(service['taskDefinition']).toBe(rows[0]?.['taskDefinition']);
  for (const key of ['desiredCount', 'runningCount', 'pendingCount', 'failedTasks']) {
    expect(rows.every((row) => Number(row[key]) >= 0)).toBe(true);
  }
  const cap = Math.max(12, 2 * Number(service['desiredCount']));
  expect(Number(service['runningCount']) + Number(service['pendingCount'])).toBeLessThanOrEqual(cap);
}

it('whatever is done to a service, its rows, tasks and events stay in order, and a good image ends it all', () => {
  fc.assert(
    fc.property(fc.integer(), steps, switches, (seed, given, set) => {
      const world = new EcsWorld({ seed, switches: set }).settled({ desiredCount: 2 });
      for (const step of given) take(world, step);
      world.update({ taskDefinition: world.register('fine:9'), desiredCount: 2 });
      world.seconds(1800);
      const rows = world.rows();
      expect(rows).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 2, desiredCount: 2 }]);
      expect(world.clock.idle).toBe(true);
      expect(world.details('ECS Task State Change').flatMap(taskEventProblems)).toEqual([]);
      for (const arn of new Set(
        world.details('ECS Task State Change').map((detail) => text(detail, 'taskArn')),
      )) {
        const versions = [...new Set(world.taskEvents(arn).map(({ version }) => Number(version)))];
        const lowest = Math.min(...versions);
        expect(versions.toSorted((one, other) => one - other)).toEqual(
          versions.map((_version, index) => lowest + index),
        );
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);
