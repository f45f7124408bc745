import { expect, it } from 'vitest';
import { settingsOf } from '../../../functions/image-pushed/settings.ts';
import { aRule } from '../../builders/config.ts';
import { account, region, registry } from '../../builders/rollouts.ts';
import { aConfig } from '../../fakes/fake-world.ts';

const home = { account, region };

it('takes from the configuration what this function uses', () => {
  const clusters = [
    { name: 'prod', adoptByTag: false },
    { name: 'dev', adoptByTag: true },
  ];
  const { mode, clusters: names, rules } = settingsOf(aConfig({ clusters, mode: 'observe' }), home);
  expect({ mode, names, adoptByTag: [...rules.adoptByTag] }).toEqual({
    mode: 'observe',
    names: ['prod', 'dev'],
    adoptByTag: ['dev'],
  });
  expect(rules.deploy.map(({ image, policy }) => [image, policy.source])).toEqual([
    ['shop/web', { semver: '^1' }],
    ['shop/proxy', { exact: 'stable' }],
  ]);
});

it('a policy that packaging should have refused stops the function', () => {
  const deploy = [aRule({ tags: { semver: 'nope' } })];
  expect(() => settingsOf(aConfig({ deploy }), home)).toThrow(/^deploy rule shop\/web: /);
});

it('a rule carries its terms and its bounds', () => {
  const deploy = [
    aRule({ first: 'prod/web-canary', parallel: 3, stopAfter: 2, bakeMs: 1, rollback: 'notify' }),
  ];
  const [rule] = settingsOf(aConfig({ deploy }), home).rules.deploy;
  expect(rule).toMatchObject({
    registry,
    adopt: 'baseline',
    terms: { everyMs: 60_000, timeoutMs: 900_000, bakeMs: 1, rollback: 'notify' },
    bounds: { first: { cluster: 'prod', service: 'web-canary' }, parallel: 3, stopAfter: 2 },
    schedules: false,
  });
});

it.each([
  [
    '222233334444.dkr.ecr.eu-central-1.amazonaws.com/shop/web',
    '222233334444.dkr.ecr.eu-central-1.amazonaws.com',
    'shop/web',
  ],
  ['shop/web', registry, 'shop/web'],
  ['web', registry, 'web'],
])('a rule for %s is one for the registry %s', (image, named, repository) => {
  const [rule] = settingsOf(aConfig({ deploy: [aRule({ image })] }), home).rules.deploy;
  expect(rule).toMatchObject({ registry: named, image: repository });
});
