import { describe, expect, it } from 'vitest';
import { closedBetween, historyOf } from '../../../shared/domain/history.ts';
import {
  aRollout,
  arn,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  pinnedImage,
} from '../../builders/rollouts.ts';

const over = aRollout({ phase: 'completed', endedAt: at(63), reason: 'ECS deployment completed.' });

describe('the entry of a rollout', () => {
  it('says what, from what, why, when, how it ended and how long it took', () => {
    expect(historyOf(aTarget(over), over)).toEqual({
      v: 1,
      generation: 1,
      cause: 'push',
      changes: [
        {
          container: 'app',
          repository: 'shop/web',
          from: { digest: digest('a') },
          to: { tag: '1.1.0', digest: digest('b') },
          rule: 'semver ^1',
          pushedAt: at(0),
        },
      ],
      acceptedAt: at(1),
      startedAt: at(3),
      endedAt: at(63),
      durationMs: 60_000,
      outcome: 'completed',
      reason: 'ECS deployment completed.',
      baseRevision: arn(1),
      revision: arn(2),
      deploymentId: 'ecs-svc/0000000000000000002',
    });
  });

  it('keeps whose rollback it was, and of what', () => {
    const rollout = { ...over, cause: 'manual-rollback', of: 4, by: 'grace' } as const;
    expect(historyOf(aTarget(rollout), rollout)).toMatchObject({
      cause: 'manual-rollback',
      of: 4,
      by: 'grace',
    });
  });

  it('of one that never started has no duration, and none is negative', () => {
    const never = aWaitingRollout({ phase: 'superseded', endedAt: at(2) });
    expect(historyOf(aTarget(never), never)).toMatchObject({ durationMs: undefined, reason: '' });
    const odd = aRollout({ phase: 'failed', endedAt: at(2) });
    expect(historyOf(aTarget(odd), odd)).toMatchObject({ durationMs: 0 });
  });

  it('of a state from before ends were timed ends when it was accepted', () => {
    const untimed = aWaitingRollout({ phase: 'skipped' });
    expect(historyOf(aTarget(untimed), untimed)).toMatchObject({ endedAt: at(1) });
  });

  it('knows no time of a push that nobody saw', () => {
    const rollout = aRollout({
      phase: 'completed',
      endedAt: at(9),
      changes: { app: aWanted({ pushedAt: 0 }) },
    });
    expect(historyOf(aTarget(rollout), rollout)?.changes[0]?.pushedAt).toBeUndefined();
  });

  it('there is none while it is open', () => {
    const open = aRollout();
    expect(historyOf(aTarget(open), open)).toBeUndefined();
  });

  it('stays far below what an item of the table may have, whatever the labels say', () => {
    const long = '🚢'.repeat(5_000);
    const wanted = aWanted({ commit: long, author: long, tag: 't'.repeat(128), repository: 'r'.repeat(256) });
    const changes = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`container-${index}`.padEnd(255, 'x'), wanted]),
    );
    const from = Object.fromEntries(Object.keys(changes).map((container) => [container, pinnedImage('a')]));
    const rollout = { ...over, changes, from, by: long, reason: 'x'.repeat(1_024) };
    const bytes = Buffer.byteLength(JSON.stringify(historyOf(aTarget(rollout), rollout)));
    expect(bytes).toBeLessThan(400 * 1_024);
  });
});

describe('what a write adds to the history', () => {
  const waiting = aWaitingRollout({ generation: 2 });
  const superseded = aWaitingRollout({ generation: 2, phase: 'superseded', endedAt: at(5), reason: 'x' });
  const newer = aWaitingRollout({ generation: 3 });

  it('is each rollout that it closes, oldest first', () => {
    const entries = closedBetween(aTarget(waiting, aRollout()), aTarget(newer, superseded, over));
    expect(entries.map(({ generation, outcome }) => [generation, outcome])).toEqual([
      [1, 'completed'],
      [2, 'superseded'],
    ]);
  });

  it('is what ended in the moment in which it was accepted', () => {
    expect(closedBetween(undefined, aTarget(superseded))).toHaveLength(1);
  });

  it('is nothing where nothing ends, and never the same again', () => {
    expect(closedBetween(aTarget(aRollout()), aTarget(waiting, aRollout()))).toEqual([]);
    expect(closedBetween(aTarget(superseded), aTarget(newer, superseded))).toEqual([]);
  });
});
