import { describe, expect, it } from 'vitest';
import { parseRevisionArn, parseServiceArn, revisionName } from '../../../shared/domain/arn.ts';
import { chunks } from '../../../shared/domain/chunks.ts';
import {
  ecrRegistry,
  isSameRegistry,
  parseImageRef,
  pinned,
  shortDigest,
} from '../../../shared/domain/image-ref.ts';
import { key } from '../../../shared/domain/key.ts';
import { nameMatches } from '../../../shared/domain/name-glob.ts';
import { unreachable } from '../../../shared/domain/unreachable.ts';
import { digest, registry } from '../../builders/rollouts.ts';

const prefix = 'arn:aws:ecs:eu-west-1:111122223333';

describe('ARNs', () => {
  it.each([
    [`${prefix}:service/prod/web`, undefined, { cluster: 'prod', service: 'web' }],
    [
      'arn:aws-cn:ecs:cn-north-1:111122223333:service/prod/web',
      undefined,
      { cluster: 'prod', service: 'web' },
    ],
    [`${prefix}:service/web`, `${prefix}:cluster/prod`, { cluster: 'prod', service: 'web' }],
    [`${prefix}:service/web`, 'prod', { cluster: 'prod', service: 'web' }],
    [`${prefix}:service/prod/web`, `${prefix}:cluster/other`, { cluster: 'prod', service: 'web' }],
    [`${prefix}:service/web`, undefined, undefined],
    [`${prefix}:task/prod/web`, 'prod', undefined],
    [`${prefix}:service/prod/web/more`, 'prod', undefined],
    ['web', 'prod', undefined],
  ])('%s of %s names %j', (text, cluster, expected) => {
    expect(parseServiceArn(text, cluster)).toEqual(expected);
  });

  it.each([
    [`${prefix}:task-definition/web:41`, { family: 'web', number: 41 }, 'web:41'],
    [`${prefix}:task-definition/web`, undefined, `${prefix}:task-definition/web`],
    ['web:41', undefined, 'web:41'],
  ])('the revision %s is %j', (text, expected, words) => {
    expect(parseRevisionArn(text)).toEqual(expected);
    expect(revisionName(text)).toBe(words);
  });
});

describe('image references', () => {
  const tag = '1.0.0';
  it.each([
    [`${registry}/shop/web:1.0.0`, { registry, repository: 'shop/web', tag, digest: undefined }],
    [
      `${registry}/shop/web@${digest('a')}`,
      { registry, repository: 'shop/web', tag: undefined, digest: digest('a') },
    ],
    [`${registry}/web:1.0.0@${digest('a')}`, { registry, repository: 'web', tag, digest: digest('a') }],
    [
      'localhost.test:5000/web',
      { registry: 'localhost.test:5000', repository: 'web', tag: undefined, digest: undefined },
    ],
    ['nginx:1', undefined],
    ['library/nginx', undefined],
    [`${registry}/`, undefined],
    [`${registry}/web:`, undefined],
    [`${registry}/web@sha256:abc`, undefined],
    [`${registry}/${'a'.repeat(600)}`, undefined],
    ['', undefined],
  ])('%s reads as %j', (text, expected) => {
    expect(parseImageRef(text)).toEqual(expected);
  });

  it('an evil one costs no time', () => {
    expect(parseImageRef(`${'a-'.repeat(128)}.${'a.'.repeat(100)}/!`)).toBeUndefined();
  });

  it('is pinned by its digest, whatever its tag', () => {
    const ref = { registry, repository: 'shop/web', tag: '1.0.0', digest: digest('a') };
    expect(pinned(ref)).toBe(`${registry}/shop/web@${digest('a')}`);
    expect(shortDigest(digest('a'))).toBe('aaaaaaaaaaaa');
  });

  it.each([
    ['eu-west-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
  ])('the registry in %s ends in %s', (region, suffix) => {
    expect(ecrRegistry('111122223333', region)).toBe(`111122223333.dkr.ecr.${region}.${suffix}`);
  });
});

describe('host names of one registry', () => {
  it.each([
    ['111122223333.dkr.ecr.eu-west-1.amazonaws.com', true],
    ['111122223333.dkr-ecr.eu-west-1.on.aws', true],
    ['111122223333.dkr.ecr-fips.eu-west-1.amazonaws.com', true],
    ['111122223333.dkr.ecr.us-east-1.amazonaws.com', false],
    ['999999999999.dkr.ecr.eu-west-1.amazonaws.com', false],
    ['111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.test', false],
    ['ghcr.io', false],
  ])('%s: %s', (host, expected) => {
    expect([isSameRegistry(registry, host), isSameRegistry(host, registry)]).toEqual([expected, expected]);
  });

  it('elsewhere is one alone', () => {
    expect([isSameRegistry('ghcr.io', 'ghcr.io'), isSameRegistry('ghcr.io', 'quay.io')]).toEqual([
      true,
      false,
    ]);
  });
});

describe('name globs', () => {
  it.each([
    ['shop/web', 'shop/web', true],
    ['shop/web', 'shop/webs', false],
    ['shop/web', 'shop', false],
    ['shop/*', 'shop/web', true],
    ['shop/*', 'shop/', true],
    ['shop/*', 'shop/web/deep', false],
    ['shop/**', 'shop/web/deep', true],
    ['**/web', 'web', true],
    ['**/web', 'shop/team/web', true],
    ['**', 'shop/team/web', true],
    ['shop/**/web', 'other/web', false],
    ['shop/w**b', 'shop/web', true],
    ['prod/web-?', 'prod/web-1', true],
    ['prod/web-?', 'prod/web-', false],
    ['prod/*-web-*', 'prod/a-web-web-b', true],
    ['*', '.hidden', true],
    ['prod/[ab]', 'prod/a', false],
    ['!shop/web', 'shop/api', false],
    ['shop/{web,api}', 'shop/web', false],
    ['shop/(web|api)', 'shop/web', false],
    ['rollout.*', 'rollout.failed', true],
    ['rollout.*', 'rolloutXfailed', false],
    ['*', 'a'.repeat(513), false],
    ['*'.repeat(513), 'a', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(nameMatches(pattern, name)).toBe(expected);
  });

  it('an evil one costs no time', () => {
    expect(nameMatches(`${'*a'.repeat(200)}b`, 'a'.repeat(500))).toBe(false);
    expect(nameMatches(`${'**/a/'.repeat(100)}b`, 'a/'.repeat(250))).toBe(false);
  });
});

describe('small things', () => {
  it('a list in pieces keeps its order and all of it', () => {
    expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(chunks([], 2)).toEqual([]);
  });

  it('keys are equal for equal parts alone, and fit into an SQS id', () => {
    expect(key('a', 'b')).toBe(key('a', 'b'));
    expect(key('ab')).not.toBe(key('a', 'b'));
    expect(key('1')).not.toBe(key(1));
    expect(key('a')).toMatch(/^[a-f0-9]{64}$/);
  });

  it('a case that a cast let through is not swallowed', () => {
    expect(() => unreachable('odd' as never)).toThrow('Unhandled case: "odd"');
  });
});
