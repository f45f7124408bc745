import { describe, expect, it } from 'vitest';
import { deadlineOf, progressOf } from '../../../shared/domain/progress.ts';
import { aDeployment, aRollout, arn, aService, at } from '../../builders/rollouts.ts';

const running = (ours: number, others: number) =>
  aService({
    deployments: [
      aDeployment({ id: 'ecs-svc/2', taskDefinition: arn(2), runningCount: ours }),
      aDeployment({ status: 'ACTIVE', runningCount: others }),
    ],
  });

describe('progress', () => {
  const before = { ours: 1, others: 2, at: at(10) };

  it('is measured from the start, when nobody has looked before', () => {
    expect(progressOf(running(0, 3), aRollout({ startedAt: at(3) }), at(60))).toEqual({
      ours: 0,
      others: 3,
      at: at(3),
    });
    expect(progressOf(running(1, 3), aRollout({ startedAt: undefined }), at(60)).at).toBe(at(60));
  });

  it.each([
    ['one more of ours', [2, 2], { ours: 2, others: 2, at: at(60) }],
    ['one less of the others', [1, 1], { ours: 1, others: 1, at: at(60) }],
    ['nothing', [1, 2], before],
    ['less of ours, more of the others: a crash loop', [0, 3], before],
  ] as const)('%s', (_what, [ours, others], expected) => {
    expect(progressOf(running(ours, others), aRollout({ progress: before }), at(60))).toEqual(expected);
  });
});

describe('the deadline of a rollout', () => {
  it.each([
    ['is its time-out', { bakeMs: 0, rollsBack: false }, 15 * 60],
    ['leaves ECS its bake time', { bakeMs: 300_000, rollsBack: false }, 20 * 60],
    ['leaves ECS two minutes for its own rollback', { bakeMs: 0, rollsBack: true }, 17 * 60],
  ])('%s', (_what, service, seconds) => {
    expect(deadlineOf(service, {}, at(0))).toBe(at(seconds));
  });
});
