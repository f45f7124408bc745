import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../shared/domain/lossless-json.ts';
import { rolloutNotice } from '../../../shared/domain/notice.ts';
import {
  look,
  nudge,
  pump,
  readLook,
  readNudge,
  readPump,
  readServiceMessage,
  readWake,
  wake,
} from '../../../shared/domain/nudge.ts';
import { obstacle, primaryOf } from '../../../shared/domain/service.ts';
import { close } from '../../../shared/domain/target/rollout.ts';
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
    expect(readNudge(body)).toBeUndefined();
  });

  it('of an earlier version are read: no turn, and perhaps no generation', () => {
    expect(readNudge(first.body)).toEqual({ ...name, generation: 1 });
    expect(readNudge({ v: 1, kind: 'nudge', ...name })).toEqual({ ...name, generation: 0 });
  });
});

describe('the turn that a plan gives', () => {
  const turn = { plan: 'abc', index: 3, slot: at(9), mates: ['web', 'api'] };

  it('is read as it was sent', () => {
    expect(readNudge(nudge({ ...name, generation: 1, turn }).body)).toEqual({ ...name, generation: 1, turn });
  });

  it('makes a message of its own, in the same line', () => {
    const plain = nudge({ ...name, generation: 1 });
    const turned = nudge({ ...name, generation: 1, turn });
    const later = nudge({ ...name, generation: 1, turn: { ...turn, slot: at(99) } });
    expect(turned.group).toBe(plain.group);
    expect(new Set([plain, turned, later].map(({ deduplicationId }) => deduplicationId)).size).toBe(3);
  });

  it.each([
    ['no mapping', 'soon'],
    ['without a plan', { ...turn, plan: 1 }],
    ['without a number', { ...turn, index: '3' }],
    ['without a slot', { ...turn, slot: null }],
  ])('that is %s is none, and the nudge is an ordinary one', (_what, broken) => {
    const body = { ...nudge({ ...name, generation: 1 }).body, turn: broken };
    expect(readNudge(body)).toEqual({ ...name, generation: 1, turn: undefined });
  });

  it('names at most ten mates, and nothing but names', () => {
    const mates = [1, ...Array.from({ length: 12 }, (_, index) => `web-${index}`)];
    const read = (value: JsonValue) =>
      readNudge({ ...nudge({ ...name, generation: 1 }).body, turn: { ...turn, mates: value } })?.turn?.mates;
    expect(read(mates)).toEqual(mates.slice(1, 11));
    expect(read('web')).toEqual([]);
  });
});

describe('pumps', () => {
  it('are read as they were sent, and stand in one line per plan', () => {
    expect(readPump(pump('abc').body)).toBe('abc');
    expect(pump('abc', 7).group).toBe(pump('abc').group);
    expect(pump('xyz').group).not.toBe(pump('abc').group);
    expect(pump('abc', 7).deduplicationId).not.toBe(pump('abc').deduplicationId);
  });

  it.each([
    null,
    {},
    { ...pump('abc').body, v: 2 },
    { ...pump('abc').body, kind: 'nudge' },
    { ...pump('abc').body, plan: 1 },
  ])('are not %j', (body) => {
    expect(readPump(body)).toBeUndefined();
  });
});

describe('timers', () => {
  const timer = wake({ at: at(5), message: pump('abc').body });

  it('are read as they were sent', () => {
    expect(readWake(timer)).toEqual({ at: at(5), message: pump('abc').body });
  });

  it.each([
    null,
    {},
    { ...timer, v: 2 },
    { ...timer, kind: 'nudge' },
    { ...timer, at: '5' },
    { ...timer, message: 'pump' },
  ])('are not %j', (body) => {
    expect(readWake(body)).toBeUndefined();
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
