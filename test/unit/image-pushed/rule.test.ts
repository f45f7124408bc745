import { describe, expect, it } from 'vitest';
import { chooseRule, mayWant, type Rules } from '../../../functions/image-pushed/decide/rule.ts';
import { aService } from '../../builders/rollouts.ts';
import { aRule, rules } from './given.ts';

const [first, second] = [aRule({ services: ['prod/w*'] }), aRule({ image: 'shop/*' })];

describe('the rule of a service', () => {
  it('is the first of the file that matches image and service', () => {
    expect(chooseRule(rules(first, second), 'shop/web', aService())).toEqual({ kind: 'rule', rule: first });
    expect(chooseRule(rules(second, first), 'shop/web', aService())).toEqual({ kind: 'rule', rule: second });
    expect(chooseRule(rules(first, second), 'shop/web', aService({ service: 'api' }))).toEqual({
      kind: 'rule',
      rule: second,
    });
  });

  it('is none where no rule names it', () => {
    const other = aRule({ services: ['dev/*'] });
    expect(chooseRule(rules(other), 'shop/web', aService())).toEqual({
      kind: 'none',
      reason: 'no rule names it',
    });
  });

  const adopting = (...deploy: Rules['deploy']): Rules => ({ deploy, adoptByTag: new Set(['prod']) });
  const tagged = (value: string) => aService({ tags: { 'slipway:tags': value } });

  it('is the service’s own tag where the cluster allows it', () => {
    expect(chooseRule(adopting(), 'shop/web', tagged('semver:1.x'))).toMatchObject({
      kind: 'rule',
      rule: { base: 'running', policy: { source: { semver: '1.x' } } },
    });
  });

  it('is the file’s before the service’s own', () => {
    expect(chooseRule(adopting(first), 'shop/web', tagged('exact:latest'))).toEqual({
      kind: 'rule',
      rule: first,
    });
  });

  it('is no tag that is invalid, which says so', () => {
    expect(chooseRule(adopting(), 'shop/web', tagged('latest'))).toEqual({
      kind: 'none',
      reason: 'slipway:tags is invalid',
      detail: 'must be a policy like semver:1.x, not "latest"',
    });
  });

  it('is no tag where the cluster does not allow it', () => {
    expect(chooseRule(rules(), 'shop/web', tagged('exact:latest'))).toEqual({
      kind: 'none',
      reason: 'slipway:tags is not allowed in this cluster',
    });
  });
});

it.each([
  ['a rule names it', rules(aRule()), true],
  ['no rule names it', rules(aRule({ image: 'shop/api' })), false],
  ['a service could, by its own tag', { deploy: [], adoptByTag: new Set(['dev']) }, true],
])('a repository may be wanted when %s', (_when, all, expected) => {
  expect(mayWant(all, 'shop/web')).toBe(expected);
});
