import { expect, it } from 'vitest';
import { settingsOf } from '../../../functions/image-pushed/settings.ts';
import { aConfig } from '../../fakes/fake-world.ts';

it('takes from the configuration what this function uses', () => {
  const clusters = [
    { name: 'prod', adoptByTag: false },
    { name: 'dev', adoptByTag: true },
  ];
  const { mode, clusters: names, rules } = settingsOf(aConfig({ clusters, mode: 'observe' }));
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
  const deploy = [{ image: 'shop/web', tags: { semver: 'nope' }, base: 'running' as const }];
  expect(() => settingsOf(aConfig({ deploy }))).toThrow(/^deploy rule shop\/web: /);
});
