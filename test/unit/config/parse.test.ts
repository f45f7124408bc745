import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/config/parse.ts';
import { aRule } from '../../builders/config.ts';
import { complaints, yml } from './given.ts';

describe('a good file', () => {
  it('needs a version and a cluster, and every default is filled in', () => {
    expect(parseConfig('version: 1\nclusters: [prod]\npermissions: { passRoles: [] }')).toEqual({
      ok: true,
      config: {
        version: 1,
        mode: 'act',
        clusters: [{ name: 'prod', adoptByTag: false }],
        permissions: { passRoles: [] },
        deploy: [],
        reconcileMs: 900_000,
        share: 70,
        notify: [],
      },
      warnings: [],
    });
  });

  it('keeps everything that is written', () => {
    const text = [
      'version: 1',
      'mode: observe',
      'clusters: [prod, { name: dev, adoptByTag: true }]',
      'permissions: { passRoles: [shop-web-*, team/report-exec] }',
      'deploy:',
      '  - image: shop/**',
      '    tags: { semver: ">=1.0.0 <2.0.0" }',
      '    services: [prod/web, "dev/web-*"]',
      '    containers: [app]',
      '    base: latest',
      '    adopt: now',
      '    first: prod/web',
      '    parallel: 5',
      '    stopAfter: 2',
      '    every: 0s',
      '    rollback: notify',
      '    timeout: 90s',
      '    bake: 7d',
      '    schedules: true',
      'reconcile: 2h',
      'pacing: { share: 25 }',
      'notify:',
      '  - slack: { credentials: slipway/slack }',
      '    only: { kinds: [rollout.*], services: [prod/*], severity: warning }',
    ].join('\n');
    const parsed = parseConfig(text, { forPackaging: true });
    expect(parsed).toMatchObject({ ok: true, warnings: [] });
    if (!parsed.ok) return;
    expect(JSON.parse(JSON.stringify(parsed.config))).toEqual({
      version: 1,
      mode: 'observe',
      clusters: [
        { name: 'prod', adoptByTag: false },
        { name: 'dev', adoptByTag: true },
      ],
      permissions: { passRoles: ['shop-web-*', 'team/report-exec'] },
      deploy: [
        {
          image: 'shop/**',
          tags: { semver: '>=1.0.0 <2.0.0' },
          services: ['prod/web', 'dev/web-*'],
          containers: ['app'],
          base: 'latest',
          adopt: 'now',
          first: 'prod/web',
          parallel: 5,
          stopAfter: 2,
          everyMs: 0,
          rollback: 'notify',
          timeoutMs: 90_000,
          bakeMs: 604_800_000,
          schedules: true,
        },
      ],
      reconcileMs: 7_200_000,
      share: 25,
      notify: [
        {
          slack: { credentials: 'slipway/slack' },
          only: { kinds: ['rollout.*'], services: ['prod/*'], severity: 'warning' },
        },
      ],
    });
  });

  it('has every default of a rule filled in', () => {
    const parsed = parseConfig(yml('deploy: [{ image: shop/web, tags: { semver: ^1 } }]'));
    expect(parsed).toMatchObject({ ok: true, config: { deploy: [aRule()] } });
  });

  it('may share values through anchors', () => {
    const text = yml(
      'deploy:',
      '  - { image: shop/web, tags: &policy { semver: ^1 } }',
      '  - { image: shop/api, tags: *policy }',
    );
    const deploy = [{ tags: { semver: '^1' } }, { tags: { semver: '^1' } }];
    expect(parseConfig(text)).toMatchObject({ ok: true, config: { deploy } });
  });
});

describe('permissions', () => {
  const without = 'version: 1\nclusters: [prod]';

  it('are asked for when the stack is packaged', () => {
    const parsed = parseConfig(without, { forPackaging: true });
    expect(parsed).toMatchObject({ ok: false, problems: [{ line: 1, column: 1, path: 'permissions' }] });
  });

  it('are only missed with a warning elsewhere', () => {
    expect(parseConfig(without)).toMatchObject({ ok: true, warnings: [{ path: 'permissions' }] });
  });
});

const rule = (text: string) => yml('deploy:', `  - { image: shop/web, tags: { semver: ^1 }, ${text} }`);

describe('mistakes', () => {
  it('lists all mistakes at once, in the order of the file', () => {
    const text = yml(
      'mode: acr',
      'tasks: {}',
      'deploy:',
      '  - image: shop/web:1',
      '    services: [web, staging/web]',
      'notify: [{ slack: { credentials: a b } }]',
    );
    const places = complaints(text).map((line) => line.split('  ').slice(0, 2).join(' '));
    expect(places).toEqual([
      'slipway.yml:4:7 mode',
      'slipway.yml:5:1 tasks',
      'slipway.yml:7:5 deploy[0].tags',
      'slipway.yml:7:12 deploy[0].image',
      'slipway.yml:8:16 deploy[0].services[0]',
      'slipway.yml:8:21 deploy[0].services[1]',
      'slipway.yml:9:34 notify[0].slack.credentials',
    ]);
  });

  it('says of a file for another version nothing but that', () => {
    expect(complaints('version: 2\nanything: [else]')).toEqual([
      expect.stringContaining(
        '1:10  version  this version of Slipway reads version 1 of slipway.yml, not `2`',
      ),
    ]);
  });

  it('never repeats a secret that stands where its name belongs', () => {
    const found = complaints(
      yml('notify: [{ slack: { credentials: "https://hooks.slack.com/services/T0/B0/x0" } }]'),
    );
    expect(found).toEqual([expect.stringContaining('this looks like the secret itself')]);
    expect(found.join()).not.toContain('x0');
  });

  it('shows control characters of a name instead of sending them to the terminal', () => {
    const [found = ''] = complaints(rule(String.raw`services: ["prod/\e[31m\u202e"]`));
    expect(found).toContain(String.raw`prod/\u{1b}[31m\u{202e}`);
    expect(found).not.toMatch(/\p{Cc}/u);
  });
});
