import { describe, expect, it } from 'vitest';
import { show } from '../../../../sandbox/ecs/input.ts';
import { EcsWorld, guarded, objects, text } from './world.ts';

const brief = (world: EcsWorld) =>
  world
    .rows()
    .map(
      ({ status, rolloutState, desiredCount, runningCount }) =>
        `${show(status)} ${show(rolloutState)} ${show(desiredCount)}/${show(runningCount)}`,
    );
const idOf = (world: EcsWorld, index = 0) => text(world.rows()[index] ?? {}, 'id');
const state = (world: EcsWorld) => world.rows()[0]?.['rolloutState'];
const failed = (world: EcsWorld) =>
  world.until(() => world.deploymentEvents().some((line) => line.startsWith('FAILED')));
const completed = (world: EcsWorld) => world.until(() => state(world) === 'COMPLETED');

describe('rows of deployments', () => {
  it('D1 (recorded): before, there is one completed row', () => {
    const world = new EcsWorld().settled();
    expect(brief(world)).toEqual(['PRIMARY COMPLETED 1/1']);
  });

  it("D2 (recorded): UpdateService's answer has the new row with desired 0 beside the old one", () => {
    const world = new EcsWorld().settled();
    const before = idOf(world);
    const service = world.update({ taskDefinition: world.register('fine:2') });
    const [primary = {}, old] = objects(service, 'deployments');
    expect(primary).toMatchObject({
      status: 'PRIMARY',
      desiredCount: 0,
      runningCount: 0,
      pendingCount: 0,
      failedTasks: 0,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: `ECS deployment ${text(primary, 'id')} in progress.`,
    });
    expect(primary['createdAt']).toBe(primary['updatedAt']);
    expect(old).toMatchObject({
      id: before,
      status: 'ACTIVE',
      rolloutState: 'COMPLETED',
      desiredCount: 1,
      runningCount: 1,
    });
  });

  it('D3 (recorded): on the way the old row wants 0 while its tasks still run', () => {
    const world = new EcsWorld().settled({ desiredCount: 3 });
    world.update({ taskDefinition: world.register('fine:2') });
    world.until(() => world.rows()[1]?.['desiredCount'] === 0);
    const [primary, old] = world.rows();
    expect(primary).toMatchObject({ desiredCount: 3, runningCount: 3, rolloutState: 'IN_PROGRESS' });
    expect(old).toMatchObject({ desiredCount: 0, runningCount: 3, rolloutState: 'COMPLETED' });
  });

  it('D4 (recorded): complete, one row is left and two texts follow it by milliseconds', () => {
    const world = new EcsWorld().settled();
    const service = world.update({ taskDefinition: world.register('fine:2') });
    const id = text(objects(service, 'deployments')[0] ?? {}, 'id');
    completed(world);
    const [row = {}] = world.rows();
    expect(brief(world)).toEqual(['PRIMARY COMPLETED 1/1']);
    expect(row).toMatchObject({ id, rolloutStateReason: `ECS deployment ${id} completed.` });
    const [steady = {}, done = {}] = objects(world.service(), 'events');
    expect(text(done, 'message')).toBe(`(service web) (deployment ${id}) deployment completed.`);
    expect(text(steady, 'message')).toBe('(service web) has reached a steady state.');
    const times = [row['updatedAt'], done['createdAt'], steady['createdAt']].map((at) =>
      Math.round(Number(at) * 1000),
    );
    expect(times).toEqual(
      [times[2], times[2], times[2]].map((at, index) => Number(at) - ([8, 1, 0][index] ?? 0)),
    );
  });

  it('D5, D12, D13 (recorded): the breaker brings the old id back and keeps its task', () => {
    const world = new EcsWorld().settled();
    const old = idOf(world);
    const [kept] = world.tasks().map(({ taskArn }) => taskArn);
    const definition = world.service()['taskDefinition'];
    world.update({ taskDefinition: world.register('gone:1') });
    failed(world);
    const [primary, failedRow] = world.rows();
    expect(primary).toMatchObject({
      id: old,
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      runningCount: 1,
      taskDefinition: definition,
      rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${old}.`,
    });
    expect(failedRow).toMatchObject({
      status: 'ACTIVE',
      rolloutState: 'FAILED',
      failedTasks: 3,
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
    expect(world.service()['taskDefinition']).toBe(definition);
    expect(world.tasks().map(({ taskArn }) => taskArn)).toContain(kept);
  });

  it('D6, D13 (recorded): the rollback ends with the old id alone, as old as it was, and a plain reason', () => {
    const world = new EcsWorld().settled();
    const [before = {}] = world.rows();
    world.update({ taskDefinition: world.register('gone:1') });
    failed(world);
    completed(world);
    const rows = world.rows();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      id: before['id'],
      createdAt: before['createdAt'],
      rolloutStateReason: `ECS deployment ${text(before, 'id')} completed.`,
    });
    expect(Number(rows[0]?.['updatedAt'])).toBeGreaterThan(Number(before['updatedAt']));
  });

  it('D7: without rollback the failed row stays PRIMARY, nothing is launched, the old task stays', () => {
    const world = new EcsWorld().settled({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    world.update({ taskDefinition: world.register('gone:1') });
    failed(world);
    world.seconds(900);
    expect(brief(world)).toEqual(['PRIMARY FAILED 1/0', 'ACTIVE COMPLETED 1/1']);
    expect(world.said().filter((line) => line.includes('has started'))).toHaveLength(1 + 4);
    expect(world.clock.idle).toBe(true);
  });

  it.each([
    ['until task-free', ['PRIMARY COMPLETED', 'ACTIVE COMPLETED']],
    ['until primary completed', ['PRIMARY IN_PROGRESS', 'ACTIVE FAILED', 'ACTIVE COMPLETED']],
  ] as const)(
    'D8 (recorded, switch): after FAILED and a new update, rows stay %s',
    (finishedRowsStay, expected) => {
      const world = new EcsWorld({ switches: { finishedRowsStay } });
      world.settled({
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      });
      world.update({ taskDefinition: world.register('gone:1') });
      failed(world);
      world.seconds(120);
      world.update({ taskDefinition: world.register('fine:3') });
      const rows = world.rows().map(({ status, rolloutState }) => `${show(status)} ${show(rolloutState)}`);
      if (finishedRowsStay === 'until primary completed') expect(rows).toEqual(expected);
      else expect(rows).toEqual(['PRIMARY IN_PROGRESS', 'ACTIVE COMPLETED']);
      completed(world);
      expect(brief(world)).toEqual(['PRIMARY COMPLETED 1/1']);
    },
  );

  it('D9 (recorded): an update during a rollout leaves three rows; the superseded pending task is stopped', () => {
    const world = new EcsWorld().settled();
    world.update({ taskDefinition: world.register('fine:2') });
    world.until(() => world.rows()[0]?.['pendingCount'] === 1);
    world.update({ taskDefinition: world.register('fine:3') });
    expect(brief(world)).toEqual([
      'PRIMARY IN_PROGRESS 0/0',
      'ACTIVE IN_PROGRESS 1/0',
      'ACTIVE COMPLETED 1/1',
    ]);
    completed(world);
    expect(brief(world)).toEqual(['PRIMARY COMPLETED 1/1']);
    expect(world.said()).toContain('stopped 1 pending tasks.');
    expect(text(world.tasks()[0] ?? {}, 'taskDefinitionArn')).toMatch(/web:3$/);
  });

  it('D10 (recorded in 2022, switch): the rollback has a new id and the old definition', () => {
    const world = new EcsWorld({ switches: { rollbackMakesNewId: true } }).settled();
    const old = idOf(world);
    const definition = world.service()['taskDefinition'];
    world.update({ taskDefinition: world.register('gone:1') });
    failed(world);
    const [primary = {}] = world.rows();
    expect(primary['id']).not.toBe(old);
    expect(primary).toMatchObject({ taskDefinition: definition, rolloutState: 'IN_PROGRESS' });
    expect(text(primary, 'rolloutStateReason')).toMatch(
      /^ECS deployment circuit breaker: rolling back to deploymentId ecs-svc\/\d{19}\.$/,
    );
    completed(world);
    expect(brief(world)).toEqual(['PRIMARY COMPLETED 1/1']);
  });

  it('D11 (recorded): ids are ecs-svc/ and 19 digits; PRIMARY comes first; INACTIVE never shows', () => {
    const world = new EcsWorld().settled();
    world.update({ taskDefinition: world.register('fine:2') });
    for (let second = 0; second < 200; second += 1) {
      world.seconds(1);
      const rows = world.rows();
      expect(rows[0]?.['status']).toBe('PRIMARY');
      expect(rows.slice(1).every(({ status }) => status === 'ACTIVE')).toBe(true);
      expect(rows.every((row) => /^ecs-svc\/\d{19}$/.test(text(row, 'id')))).toBe(true);
    }
  });

  it('rolls back to what was completed last, also after several failures', () => {
    const world = new EcsWorld().settled({ deploymentConfiguration: guarded });
    const old = idOf(world);
    for (const image of ['gone:1', 'cannot-start:1']) {
      world.events.length = 0;
      world.update({ taskDefinition: world.register(image) });
      failed(world);
      completed(world);
      expect(idOf(world)).toBe(old);
    }
  });
});
