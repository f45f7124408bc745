import { describe, expect, it } from 'vitest';
import { conclude } from '../../../shared/domain/target/conclude.ts';
import { restoreFirst } from '../../../shared/domain/target/go-back.ts';
import type { Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import {
  aProxy,
  aRollout,
  arn,
  aSeen,
  aTarget,
  at,
  aWaitingRollout,
  digest,
  registry,
} from '../../builders/rollouts.ts';
import { crashed, end, good, known, seen } from './conclude-given.ts';

/** A failed health check names no container. */
const blame = { kind: 'image', words: 'Task failed container health checks' } as const;

describe('a rollout that failed', () => {
  it('before it began, having taken the place of a restore, is followed by that', () => {
    const early = aWaitingRollout({ restores: true });
    const step = conclude({ ...aTarget(early), seen, good }, end({ undo: undefined }));
    expect(step?.target.rollouts[0]).toMatchObject({ cause: 'restore', of: 1 });
  });

  it('before it began, and that a push took over, is restored first where that has to wait', () => {
    const waits = aWaitingRollout({ generation: 4, restores: true });
    const failed = aRollout({ generation: 3, phase: 'rolled-back' });
    const { rollouts, alone } = restoreFirst({ ...aTarget(waits, failed), seen, good }, at(9)).target;
    expect(rollouts[0]).toMatchObject({ cause: 'restore', of: 3, changes: {} });
    expect(alone).toMatchObject([{ of: 4, changes: waits.changes }]);
    expect(restoreFirst({ ...aTarget(waits), seen, good }, at(9)).target.rollouts[0]?.of).toBe(4);
  });

  it.each<[string, Partial<Rollout>, readonly string[]]>([
    ['may have set a service is remembered', { registeringSince: at(3) }, ['superseded']],
    ['registered nothing is not', {}, []],
    ['goes back itself is not', { registeringSince: at(3), goBackTo: good }, []],
  ])('is followed by a restore, for which what waits steps aside: what %s', (_what, waiting, phases) => {
    const waits = aWaitingRollout({ generation: 4, restores: true, revision: arn(4), ...waiting });
    const failed = aRollout({ generation: 3, phase: 'rolled-back' });
    const { rollouts } = restoreFirst({ ...aTarget(waits, failed), seen, good }, at(9)).target;
    expect(rollouts.filter(({ generation }) => generation === 4).map(({ phase }) => phase)).toEqual(phases);
  });

  it('in what had failed before is tried again, once, where the others are good', () => {
    const before = aRollout({ phase: 'failed', revision: arn(4), changes: { proxy: aProxy() } });
    const rollout = aRollout({ generation: 2, baseRevision: arn(4) });
    const target: Target = { ...aTarget(rollout, before), seen, good };
    const step = conclude(target, end({ generation: 2 }));
    expect(step?.target.alone).toMatchObject([{ cause: 'alone', of: 2, changes: rollout.changes }]);
    expect(step?.target.quarantine).toBeUndefined();
    const again = { ...aTarget({ ...rollout, cause: 'alone' as const }, before), seen, good };
    expect(conclude(again, end({ generation: 2 }))?.target.alone ?? []).toEqual([]);
  });

  const unproven = aRollout({ phase: 'superseded', revision: arn(4), changes: { proxy: aProxy() } });
  const onIt = aRollout({ generation: 3, baseRevision: arn(4) });

  it('in what had not completed yet is tried again, once, where the others are good', () => {
    const step = conclude({ ...aTarget(onIt, unproven), seen, good }, end({ generation: 3, blame }));
    expect(step?.target.alone).toMatchObject([{ cause: 'alone', of: 3, changes: onIt.changes }]);
    expect(step?.target.quarantine).toBeUndefined();
  });

  it('in what holds another image that had not completed yet, too', () => {
    const between = aRollout({ generation: 2, phase: 'superseded', revision: arn(5), baseRevision: arn(4) });
    const target = { ...aTarget({ ...onIt, baseRevision: arn(5) }, between, unproven), seen, good };
    expect(conclude(target, end({ generation: 3, blame }))?.target.alone).toHaveLength(1);
  });

  it.each([
    ['had completed', { ...unproven, phase: 'completed' as const }],
    ['held an older image of its own container alone', { ...unproven, changes: onIt.changes }],
  ])('in what %s is to blame itself', (_what, before) => {
    const step = conclude({ ...aTarget(onIt, before), seen, good }, end({ generation: 3, blame }));
    expect(step?.target.alone ?? []).toEqual([]);
    expect(step?.target.quarantine).toHaveLength(1);
  });

  it('in what another hand had set, and nobody knows to be good, is tried again, once', () => {
    const foreign = aRollout({ baseRevision: arn(7) });
    const step = conclude({ ...aTarget(foreign), seen, good }, end({ blame }));
    expect(step?.target.alone).toHaveLength(1);
    expect(step?.target.quarantine).toBeUndefined();
    const onGood = aRollout({ baseRevision: good.revision });
    expect(conclude({ ...aTarget(onGood), seen, good }, end({ blame }))?.target.quarantine).toHaveLength(1);
    const nothingGood = conclude({ ...aTarget(foreign), seen }, end({ blame }));
    expect(nothingGood?.target.quarantine).toHaveLength(1);
  });

  it('beside a tag that had come to mean something else is tried again, once, where the others are good', () => {
    const loose = aSeen({
      containers: [
        { name: 'app', image: `${registry}/shop/web:1` },
        { name: 'proxy', image: `${registry}/shop/proxy:1` },
      ],
    });
    const failedBeside = (ran: string | undefined, rollout: Partial<Rollout> = {}, sight = loose) => {
      const digests = { app: digest('b'), ...(ran === undefined ? {} : { proxy: digest(ran) }) };
      const target = known({ baseRevision: good.revision, ...rollout }, { seen: sight });
      return conclude(target, end({ blame: { ...blame, digests } }))?.target;
    };
    expect(failedBeside('f')?.alone).toMatchObject([{ cause: 'alone', of: 1 }]);
    expect(failedBeside('f')?.quarantine).toBeUndefined();
    expect(failedBeside('d')?.quarantine).toHaveLength(1);
    expect(failedBeside(undefined)?.quarantine).toHaveLength(1);
    expect(failedBeside('f', {}, seen)?.quarantine).toHaveLength(1);
    expect(failedBeside('f', { cause: 'alone' })?.quarantine).toHaveLength(1);
  });

  it('for the sake of another container is tried again, once', () => {
    const other = end({ blame: { ...crashed, container: 'proxy' } });
    expect(conclude(known(), other)?.target.alone).toMatchObject([{ cause: 'alone', of: 1 }]);
    const step = conclude(known({ cause: 'alone' }), other);
    expect(step?.target.alone ?? []).toEqual([]);
    expect(step?.target.quarantine).toBeUndefined();
  });
});
