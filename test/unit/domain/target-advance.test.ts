import { describe, expect, it } from 'vitest';
import {
  ended,
  failing,
  progressed,
  registered,
  registering,
  rollingBack,
  slotted,
  started,
  stopAsked,
  stopped,
  withdrawn,
  without,
} from '../../../shared/domain/target/advance.ts';
import type { Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import {
  aProxy,
  aRollout,
  arn,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  pinnedImage,
} from '../../builders/rollouts.ts';

const waiting = aTarget(aWaitingRollout());

function rolloutOf(target: Target | undefined, generation = 1): Rollout | undefined {
  return target?.rollouts.find((one) => one.generation === generation);
}

describe('registering', () => {
  const call = { generation: 1, at: at(60), base: arn(1), carries: [], holds: {} };

  it('is written down before it is done', () => {
    const step = registering(waiting, call);
    expect(rolloutOf(step?.target)).toMatchObject({
      phase: 'registering',
      registeringSince: at(60),
      baseRevision: arn(1),
    });
    expect(step?.notices).toEqual([]);
  });

  it('a second try remembers when the first began, for it may have left a revision', () => {
    const first = registering(waiting, call)?.target ?? waiting;
    expect(rolloutOf(registering(first, { ...call, at: at(90) })?.target)?.registeringSince).toBe(at(60));
  });

  it('of a clone of another revision begins anew, and forgets the revision that was made before', () => {
    const first = registering(waiting, call)?.target ?? waiting;
    const made = registered(first, { generation: 1, revision: arn(2) })?.target ?? waiting;
    expect(rolloutOf(registering(made, { ...call, at: at(90), base: arn(7) })?.target)).toMatchObject({
      registeringSince: at(90),
      baseRevision: arn(7),
      revision: undefined,
    });
  });
});

describe('a rollout that has lost its turn changes nothing', () => {
  const newer = aTarget(aWaitingRollout({ generation: 2 }), aRollout({ phase: 'superseded' }));
  const turns: readonly [string, (target: Target) => unknown][] = [
    [
      'registering',
      (target) => registering(target, { generation: 1, at: at(60), base: arn(1), carries: [], holds: {} }),
    ],
    ['registered', (target) => registered(target, { generation: 1, revision: arn(2) })],
    ['started', (target) => started(target, { generation: 1, at: at(60), deploymentId: 'ecs-svc/2' })],
    ['ended', (target) => ended(target, { generation: 1, at: at(60), outcome: 'failed', reason: 'x' })],
    ['rolling back', (target) => rollingBack(target, { generation: 1, reason: 'x' })],
  ];

  it.each(turns)('%s', (_what, turn) => {
    expect(turn(newer)).toBeUndefined();
    expect(turn(aTarget())).toBeUndefined();
  });
});

describe('starting', () => {
  const start = { at: at(60), deploymentId: 'ecs-svc/2' };
  const made = aWaitingRollout({ phase: 'registered', baseRevision: arn(1), revision: arn(2) });

  it('is told once, with what ran and what will run', () => {
    const step = started(aTarget(made), { generation: 1, ...start });
    expect(rolloutOf(step?.target)).toMatchObject({
      phase: 'rolling',
      deploymentId: 'ecs-svc/2',
      startedAt: at(60),
    });
    expect(step?.notices).toMatchObject([{ kind: 'rollout.started', rollout: { revision: arn(2) } }]);
    expect(started(step?.target ?? waiting, { generation: 1, ...start })).toBeUndefined();
  });

  it('again while ECS rolls back is nothing', () => {
    expect(
      started(aTarget(aRollout({ phase: 'rolling-back' })), { generation: 1, ...start }),
    ).toBeUndefined();
  });

  it('finishes an older rollout of another container whose images the clone holds', () => {
    const proxy = { proxy: aProxy() };
    const newer = aWaitingRollout({
      generation: 2,
      phase: 'registered',
      changes: proxy,
      from: { proxy: pinnedImage('d', 'shop/proxy') },
      baseRevision: arn(2),
      revision: arn(3),
      carries: [1],
    });
    const step = started(aTarget(newer, aRollout()), { generation: 2, ...start });
    expect(rolloutOf(step?.target)?.phase).toBe('joined');
    expect(rolloutOf(step?.target, 2)).toMatchObject({
      changes: { app: aWanted(), ...proxy },
      from: { app: pinnedImage('a'), proxy: pinnedImage('d', 'shop/proxy') },
    });
    expect(step?.notices).toMatchObject([
      { kind: 'rollout.joined', rollout: { generation: 1 } },
      { kind: 'rollout.started', rollout: { generation: 2 } },
    ]);
  });

  it('supersedes an older rollout of the same container', () => {
    const newer = aWaitingRollout({
      generation: 2,
      phase: 'registered',
      changes: { app: aWanted({ digest: digest('c') }) },
      revision: arn(3),
      carries: [1],
    });
    const step = started(aTarget(newer, aRollout()), { generation: 2, ...start });
    expect(step?.notices.map(({ kind }) => kind)).toEqual(['rollout.superseded', 'rollout.started']);
    expect(rolloutOf(step?.target, 2)?.changes['app']?.digest).toBe(digest('c'));
  });

  it('claims no image of an older rollout that ECS has left meanwhile, and leaves its end to be found out', () => {
    const newer = aWaitingRollout({
      generation: 2,
      phase: 'registered',
      changes: { proxy: aProxy() },
      baseRevision: arn(1),
      revision: arn(3),
    });
    const step = started(aTarget(newer, aRollout()), { generation: 2, ...start });
    expect(Object.keys(rolloutOf(step?.target, 2)?.changes ?? {})).toEqual(['proxy']);
    expect(rolloutOf(step?.target)?.phase).toBe('rolling');
    expect(step?.notices.map(({ kind }) => kind)).toEqual(['rollout.started']);
  });
});

describe('ending', () => {
  const end = { generation: 1, at: at(63), outcome: 'completed', reason: 'ECS says so' } as const;

  it('is told once, with the duration', () => {
    const step = ended(aTarget(aRollout()), end);
    expect(rolloutOf(step?.target)).toMatchObject({
      phase: 'completed',
      endedAt: at(63),
      reason: 'ECS says so',
    });
    expect(step?.notices).toMatchObject([{ kind: 'rollout.completed', rollout: { durationMs: 60_000 } }]);
    expect(ended(step?.target ?? waiting, end)).toBeUndefined();
  });

  it('of an older rollout is possible while a newer one rolls', () => {
    const both = aTarget(aRollout({ generation: 2 }), aRollout());
    expect(rolloutOf(ended(both, { ...end, outcome: 'rolled-back' })?.target)?.phase).toBe('rolled-back');
  });

  it('is written down in a size that the table takes', () => {
    const step = ended(waiting, { ...end, outcome: 'failed', reason: 'x'.repeat(500_000) });
    expect(rolloutOf(step?.target)?.reason).toHaveLength(1_024);
  });

  it('before it began, by a clock that was set back, took no time', () => {
    const step = ended(aTarget(aRollout()), { ...end, at: at(0) });
    expect(step?.notices[0]).toMatchObject({ rollout: { durationMs: 0 } });
  });

  it('silently is recorded, and told to nobody', () => {
    const step = ended(waiting, { ...end, outcome: 'skipped', silent: true });
    expect(rolloutOf(step?.target)?.phase).toBe('skipped');
    expect(step?.notices).toEqual([]);
  });
});

describe('rolling back', () => {
  it.each(['rolling', 'rolling-back'] as const)(
    'is remembered of a rollout that is %s, and told when it is over',
    (phase) => {
      const step = rollingBack(aTarget(aRollout({ phase })), {
        generation: 1,
        reason: 'tasks failed to start',
      });
      expect(rolloutOf(step?.target)).toMatchObject({
        phase: 'rolling-back',
        reason: 'tasks failed to start',
      });
      expect(step?.notices).toEqual([]);
    },
  );

  it('is nothing for a rollout that ECS does not know', () => {
    expect(rollingBack(waiting, { generation: 1, reason: 'x' })).toBeUndefined();
  });
});

describe('an image that may not be rolled', () => {
  const plan = { plan: 'p', index: 0 };
  const [others, joined] = [
    { plan: 'q', index: 0 },
    { plan: 'r', index: 4 },
  ];
  const slot = { call: 'turn', at: at(5), given: { slot: at(5), mates: ['web'] } } as const;
  const changes = { app: aWanted(), proxy: aProxy() };
  const both = aWaitingRollout({ changes, plan, alsoOf: [others, joined], slot });
  const left = { generation: 1, digests: [aWanted().digest] };

  it('is left out, and the others go on, out of its plan and bound by their own', () => {
    const step = without(aTarget(both), { ...left, members: [plan] });
    expect(rolloutOf(step?.target)).toMatchObject({
      phase: 'accepted',
      plan: others,
      alsoOf: [joined],
      slot: undefined,
      changes: { proxy: aProxy() },
    });
    expect(Object.keys(step?.target.wanted ?? {})).toEqual(['proxy']);
    expect(step?.target.owes).toEqual([{ kind: 'plan', ...plan, result: 'left alone' }]);
  });

  it('is left out of a rollout that another image leads', () => {
    const step = without(aTarget(both), { ...left, members: [others] });
    expect(rolloutOf(step?.target)).toMatchObject({ plan, alsoOf: [joined], slot });
  });

  it('is bound by no plan where no other image is', () => {
    const single = { ...both, alsoOf: undefined };
    const step = without(aTarget(single), { ...left, members: [plan] });
    expect(rolloutOf(step?.target)).toMatchObject({ plan: undefined, alsoOf: [] });
  });

  it('leaves nothing where it is the only one, and nobody of a rollout that lost its turn', () => {
    expect(without(waiting, { ...left, members: [] })).toBeUndefined();
    expect(without(aTarget(both), { generation: 9, digests: [], members: [] })).toBeUndefined();
  });
});

describe('a rollout that rests on what is no longer so', () => {
  it('is withdrawn without a word, and the target looked at again', () => {
    const step = withdrawn(aTarget(aWaitingRollout({ plan: { plan: 'p', index: 0 } })), 1);
    expect(step?.target).toMatchObject({ rollouts: [], owes: [{ kind: 'see' }] });
    expect(step?.notices).toEqual([]);
  });

  it('but not once ECS rolls it', () => {
    expect(withdrawn(aTarget(aRollout()), 1)).toBeUndefined();
    expect(withdrawn(aTarget(), 1)).toBeUndefined();
  });
});

describe('what is noted of a rollout', () => {
  const rolling = aTarget(aRollout());
  const turn = { generation: 1, at: at(60) };

  it.each<[string, (target: Target) => { readonly target: Target } | undefined, object]>([
    [
      'progress',
      (target) => progressed(target, { generation: 1, progress: { ours: 1, others: 0, at: at(9) } }),
      { progress: { ours: 1 } },
    ],
    ['that ECS has failed it', (target) => failing(target, turn), { failedAt: at(60) }],
    [
      'that ECS shall stop it',
      (target) => stopAsked(target, { ...turn, reason: 'x' }),
      { stopAskedAt: at(60), reason: 'x' },
    ],
    ['that ECS was told to', (target) => stopped(target, turn), { stoppedAt: at(60) }],
  ])('%s', (_what, note, expected) => {
    expect(rolloutOf(note(rolling)?.target)).toMatchObject(expected);
    expect(note(aTarget())).toBeUndefined();
  });

  it('once is enough', () => {
    expect(failing(aTarget(aRollout({ failedAt: at(1) })), turn)).toBeUndefined();
    expect(stopAsked(aTarget(aRollout({ stopAskedAt: at(1) })), { ...turn, reason: 'x' })).toBeUndefined();
    expect(
      progressed(waiting, { generation: 1, progress: { ours: 0, others: 0, at: at(9) } }),
    ).toBeUndefined();
  });

  it('is the slot of its next call, until it is used', () => {
    const slot = { call: 'register', at: at(70) } as const;
    const step = slotted(waiting, { generation: 1, slot });
    expect(rolloutOf(step?.target)?.slot).toEqual(slot);
    expect(slotted(aTarget(), { generation: 1, slot })).toBeUndefined();
  });
});
