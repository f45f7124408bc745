import { describe, expect, it } from 'vitest';
import { complaints, yml } from './given.ts';

const roles = (text: string) => `version: 1\nclusters: [a]\npermissions: { passRoles: [${text}] }`;
const secret = (text: string) => yml('notify:', `  - { slack: { credentials: ${text} } }`);
const only = (text: string) => yml('notify:', `  - { slack: { credentials: a/b }, only: { ${text} } }`);
const crowd = Array.from({ length: 101 }, (_, index) => `c${index}`).join();

describe('a mistake around the rules gets its line, its column and its fix', () => {
  it.each([
    ['a misspelt key', yml('mod: act'), '4:1  mod  unknown key `mod` → did you mean `mode`?'],
    [
      'a key like nothing',
      yml('zebra: 1'),
      '4:1  zebra  unknown key `zebra` → remove it; known here: version, mode',
    ],
    [
      'a key of the plan',
      yml('tasks: {}'),
      '4:1  tasks  `tasks` is part of slipway.yml, but this version of Slipway cannot do it yet → remove it',
    ],
    ['watch', yml('watch: []'), '4:1  watch  `watch` is part of slipway.yml'],
    [
      'a Slack channel',
      yml('notify:', '  - slack: { credentials: a/b, channel: "#d" }'),
      '5:32  notify[0].slack.channel  `channel` is part of slipway.yml',
    ],
    [
      'log groups',
      'version: 1\nclusters: [a]\npermissions: { passRoles: [], logGroups: [x] }',
      '3:31  permissions.logGroups  `logGroups` is part of slipway.yml',
    ],
    ['another mode', yml('mode: observ'), '4:7  mode  `mode` cannot be `observ` → did you mean `observe`?'],
    [
      'an empty value',
      yml('deploy:'),
      '4:8  deploy  `deploy` has no value → write it like `deploy: [{image:',
    ],
    [
      'a mapping for a list',
      yml('deploy: {}'),
      '4:9  deploy  `deploy` is a mapping, not a list → write it like',
    ],
    [
      'no tags',
      yml('deploy:', '  - image: shop/web'),
      '5:5  deploy[0].tags  `tags` is missing → add it like',
    ],
    [
      'text for a policy',
      yml('deploy:', '  - { image: a/b, tags: ^1 }'),
      '`tags` is text, not a mapping → write it like',
    ],
    ['a cluster twice', 'version: 1\nclusters: [a, { name: a }]', '2:15  clusters[1]  `a` stands here twice'],
    [
      'a cluster by ARN',
      'version: 1\nclusters: [arn:aws:ecs:eu-west-1:1:cluster/a]',
      'is an ARN → write the name',
    ],
    ['a cluster that is a number', 'version: 1\nclusters: [1]', '2:12  clusters[0]  a number is not a name'],
    [
      'a cluster of unknown kind',
      'version: 1\nclusters: [{ name: a, adopt: true }]',
      'did you mean `adoptByTag`?',
    ],
    [
      'no cluster',
      'version: 1\nclusters: []',
      '2:11  clusters  `clusters` is empty → write it like `clusters: [prod]`',
    ],
    [
      'every role',
      'version: 1\nclusters: [a]\npermissions: { passRoles: ["*"] }',
      'would let Slipway pass every role',
    ],
    [
      'a role by ARN',
      'version: 1\nclusters: [a]\npermissions: { passRoles: [arn:aws:iam::1:role/x/y] }',
      'alone: `x/y`',
    ],
    [
      'a kind nobody announces',
      only('kinds: [crash-loop.*]'),
      'announces nothing of the kind `crash-loop.*`',
    ],
    [
      'a severity nearly right',
      only('severity: warn'),
      '`severity` cannot be `warn` → did you mean `warning`?',
    ],
    [
      'a channel twice',
      yml('notify:', ...Array(2).fill('  - slack: { credentials: a/b }')),
      '6:5  notify[1]  ',
    ],
    [
      'no secret',
      yml('notify: [{ slack: {} }]'),
      'notify[0].slack.credentials  `credentials` is missing → add it like',
    ],
    [
      'quotes around the version',
      'version: "1"\nclusters: [a]',
      '1:10  version  `version` is text → write it without',
    ],
    ['no version', 'clusters: [a]', '1:1  version  `version` is missing → add it like `version: 1`'],
    [
      'a role that IAM could not hold',
      roles('"a b"'),
      '`a b` is no name of an IAM role → use letters, digits',
    ],
    [
      'a secret by ARN',
      secret('arn:aws:secretsmanager:eu-west-1:1:secret:a'),
      "is an ARN → write the secret's name alone",
    ],
    [
      'a secret that could not be',
      secret('a b'),
      '`a b` is no name of a Secrets Manager secret → use 1 to 512',
    ],
    [
      'a kind that could not be',
      only('kinds: [Rollout]'),
      '`Rollout` is no kind of notice → write it like `rollout.failed`',
    ],
    ['seconds between rounds', yml('reconcile: 90s'), '4:12  reconcile  `90s` is no whole number of minutes'],
    [
      'rounds too far apart',
      yml('reconcile: 2d'),
      '`2d` is more than 24h → write whole minutes from 1m to 24h',
    ],
    ['no share', yml('pacing: { share: 0 }'), '`share` cannot be `0` → write a whole number from 1 to 100'],
    ['more than all', yml('pacing: { share: 101 }'), '4:18  pacing.share  `share` cannot be `101`'],
    [
      'a number for pacing',
      yml('pacing: 70'),
      'is a number, not a mapping → write it like `pacing: {share: 70}`',
    ],
    ['too many clusters', `version: 1\nclusters: [${crowd}]`, 'has more than 100 entries'],
  ])('%s', (_when, text, complaint) => {
    const found = complaints(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(complaint);
    expect(found[0]).toMatch(/^slipway\.yml:\d+:\d+ {2}/);
  });
});
