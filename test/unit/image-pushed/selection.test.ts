import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../functions/image-pushed/decide/rule.ts';
import {
  type Selection,
  type Shelf,
  selectFor,
  type Tagged,
} from '../../../functions/image-pushed/decide/selection.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import { at, digest, pinnedImage, registry } from '../../builders/rollouts.ts';
import { aPolicy, aRule, rules, runningTarget } from './given.ts';

function aShelf(...tagged: readonly [tag: string, digit: string, seconds?: number][]): Shelf {
  const all = tagged.map(
    ([tag, digit, seconds]): Tagged => ({
      tag,
      digest: digest(digit),
      pushedAt: seconds === undefined ? undefined : at(seconds),
    }),
  );
  const lookUp = (reference: string) => {
    const held = all.filter((one) => one.digest === reference || one.tag === reference);
    const [first] = held;
    return first && { digest: first.digest, tags: held.map(({ tag }) => tag), pushedAt: first.pushedAt };
  };
  return {
    registry,
    repository: 'shop/web',
    tags: new Map(all.map((one) => [one.tag, one])),
    lookUp,
    readAt: at(0),
  };
}

const shelf = aShelf(['1.0.0', 'a'], ['1.1.0', 'b'], ['2.0.0', 'c']);

function selected(overrides: Partial<Target>, rule: Partial<Rule> = {}): Selection | undefined {
  const target = { ...runningTarget(pinnedImage('a')), ...overrides };
  return selectFor(target, rules(aRule(rule)), shelf);
}

describe('at the first look', () => {
  it('what the policy selects is the baseline, and nothing is chosen', () => {
    expect(selected({})).toEqual({ baseline: { app: digest('b') }, chosen: undefined });
  });

  it('what is selected is chosen at once where the rule adopts now', () => {
    expect(selected({}, { adopt: 'now' })).toEqual({
      baseline: { app: '' },
      chosen: { tag: '1.1.0', digest: digest('b'), pushedAt: undefined },
    });
  });

  it.each([
    ['no tag is wanted', { policy: aPolicy({ semver: '^9' }) }],
    ['what is selected runs', { policy: aPolicy({ exact: '1.0.0' }) }],
  ])('nothing is noted, but that somebody looked, where %s', (_when, rule) => {
    expect(selected({}, rule)).toEqual({ baseline: { app: '' }, chosen: undefined });
  });

  it('each container has its own', () => {
    const target = { ...runningTarget(pinnedImage('a'), pinnedImage('a')), baseline: { app: digest('b') } };
    expect(selectFor(target, rules(aRule()), shelf)?.baseline).toEqual({ 'more-1': digest('b') });
  });
});

describe('later', () => {
  it.each<[string, Partial<Target>, string | undefined]>([
    ['what came since is chosen', { baseline: { app: '' } }, '1.1.0'],
    ['the baseline is not', { baseline: { app: digest('b') } }, undefined],
    ['what runs is not', { baseline: { app: '' }, ...seenRunning('b') }, undefined],
    ['what the registry has forgotten is replaced', { baseline: { app: '' }, ...seenRunning('f') }, '1.1.0'],
    ['what is older than what runs is not', { baseline: { app: '' }, ...seenRunning('c') }, undefined],
  ])('%s', (_what, overrides, expected) => {
    expect(selected(overrides)?.chosen?.tag).toBe(expected);
  });

  it('only the containers that the rule names count', () => {
    const baseline = { app: '', 'more-1': '' };
    const target = { ...runningTarget(pinnedImage('b'), pinnedImage('a')), baseline };
    const only = (name: string) =>
      selectFor(target, rules(aRule({ containers: [name] })), shelf)?.chosen?.tag;
    expect([only('app'), only('more-1')]).toEqual([undefined, '1.1.0']);
  });

  function seenRunning(digit: string): Partial<Target> {
    return { seen: runningTarget(pinnedImage(digit)).seen };
  }
});

it('nothing is selected for what no rule names, or nobody has seen', () => {
  expect(selectFor(runningTarget(pinnedImage('a')), rules(), shelf)).toBeUndefined();
  expect(selected({ seen: undefined })).toBeUndefined();
});
