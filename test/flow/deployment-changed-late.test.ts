import { describe, expect, it } from 'vitest';
import { look } from '../../shared/domain/nudge.ts';
import type { DeploymentRecord, ServiceSnapshot } from '../../shared/domain/service.ts';
import type { Good, Rollout } from '../../shared/domain/target/rollout.ts';
import { Refused } from '../../shared/faults.ts';
import {
  aDeployment,
  aRollout,
  arn,
  aSeen,
  aService,
  aStoppedTask,
  aTarget,
  at,
  digest,
  name,
  pinnedImage,
} from '../builders/rollouts.ts';
import { type FakeWorld, taken } from '../fakes/fake-world.ts';
import { aWorld, rolloutOf } from './given.ts';

const good: Good = { revision: arn(1), images: { app: pinnedImage('a') }, at: at(0) };
const ourId = 'ecs-svc/0000000000000000002';
const quarterHour = 15 * 60;

const rolling = (running = 0, rolloutState = 'IN_PROGRESS') => [
  aDeployment({
    id: ourId,
    taskDefinition: arn(2),
    rolloutState,
    reason: 'tasks failed to start.',
    runningCount: running,
  }),
  aDeployment({ status: 'ACTIVE', runningCount: 1 }),
];

async function lookAt(world: FakeWorld, seconds: number, service: Partial<ServiceSnapshot>): Promise<void> {
  world.services.put(aService({ deployments: rolling(), ...service }));
  world.virtual.advance(at(seconds) - world.virtual.now());
  await world.deployment(look({ ...name, tries: 0 }));
}

async function aRolling(overrides: Partial<Rollout> = {}): Promise<FakeWorld> {
  const world = await aWorld();
  await world.given({ ...aTarget(aRollout(overrides)), good });
  return world;
}

describe('an event of a service that was left on what failed', () => {
  it('has reconcile look at it: ECS may have undone it in the end', async () => {
    const world = await aWorld();
    const failed = aRollout({ phase: 'timed-out', endedAt: at(60) });
    const seen = aSeen({ revision: arn(2) });
    await world.given({ ...aTarget(failed), seen, good });
    await lookAt(world, 300, {});
    expect((await world.target()).owes).toEqual([{ kind: 'see' }]);
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge' }]);
  });
});

describe('a rollout without progress', () => {
  it('times out, and is rolled back by a new deployment', async () => {
    const world = await aRolling();
    await lookAt(world, 3 + quarterHour, {});
    expect(await world.said()).toEqual(['timed-out']);
    expect((await rolloutOf(world))?.reason).toBe('no progress for 15 min');
    expect(await rolloutOf(world, 2)).toMatchObject({ cause: 'rollback', phase: 'accepted' });
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge', generation: 2 }]);
  });

  it('in seconds is told in seconds', async () => {
    const terms = { everyMs: 0, bakeMs: 0, timeoutMs: 30_000, rollback: 'automatic' } as const;
    const world = await aRolling({ terms });
    await lookAt(world, 101, {});
    expect((await rolloutOf(world))?.reason).toBe('no progress for 30 s');
  });

  it('before its time is looked at again at its deadline', async () => {
    const world = await aRolling();
    await lookAt(world, 200, {});
    expect((await rolloutOf(world))?.phase).toBe('rolling');
    expect(await world.table.due('look', at(3 + quarterHour), 9)).toHaveLength(1);
    expect(taken(world.wakeups)).toEqual([]);
    world.virtual.advance(quarterHour * 1_000);
    expect(taken(world.wakeups)).toMatchObject([{ at: at(3 + quarterHour) }]);
  });

  it('has as long again once there was some', async () => {
    const world = await aRolling();
    await lookAt(world, quarterHour, { deployments: rolling(1) });
    await lookAt(world, 2 * quarterHour - 1, { deployments: rolling(1) });
    expect((await rolloutOf(world))?.phase).toBe('rolling');
    await lookAt(world, 2 * quarterHour, { deployments: rolling(0) });
    expect((await rolloutOf(world))?.phase).toBe('timed-out');
  });

  it('whose service shifts traffic is stopped by ECS itself', async () => {
    const world = await aRolling();
    await lookAt(world, 3 + quarterHour, { strategy: 'CANARY' });
    expect(await rolloutOf(world)).toMatchObject({ phase: 'rolling', stopAskedAt: at(3 + quarterHour) });
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge' }]);
    await lookAt(world, 4 + 2 * quarterHour, { strategy: 'CANARY' });
    expect(await rolloutOf(world)).toMatchObject({ phase: 'timed-out' });
  });

  const record: DeploymentRecord = {
    arn: 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/prod/web/x',
    targetServiceRevisionArn:
      'arn:aws:ecs:eu-west-1:111122223333:service-revision/prod/web/0000000000000000002',
    status: 'IN_PROGRESS',
  };
  it.each([
    ['waits for a person', { ...record, paused: true }],
    ['bakes', { ...record, lifecycleStage: 'BAKE_TIME' }],
  ])('on purpose, for it %s, goes on', async (_what, shown) => {
    const world = await aRolling();
    world.services.records = [shown];
    await lookAt(world, 3 + quarterHour, { strategy: 'BLUE_GREEN' });
    expect(await rolloutOf(world)).toMatchObject({ phase: 'rolling' });
    expect((await rolloutOf(world))?.stopAskedAt).toBeUndefined();
  });
});

describe('a deployment that ECS has failed', () => {
  it('is left to ECS for two minutes where it rolls back by itself', async () => {
    const world = await aRolling();
    const failed = { deployments: rolling(0, 'FAILED'), rollsBack: true };
    await lookAt(world, 110, failed);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'rolling', failedAt: at(110) });
    await lookAt(world, 150, failed);
    expect((await rolloutOf(world))?.phase).toBe('rolling');
    await lookAt(world, 230, failed);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'failed' });
    expect(await rolloutOf(world, 2)).toMatchObject({ cause: 'rollback' });
  });

  it('and whose own rollback hangs is rolled back by Slipway', async () => {
    const world = await aRolling();
    const back = [
      aDeployment({ rolloutState: 'IN_PROGRESS' }),
      aDeployment({
        id: ourId,
        status: 'ACTIVE',
        taskDefinition: arn(2),
        rolloutState: 'FAILED',
        reason: 'x.',
      }),
    ];
    await lookAt(world, 110, { deployments: back, rollsBack: true });
    expect(await rolloutOf(world)).toMatchObject({ phase: 'rolling-back', failedAt: at(110) });
    await lookAt(world, 110 + quarterHour + 240, { deployments: back, rollsBack: true });
    expect(await rolloutOf(world)).toMatchObject({
      phase: 'failed',
      reason: "x.; ECS's rollback made no progress",
    });
    expect(await rolloutOf(world, 2)).toMatchObject({ cause: 'rollback' });
  });

  it('for a cause of its image is quarantined', async () => {
    const world = await aRolling();
    world.tasks.stop(name, ourId, aStoppedTask());
    await lookAt(world, 110, { deployments: rolling(0, 'FAILED') });
    expect((await world.target()).quarantine?.map((one) => one.digest)).toEqual([digest('b')]);
  });

  it('is blamed on nothing where nobody may look at the tasks', async () => {
    const world = await aRolling();
    world.tasks.stopped = () => Promise.reject(new Refused('AccessDeniedException', 'no'));
    await lookAt(world, 110, { deployments: rolling(0, 'FAILED') });
    expect((await world.target()).quarantine).toBeUndefined();
    expect(world.outcomes()).toContain('stopped tasks unknown: no');
  });
});
