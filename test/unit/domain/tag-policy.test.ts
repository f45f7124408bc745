import { describe, expect, it } from 'vitest';
import { chooseTag, wantsTag } from '../../../shared/domain/tag-policy/choose.ts';
import { describePolicy, policyKey } from '../../../shared/domain/tag-policy/policy.ts';
import { parseServiceTagPolicy } from '../../../shared/domain/tag-policy/service-tag.ts';
import { policy } from './tag-policy-given.ts';

const MAIN = { pattern: String.raw`^main-(?P<sha>[a-f0-9]+)-(?P<ts>\d+)$`, extract: '$ts' };

describe('chooseTag', () => {
  it('leaves the list of the caller as it was', () => {
    const tags = Object.freeze([{ tag: '2' }, { tag: '1' }, { tag: '3' }]);
    expect(chooseTag(policy({ semver: '*' }), tags)).toEqual({ kind: 'chosen', tag: '3' });
    expect(tags.map(({ tag }) => tag)).toEqual(['2', '1', '3']);
  });
});

describe('wantsTag', () => {
  it.for<[source: unknown, tag: string, running: string | undefined, expected: string]>([
    [{ semver: '^1' }, '1.0.0', undefined, 'wanted'],
    [{ semver: '^1' }, '1.0.0.sig', undefined, 'ignored'],
    [{ semver: '^1', pattern: '^v' }, '1.0.0', undefined, 'pattern does not match'],
    [{ semver: '^1', pattern: '^v(x?)', extract: '$1' }, 'v', undefined, 'extract is empty'],
    [{ numerical: 'ascending' }, 'latest', undefined, 'no number'],
    [{ bump: 'patch' }, '2.0.0', '1.0.0', 'outside the bump'],
    [{ bump: 'patch' }, '2.0.0', undefined, 'wanted'],
    [{ glob: 'a*' }, 'b', undefined, 'no match'],
    [{ glob: 'a*' }, 'ab', undefined, 'wanted'],
    [{ exact: 'a' }, 'b', undefined, 'another tag'],
    [{ exact: 'a' }, 'a', undefined, 'wanted'],
  ])('%j: %s, while %s runs: %s', ([source, tag, running, expected]) => {
    const answer = wantsTag(policy(source), tag, running);
    expect(answer.wanted ? 'wanted' : answer.reason).toBe(expected);
  });
});

describe('a policy', () => {
  it.each([
    [{ semver: '^1.4' }, 'semver ^1.4'],
    [
      { numerical: 'ascending', ...MAIN },
      String.raw`numerical ascending of $ts in ^main-(?P<sha>[a-f0-9]+)-(?P<ts>\d+)$`,
    ],
    [{ alphabetical: 'descending', pattern: '^v' }, 'alphabetical descending of tags in ^v'],
    [
      { newest: 'pushed', ignore: ['*-dev', 'x'], allowDowngrade: true },
      'newest pushed, ignoring *-dev, x, downgrades allowed',
    ],
  ])('%j is described as %s', (source, words) => {
    expect(describePolicy(policy(source))).toBe(words);
  });

  it('has one key however it is written', () => {
    const key = policyKey(policy({ allowDowngrade: true, semver: '1', pattern: undefined }));
    expect(key).toBe('{"semver":"1","allowDowngrade":true}');
    expect(policyKey(policy({ semver: '1', allowDowngrade: true }))).toBe(key);
  });
});

describe('the tag slipway:tags of a service', () => {
  it.each([
    ['semver:1.x', 'semver 1.x'],
    ['exact: latest', 'exact latest'],
    ['bump:minor', 'bump minor'],
    ['semver:1.2 - 2.0', 'semver 1.2 - 2.0'],
    ['latest', 'must be a policy like semver:1.x, not "latest"'],
    ['semver:', 'is no version range: "". Write ^1.4, ~1.4.2, 1.x or >=1.0.0 <2.0.0'],
    [
      'pattern:x',
      'must have exactly one of exact, glob, regex, semver, bump, numerical, alphabetical, newest; found none',
    ],
  ])('%s means %s', (text, expected) => {
    const parsed = parseServiceTagPolicy(text);
    expect(parsed.ok ? describePolicy(parsed.policy) : parsed.problem).toBe(expected);
  });
});
