import { describe, expect, it } from 'vitest';
import {
  noticeKinds,
  type RolloutNoticeKind,
  rolloutNotice,
  rolloutNoticeKinds,
  severities,
  systemNotice,
  systemNoticeKinds,
  targetNotice,
  targetNoticeKinds,
} from '../../../shared/domain/notice.ts';
import type { Rollout } from '../../../shared/domain/target/rollout.ts';
import { aRollout, arn, aTarget, at, digest, name } from '../../builders/rollouts.ts';

const good = { revision: arn(1), images: {}, at: at(0) };
const image = { repository: 'shop/web', tag: '1.1.0', digest: digest('b') };

function told(kind: RolloutNoticeKind, overrides: Partial<Rollout> = {}): string {
  const rollout = aRollout(overrides);
  return rolloutNotice(aTarget(rollout), rollout, { kind, at: at(9) }).text;
}

describe('a notice of a rollout', () => {
  it('says why there is one, and who asked', () => {
    const rollout = aRollout({ cause: 'deploy', by: 'grace' });
    const notice = rolloutNotice(aTarget(rollout), rollout, { kind: 'rollout.started', at: at(9) });
    expect(notice.rollout).toMatchObject({ cause: 'deploy', by: 'grace' });
  });

  it.each(['rollback', 'manual-rollback', 'restore'] as const)(
    'caused by %s is told as a way back',
    (cause) => {
      for (const kind of rolloutNoticeKinds.filter((one) => one !== 'rollout.observed')) {
        const text = told(kind, { cause, goBackTo: good });
        expect(text, kind).not.toBe(told(kind, { cause: 'push' }));
        expect(text, kind).toContain('shop/web:1.1.0 (bbbbbbbbbbbb) in app');
      }
      expect(told('rollout.completed', { cause, goBackTo: good })).toBe(
        'prod/web was rolled back and runs shop/web:1.1.0 (bbbbbbbbbbbb) in app again',
      );
    },
  );

  it('of a push that also undoes what failed is told as the push it is', () => {
    expect(told('rollout.started', { cause: 'push', goBackTo: good })).toMatch(/^Rolling prod\/web to shop/);
  });

  it('of a rollback names the revision where no image is known by its digest', () => {
    expect(told('rollout.started', { cause: 'rollback', goBackTo: good, changes: {} })).toBe(
      'Rolling prod/web back to web:1',
    );
  });

  it('names an image without a tag by its digest', () => {
    const changes = { app: { ...image, registry: 'r', pushedAt: 0, rule: 'rollback', tag: '' } };
    expect(told('rollout.completed', { changes })).toBe('prod/web now runs shop/web (bbbbbbbbbbbb) in app');
  });
});

describe('a notice of a target', () => {
  it.each([
    ['target.held', 'prod/web is on hold: why'],
    ['target.resumed', 'prod/web is no longer on hold'],
    [
      'target.quarantined',
      'shop/web:1.1.0 (bbbbbbbbbbbb) is quarantined for prod/web: why. Pushing it again does nothing; a new image lifts it',
    ],
    ['target.unquarantined', 'shop/web:1.1.0 (bbbbbbbbbbbb) is no longer quarantined for prod/web'],
    ['target.attention', 'prod/web needs a person: why'],
  ] as const)('%s', (kind, text) => {
    const notice = targetNotice(name, { kind, at: at(1), reason: 'why', by: 'grace', image });
    expect(notice).toMatchObject({
      v: 1,
      ...name,
      kind,
      at: at(1),
      text,
      target: { reason: 'why', by: 'grace', image },
    });
  });

  it('is another one at another moment, of another kind, target or image, and else the same', () => {
    const said = { kind: 'target.quarantined', at: at(1), reason: 'why', image } as const;
    const ids = [
      targetNotice(name, said),
      targetNotice({ ...name, service: 'api' }, said),
      targetNotice(name, { ...said, at: at(2) }),
      targetNotice(name, { ...said, kind: 'target.unquarantined' }),
      targetNotice(name, { ...said, image: { ...image, digest: digest('c') } }),
      targetNotice(name, { ...said, image: undefined }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(targetNotice(name, { ...said, reason: 'said again' }).id).toBe(ids[0]);
  });
});

describe('a notice of more than one target', () => {
  it('names no service, and a cluster only where it concerns one', () => {
    const said = { about: 'x', at: at(1), text: 'words', system: { reason: 'why' } } as const;
    expect(systemNotice({ ...said, kind: 'system.paused' })).toMatchObject({
      cluster: '',
      service: '',
      text: 'words',
    });
    expect(systemNotice({ ...said, kind: 'system.foreign-cluster', cluster: 'dev' })).toMatchObject({
      cluster: 'dev',
      service: '',
    });
  });

  it('is the same one when it is said again of the same', () => {
    const said = { kind: 'system.plan-stopped', at: at(1), text: '', system: { reason: '' } } as const;
    const [first, again, other] = ['a', 'a', 'b'].map((about) => systemNotice({ ...said, about }).id);
    expect([first === again, first === other]).toEqual([true, false]);
  });
});

it('every kind belongs to one family, and has a severity', () => {
  expect(noticeKinds).toHaveLength(
    rolloutNoticeKinds.length + targetNoticeKinds.length + systemNoticeKinds.length,
  );
  const said = { at: at(1), reason: '', text: '', about: 'x', system: { reason: '' } };
  const rollout = aRollout();
  const notices = [
    ...rolloutNoticeKinds.map((kind) => rolloutNotice(aTarget(rollout), rollout, { kind, at: at(1) })),
    ...targetNoticeKinds.map((kind) => targetNotice(name, { ...said, kind })),
    ...systemNoticeKinds.map((kind) => systemNotice({ ...said, kind })),
  ];
  expect(notices.every(({ severity }) => severities.includes(severity))).toBe(true);
});
