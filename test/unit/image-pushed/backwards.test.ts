import { describe, expect, it } from 'vitest';
import { judgeMove } from '../../../functions/image-pushed/decide/backwards.ts';
import type { Rules } from '../../../functions/image-pushed/decide/rule.ts';
import type { Step } from '../../../shared/domain/target/accept.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import { aRollout, at, digest, pinnedImage, registry } from '../../builders/rollouts.ts';
import { aPolicy, aRule, rules, runningTarget } from './given.ts';

/** Digest letter → its tag, and when it was pushed. */
const known: Readonly<Record<string, readonly [tag: string, seconds: number | undefined]>> = {
  [digest('a')]: ['1.0.0', 10],
  [digest('b')]: ['1.1.0', 20],
  [digest('c')]: ['latest', undefined],
  [digest('d')]: ['1.1.0', 5],
};

function lookUp(reference: string) {
  const found = known[reference];
  if (found === undefined) return undefined;
  const [tag, seconds] = found;
  return { digest: reference, tags: [tag], pushedAt: seconds === undefined ? undefined : at(seconds) };
}

function judged(target: Target, all: Rules = rules(aRule())): Step | undefined {
  return judgeMove(target, { rules: all, image: { registry, repository: 'shop/web' }, lookUp, at: at(99) });
}

function moved(from: string, to: string): Target {
  return { ...runningTarget(to), movedFrom: [{ name: 'app', image: from }] };
}

const back = moved(pinnedImage('b'), pinnedImage('a'));

describe('another hand that goes back', () => {
  it('puts the target on hold, and says from what to what', () => {
    const step = judged(back);
    expect(step?.target).toMatchObject({
      movedFrom: undefined,
      hold: {
        by: 'slipway',
        at: at(99),
        reason: 'another hand moved app from 1.1.0 (bbbbbbbbbbbb) back to 1.0.0 (aaaaaaaaaaaa)',
      },
    });
    expect(step?.notices.map(({ kind }) => kind)).toEqual(['target.held']);
  });

  it.each([
    ['by time, where the rule wants one tag alone', { exact: 'stable' }],
    ['whatever the rule allows pushes', { semver: '^1', allowDowngrade: true }],
    ['in the order of the pushes', { newest: 'pushed' }],
  ] as const)('%s', (_how, source) => {
    expect(judged(back, rules(aRule({ policy: aPolicy(source) })))?.target.hold).toBeDefined();
  });

  it('by time, where both are pushes of one tag', () => {
    expect(judged(moved(pinnedImage('b'), pinnedImage('d')))?.target.hold).toBeDefined();
  });

  it('names what runs by its tag where nobody knows its digest', () => {
    const step = judged(moved(`${registry}/shop/web:1.5.0`, `${registry}/shop/web:1.4.0`));
    expect(step?.target.hold?.reason).toBe('another hand moved app from 1.5.0 back to 1.4.0');
  });
});

describe('another hand that does not go back', () => {
  const newest = rules(aRule({ policy: aPolicy({ newest: 'pushed' }) }));

  it.each<[string, Target, Rules?]>([
    ['goes forward', moved(pinnedImage('a'), pinnedImage('b'))],
    [
      'sets the same digest under another name',
      moved(`${registry}/shop/web:1.1.0@${digest('b')}`, pinnedImage('b')),
    ],
    ['sets what nobody can compare', moved(pinnedImage('b'), pinnedImage('f'))],
    ['comes from what nobody can compare', moved(pinnedImage('f'), pinnedImage('b'))],
    ['replaces what has no known time', moved(pinnedImage('c'), pinnedImage('a')), newest],
    ['takes the container away', { ...back, movedFrom: [{ name: 'gone', image: pinnedImage('b') }] }],
    ['moves what no rule names', back, rules()],
    ['moves what is on hold anyway', { ...back, hold: { reason: 'freeze', by: 'ann', at: at(0) } }],
  ])('%s: it is settled without a word', (_what, target, all) => {
    const step = judged(target, all);
    expect(step?.target.movedFrom).toBeUndefined();
    expect(step?.target.hold).toEqual(target.hold);
    expect(step?.notices).toEqual([]);
  });

  it('leaves containers of other repositories to whoever looks at those', () => {
    const proxy = { name: 'proxy', image: pinnedImage('e', 'shop/proxy') };
    const step = judged({
      ...moved(pinnedImage('a'), pinnedImage('b')),
      movedFrom: [{ name: 'app', image: pinnedImage('a') }, proxy],
    });
    expect(step?.target.movedFrom).toEqual([proxy]);
  });
});

it.each<[string, Target]>([
  ['nobody moved it', runningTarget(pinnedImage('a'))],
  ['nobody has seen it', { ...back, seen: undefined }],
  ['a rollout of ours goes on', { ...back, rollouts: [aRollout()] }],
])('nothing is judged where %s', (_when, target) => {
  expect(judged(target)).toBeUndefined();
});
