import { describe, expect, it } from 'vitest';
import { complaints, yml } from './given.ts';

const rule = (text: string) => yml('deploy:', `  - { image: shop/web, tags: { semver: ^1 }, ${text} }`);
const tags = (text: string) => yml('deploy:', `  - { image: shop/web, tags: { ${text} } }`);
const image = (text: string) => yml('deploy:', `  - { image: ${text}, tags: { semver: ^1 } }`);
const only = (text: string) => yml('notify:', `  - { slack: { credentials: a/b }, only: { ${text} } }`);

describe('a mistake in how a deploy rule rolls', () => {
  it.each([
    [
      'a number for a duration',
      rule('every: 60'),
      '5:53  deploy[0].every  `every` is a number, not a duration → write it like `every: 60s`',
    ],
    [
      'two units',
      rule('every: 1h30m'),
      '`1h30m` is no duration → write a whole number and one unit, such as `90s`, `15m`, `2h` or `7d`',
    ],
    ['a timeout too short', rule('timeout: 0s'), '`0s` is less than 1s → write a duration from 1s to 24h'],
    ['a bake too long', rule('bake: 8d'), '`8d` is more than 7d → write a duration from 0s to 7d'],
    ['days between rollouts', rule('every: 2d'), '`2d` is more than 24h → write a duration from 0s to 24h'],
    [
      'nobody at once',
      rule('parallel: 0'),
      '`parallel` cannot be `0` → write a whole number from 1 to 10000',
    ],
    ['half a service', rule('parallel: 1.5'), '`parallel` cannot be `1.5` → write a whole number from 1'],
    ['a word for a number', rule('parallel: many'), '`parallel` is text, not a whole number → write it like'],
    ['too many', rule('stopAfter: 10001'), '`stopAfter` cannot be `10001` → write a whole number from 1 to'],
    ['never stopping', rule('stopAfter: 0'), '5:57  deploy[0].stopAfter  `stopAfter` cannot be `0`'],
    ['no value', rule('stopAfter:'), '`stopAfter` has no value → write it like `stopAfter: 1`, or remove it'],
    ['another adoption', rule('adopt: later'), '`adopt` cannot be `later` → write `baseline` or `now`'],
    ['another rollback', rule('rollback: notfy'), '`rollback` cannot be `notfy` → did you mean `notify`?'],
    ['text for yes', rule('schedules: yes'), '`schedules` is text, not `true` or `false` → write it like'],
    [
      'a first by pattern',
      rule('first: "prod/web-*"'),
      '`prod/web-*` has a wildcard, and one service goes first → name it: `cluster/service`',
    ],
    ['a first without its cluster', rule('first: web'), '`web` names no cluster → write `cluster/service`'],
    [
      'a first of a foreign cluster',
      rule('first: prud/web'),
      '5:53  deploy[0].first  rule 1 names cluster `prud`, which is not in `clusters` → add it to `clusters`, or did you mean `prod`?',
    ],
    [
      'a first that the rule does not roll',
      rule('services: [prod/web, "batch/*"], first: prod/api'),
      '5:86  deploy[0].first  `prod/api` is none of the services of rule 1 → name one that `services` covers',
    ],
  ])('%s', (_when, text, complaint) => {
    const found = complaints(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(complaint);
  });

  it.each([
    'services: [prod/web], first: prod/web',
    'services: ["prod/*"], first: prod/web',
    'first: batch/x',
  ])('is none in %s', (text) => {
    expect(complaints(rule(text))).toEqual([]);
  });
});

describe('a mistake in a deploy rule gets its line, its column and its fix', () => {
  it.each([
    [
      'a misspelt key of a rule',
      yml('deploy:', '  - image: shop/web', '    servces: [prod/web]', '    tags: { semver: ^1 }'),
      '6:5  deploy[0].servces  unknown key `servces` → did you mean `services`?',
    ],
    [
      'text for a list',
      rule('services: prod/web'),
      '5:56  deploy[0].services  `services` is text, not a list → write it like `services: [prod/web]`',
    ],
    [
      'a number for a name',
      rule('containers: [1.10]'),
      '5:59  deploy[0].containers[0]  `containers` holds a number, not text → put it in quotes: "1.10"',
    ],
    ['an empty list', rule('services: []'), '5:56  deploy[0].services  `services` is empty → write it like'],
    [
      'a tag that YAML reads as a number',
      tags('exact: 1.10'),
      '5:39  deploy[0].tags.exact  `exact` is a number, not text',
    ],
    ['such a tag and what it should be', tags('exact: 1.10'), ' → put it in quotes: "1.10"'],
    [
      'two policies',
      tags('exact: a, semver: ^1'),
      '5:30  deploy[0].tags  `tags` must have exactly one of exact, ',
    ],
    ['no policy', tags(''), '`tags` must have exactly one of exact, '],
    [
      'a misspelt policy',
      tags('semvr: ^1'),
      '5:32  deploy[0].tags.semvr  unknown key `semvr` → did you mean `semver`?',
    ],
    ['no range', tags('semver: "^^"'), '5:40  deploy[0].tags.semver  `semver` '],
    ['no RE2', tags('regex: "(?=a)"'), '5:39  deploy[0].tags.regex  `regex` '],
    ['a direction misspelt', tags('numerical: up'), '5:43  deploy[0].tags.numerical  `numerical` '],
    [
      'an extract without a pattern',
      tags('numerical: ascending, extract: $1'),
      '5:63  deploy[0].tags.extract  `extract` needs a pattern',
    ],
    [
      'an image with its registry and a tag',
      image('123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b:1'),
      'alone: `a/b`',
    ],
    [
      'an image of a registry that is none of ECR’s',
      image('ghcr.io/shop/web'),
      "names a registry that is none of ECR's",
    ],
    [
      'an image that no registry of ECR could hold',
      image('123456789012.dkr.ecr.eu-west-1.amazonaws.com/Shop'),
      '`Shop` is no name of an ECR repository',
    ],
    [
      'an image with a tag',
      image('shop/web:latest'),
      '5:14  deploy[0].image  `shop/web:latest` is an image with a tag',
    ],
    [
      'an image that ECR could not hold',
      image('Shop/Web'),
      '`Shop/Web` is no name of an ECR repository → use lower-case',
    ],
    [
      'an image of stars',
      image('"*-*-*-*-*-*"'),
      'has more than 5 wildcards → write several simpler patterns',
    ],
    [
      'a foreign cluster',
      yml(
        'deploy:',
        ...['web', 'staging/api'].map(
          (s) =>
            `  - { image: s/${s.slice(0, 3)}, tags: { semver: ^1 }, services: [${s.includes('/') ? s : 'prod/web'}] }`,
        ),
      ),
      'deploy[1].services[0]  rule 2 names cluster `staging`, which is not in `clusters` → add it to `clusters`',
    ],
    ['a cluster nearly right', rule('services: [prud/web]'), 'or did you mean `prod`?'],
    [
      'a service without its cluster',
      rule('services: [web]'),
      '`web` names no cluster → write `cluster/service`',
    ],
    ['a service with too much', rule('services: [prod/web/1]'), 'is not `cluster/service`'],
    [
      'every cluster',
      rule('services: ["*/web"]'),
      '`*` has a wildcard: permissions are made for clusters by name',
    ],
    [
      'a service twice',
      rule('services: [prod/web, prod/web]'),
      'services[1]  `prod/web` stands here twice → remove one',
    ],
    [
      'containers by pattern',
      rule('containers: ["app-*"]'),
      'containers are named exactly → name each container',
    ],
    [
      'a rule that never decides',
      yml('deploy:', '  - { image: a/b, tags: { semver: ^1 } }', '  - { image: a/b, tags: { semver: ^2 } }'),
      '6:5  deploy[1]  rule 2 never decides: rule 1 has the same image, services and containers',
    ],
    ['a channel of a foreign cluster', only('services: [dev/*]'), 'channel 1 names cluster `dev`'],
    [
      'a container that ECS could not hold',
      rule('containers: [a b]'),
      '`a b` is no name of a container → use 1 to 255',
    ],
  ])('%s', (_when, text, complaint) => {
    const found = complaints(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(complaint);
    expect(found[0]).toMatch(/^slipway\.yml:\d+:\d+ {2}/);
  });
});
