import { describe, expect, it } from 'vitest';
import { rolloutNotice } from '../../../shared/domain/notice.ts';
import { look, nudge, readLook, readServiceMessage } from '../../../shared/domain/nudge.ts';
import { obstacle, primaryOf } from '../../../shared/domain/service.ts';
import { close } from '../../../shared/domain/target/state.ts';
import {
  aDeployment,
  aRollout,
  arn,
  aService,
  aTarget,
  at,
  digest,
  name,
  registry,
} from '../../builders/rollouts.ts';

describe('nudges', () => {
  const first = nudge({ ...name, generation: 1 });

  it('are read as they were sent', () => {
    expect(readServiceMessage('nudge', first.body)).toEqual(name);
  });

  it('of one target stand in one line, and two decisions are two messages', () => {
    const second = nudge({ ...name, generation: 2 });
    expect(second.group).toBe(first.group);
    expect(second.deduplicationId).not.toBe(first.deduplicationId);
    expect(nudge({ cluster: 'prod', service: 'api', generation: 1 }).group).not.toBe(first.group);
  });

  it('said twice are one message, unless they are meant to be repeated', () => {
    expect(nudge({ ...name, generation: 1 })).toEqual(first);
    expect(nudge({ ...name, generation: 1 }, 7).deduplicationId).not.toBe(first.deduplicationId);
  });

  it.each([
    null,
    'nudge',
    {},
    { ...first.body, v: 2 },
    { ...first.body, kind: 'look' },
    { ...first.body, cluster: 1 },
    { ...first.body, service: null },
  ])('are not %j', (body) => {
    expect(readServiceMessage('nudge', body)).toBeUndefined();
  });
});

describe('looks', () => {
  it('are read as they were sent', () => {
    expect(readLook(look({ ...name, tries: 3 }))).toEqual({ ...name, tries: 3 });
  });

  it('that do not count are first ones, and what is no look is none', () => {
    expect(readLook({ ...look({ ...name, tries: 3 }), tries: 'x' })).toEqual({ ...name, tries: 0 });
    expect(readLook(nudge({ ...name, generation: 1 }).body)).toBeUndefined();
    expect(readLook(null)).toBeUndefined();
  });
});

describe('what keeps Slipway off a service', () => {
  it.each([
    ['nothing', {}, undefined],
    ['a hold, before all else', { tags: { 'slipway:hold': '' }, status: 'INACTIVE' }, 'on hold'],
    ['its end', { status: 'DRAINING' }, 'service inactive'],
    ['Express Mode', { managedByEcs: true }, 'managed by ECS Express Mode'],
    ['CodeDeploy', { controller: 'CODE_DEPLOY' }, 'controller is not ECS'],
    ['task sets', { taskDefinition: undefined }, 'no task definition'],
  ] as const)('%s', (_what, overrides, expected) => {
    expect(obstacle(aService(overrides))).toBe(expected);
  });

  it('its primary deployment need not come first', () => {
    const active = aDeployment({ id: 'ecs-svc/9', status: 'ACTIVE' });
    expect(primaryOf(aService({ deployments: [active, aDeployment()] }))?.id).toBe(aDeployment().id);
  });
});

describe('a notice', () => {
  const done = close(aRollout(), 'completed', { at: at(63), reason: '' });
  const notice = rolloutNotice(aTarget(done), done, { kind: 'rollout.completed', at: at(63) });

  it('says what ran, what runs, since when and how long it took', () => {
    expect(notice).toMatchObject({
      kind: 'rollout.completed',
      severity: 'info',
      ...name,
      rollout: {
        id: 'prod/web/1',
        generation: 1,
        changes: [
          {
            container: 'app',
            repository: 'shop/web',
            from: { tag: undefined, digest: digest('a') },
            to: { tag: '1.1.0', digest: digest('b') },
            rule: 'semver ^1',
          },
        ],
        revision: arn(2),
        baseRevision: arn(1),
        deploymentId: 'ecs-svc/0000000000000000002',
        startedAt: at(3),
        durationMs: 60_000,
      },
      text: 'prod/web now runs shop/web:1.1.0 (bbbbbbbbbbbb) in app',
    });
  });

  it('said again has the same id; of another kind, rollout or life of the target another one', () => {
    const ids = [
      rolloutNotice(aTarget(done), done, { kind: 'rollout.completed', at: at(99) }),
      rolloutNotice(aTarget(done), done, { kind: 'rollout.failed', at: at(63) }),
      rolloutNotice(aTarget(done), { ...done, generation: 2 }, { kind: 'rollout.completed', at: at(63) }),
      rolloutNotice(
        aTarget(done),
        { ...done, acceptedAt: at(-99) },
        { kind: 'rollout.completed', at: at(63) },
      ),
    ].map(({ id }) => id);
    expect(ids[0]).toBe(notice.id);
    expect(new Set(ids).size).toBe(4);
  });

  it.each([
    ['by the tag it was set to', `${registry}/shop/web:1.0.0`, { tag: '1.0.0', digest: undefined }],
    [
      'by the tag that Slipway once rolled',
      `${registry}/shop/web@${digest('b')}`,
      { tag: '1.1.0', digest: digest('b') },
    ],
    ['by nothing where it is no image of a registry', 'nginx', { tag: undefined, digest: undefined }],
  ])('names what ran %s', (_what, image, from) => {
    const rollout = aRollout({ from: { app: image } });
    const said = rolloutNotice(aTarget(rollout), rollout, { kind: 'rollout.started', at: at(3) });
    expect(said.rollout.changes[0]?.from).toEqual(from);
    expect(said.rollout.durationMs).toBeUndefined();
  });

  it.each([
    [
      'rollout.observed',
      'info',
      'Observing only: prod/web would be rolled to shop/web:1.1.0 (bbbbbbbbbbbb) in app',
    ],
    ['rollout.started', 'info', 'Rolling prod/web to shop/web:1.1.0 (bbbbbbbbbbbb) in app'],
    ['rollout.rolled-back', 'error', 'prod/web was rolled back: shop/web:1.1.0 (bbbbbbbbbbbb) in app failed'],
    [
      'rollout.superseded',
      'info',
      'prod/web: the rollout of shop/web:1.1.0 (bbbbbbbbbbbb) in app was superseded',
    ],
    [
      'rollout.joined',
      'info',
      'prod/web: the rollout of shop/web:1.1.0 (bbbbbbbbbbbb) in app goes on in a newer one',
    ],
    [
      'rollout.stopped',
      'warning',
      'prod/web: the rollout of shop/web:1.1.0 (bbbbbbbbbbbb) in app was stopped',
    ],
    ['rollout.failed', 'error', 'prod/web: the rollout of shop/web:1.1.0 (bbbbbbbbbbbb) in app failed'],
    [
      'rollout.skipped',
      'info',
      'prod/web was left alone: shop/web:1.1.0 (bbbbbbbbbbbb) in app is not rolled out',
    ],
  ] as const)('of %s is of severity %s', (kind, severity, words) => {
    const rollout = aRollout({ reason: 'ECS says so' });
    const said = rolloutNotice(aTarget(rollout), rollout, { kind, at: at(3) });
    expect(said).toMatchObject({ severity, text: `${words} – ECS says so` });
  });

  it('of what never started has neither beginning nor duration, and what ran is unknown where nobody noted it', () => {
    const rollout = close(aRollout({ startedAt: undefined, from: {} }), 'failed', {
      at: at(63),
      reason: 'x',
    });
    const said = rolloutNotice(aTarget(rollout), rollout, { kind: 'rollout.failed', at: at(63) });
    expect(said.rollout).toMatchObject({ startedAt: undefined, durationMs: undefined });
    expect(said.rollout.changes[0]?.from).toEqual({ tag: undefined, digest: undefined });
  });
});
