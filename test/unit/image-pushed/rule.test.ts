import { describe, expect, it } from 'vitest';
import { chooseRule, mayWant, type Rules, ruleWords } from '../../../functions/image-pushed/decide/rule.ts';
import { defaultTerms } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import { aService, aTarget, registry } from '../../builders/rollouts.ts';
import { aCandidate, aRule, rules, seenAs } from './given.ts';

const image = { registry, repository: 'shop/web' };
const abroad = { registry: '999999999999.dkr.ecr.us-east-1.amazonaws.com', repository: 'shop/web' };
const [first, second] = [aRule({ services: ['prod/w*'] }), aRule({ image: 'shop/*' })];

function target(service = 'web', tags: Readonly<Record<string, string>> = {}): Target {
  const seen = seenAs(aCandidate({ service: aService({ service, tags }) }));
  return { ...aTarget(), service, seen };
}

describe('the rule of a service', () => {
  it('is the first of the file that matches image and service', () => {
    expect(chooseRule(rules(first, second), image, target())).toEqual({ kind: 'rule', rule: first });
    expect(chooseRule(rules(second, first), image, target())).toEqual({ kind: 'rule', rule: second });
    expect(chooseRule(rules(first, second), image, target('api'))).toEqual({ kind: 'rule', rule: second });
  });

  it.each([
    ['names no service of that name', rules(aRule({ services: ['dev/*'] })), image],
    ['is about another registry', rules(aRule()), abroad],
    ['is about the registry at home', rules(aRule({ registry: abroad.registry })), image],
  ])('is none where a rule %s', (_why, all, wanted) => {
    expect(chooseRule(all, wanted, target())).toEqual({ kind: 'none', reason: 'no rule names it' });
  });

  it('is one that names another registry, for images of that one', () => {
    const rule = aRule({ registry: abroad.registry });
    expect(chooseRule(rules(rule), abroad, target())).toEqual({ kind: 'rule', rule });
  });

  const adopting = (...deploy: Rules['deploy']): Rules => ({
    ...rules(...deploy),
    adoptByTag: new Set(['prod']),
  });
  const tagged = (value: string) => target('web', { 'slipway:tags': value });

  it('is the service’s own tag where the cluster allows it, with the terms that nobody wrote', () => {
    const choice = chooseRule(adopting(), image, tagged('semver:1.x'));
    expect(choice).toMatchObject({
      kind: 'rule',
      rule: {
        base: 'running',
        adopt: 'baseline',
        policy: { source: { semver: '1.x' } },
        terms: defaultTerms,
      },
    });
    expect(choice).not.toHaveProperty('rule.bounds');
  });

  it('is the file’s before the service’s own', () => {
    expect(chooseRule(adopting(first), image, tagged('exact:latest'))).toEqual({ kind: 'rule', rule: first });
  });

  it('is no tag that is invalid, which says so', () => {
    expect(chooseRule(adopting(), image, tagged('latest'))).toEqual({
      kind: 'none',
      reason: 'slipway:tags is invalid',
      detail: 'must be a policy like semver:1.x, not "latest"',
    });
  });

  it('is no tag where the cluster does not allow it, nor for images of another registry', () => {
    const own = tagged('exact:latest');
    expect(chooseRule(rules(), image, own)).toMatchObject({
      reason: 'slipway:tags is not allowed in this cluster',
    });
    expect(chooseRule(adopting(), abroad, own)).toMatchObject({ reason: 'no rule names it' });
  });
});

describe('the rule of what fires tasks', () => {
  const nightly = target('schedule:default/nightly');

  it.each([
    ['moves schedules', aRule({ schedules: true }), 'rule'],
    [
      'moves schedules, and names services of its cluster',
      aRule({ schedules: true, services: ['prod/web'] }),
      'rule',
    ],
    ['moves schedules, and names another cluster', aRule({ schedules: true, services: ['dev/*'] }), 'none'],
    ['moves services alone', aRule(), 'none'],
  ])('one that %s', (_what, rule, expected) => {
    expect(chooseRule(rules(rule), image, nightly).kind).toBe(expected);
  });
});

it.each([
  ['a rule names it', rules(aRule()), image, true],
  ['no rule names it', rules(aRule({ image: 'shop/api' })), image, false],
  ['a service could, by its own tag', { ...rules(), adoptByTag: new Set(['dev']) }, image, true],
  ['it is abroad, where no tag reaches', { ...rules(), adoptByTag: new Set(['dev']) }, abroad, false],
])('a repository may be wanted when %s', (...[, all, wanted, expected]) => {
  expect(mayWant(all, wanted)).toBe(expected);
});

it('rules of one policy are told apart by their services', () => {
  expect(ruleWords(aRule())).toBe('semver ^1');
  expect(ruleWords(first)).toBe('semver ^1 for prod/w*');
});
