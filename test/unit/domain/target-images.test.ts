import { describe, expect, it } from 'vitest';
import {
  asImages,
  containersAfter,
  digestsOf,
  imagesOf,
  isPinned,
  remember,
  wantedAgain,
} from '../../../shared/domain/target/images.ts';
import {
  aProxy,
  aRollout,
  arn,
  aTarget,
  at,
  aWanted,
  digest,
  pinnedImage,
  registry,
} from '../../builders/rollouts.ts';

it('images are pinned by digest', () => {
  expect(imagesOf({ app: aWanted(), proxy: aProxy() })).toEqual({
    app: pinnedImage('b'),
    proxy: pinnedImage('e', 'shop/proxy'),
  });
});

describe('what containers run after a rollout', () => {
  const before = [
    { name: 'app', image: pinnedImage('a') },
    { name: 'log', image: 'fluent/fluent-bit:3' },
  ];

  it('is what it changed, and else what it was', () => {
    expect(containersAfter(before, aRollout())).toEqual([
      { name: 'app', image: pinnedImage('b') },
      { name: 'log', image: 'fluent/fluent-bit:3' },
    ]);
  });

  it('is what the good revision ran, after going back; of containers that nobody saw too', () => {
    const images = { log: `fluent/fluent-bit@${digest('f')}`, proxy: pinnedImage('d', 'shop/proxy') };
    const goBackTo = { revision: arn(1), images, at: at(0) };
    expect(containersAfter(before, { changes: {}, goBackTo })).toEqual([
      { name: 'app', image: pinnedImage('a') },
      { name: 'log', image: `fluent/fluent-bit@${digest('f')}` },
      { name: 'proxy', image: pinnedImage('d', 'shop/proxy') },
    ]);
  });
});

describe('an image with the digest that runs', () => {
  it.each([
    ['by tag', 'nginx:1.25', `nginx@${digest('f')}`],
    ['by nothing', 'nginx', `nginx@${digest('f')}`],
    ['of a registry with a port', 'localhost:5000/nginx', `localhost:5000/nginx@${digest('f')}`],
    ['by digest already', pinnedImage('a'), pinnedImage('a')],
  ])('%s', (_what, image, expected) => {
    expect(asImages([{ name: 'one', image }], { one: digest('f') })).toEqual({ one: expected });
  });

  it('of which nobody knows the digest stays', () => {
    expect(asImages([{ name: 'one', image: 'nginx' }])).toEqual({ one: 'nginx' });
    expect(isPinned('nginx')).toBe(false);
  });
});

describe('what is wanted again', () => {
  const good = {
    revision: arn(1),
    images: { app: pinnedImage('b'), proxy: `${registry}/shop/proxy:2@${digest('c')}`, log: 'nginx:1' },
    at: at(0),
  };

  it('is known by the tag under which it was wanted before, or by its own', () => {
    const again = wantedAgain(aTarget(aRollout({ changes: { app: aWanted({ commit: '4f2c' }) } })), good, [
      'app',
      'proxy',
      'log',
      'none',
    ]);
    expect(Object.keys(again)).toEqual(['app', 'proxy']);
    expect(again['app']).toEqual(aWanted({ rule: 'rollback', commit: '4f2c' }));
    expect(again['proxy']).toMatchObject({ tag: '2', digest: digest('c'), pushedAt: 0 });
    expect(wantedAgain(aTarget(), good, ['app'])['app']).toMatchObject({ tag: '', pushedAt: 0 });
  });
});

describe('digests that ran', () => {
  it('are those of all images that name one, of any registry', () => {
    const images = [pinnedImage('a'), `nginx@${digest('f')}`, 'nginx:1', `${registry}/shop/web:1`];
    expect(digestsOf(images)).toEqual([digest('a'), digest('f')]);
  });

  it('are remembered once, the newest first, and not without end', () => {
    expect(remember([digest('a')], [digest('b'), digest('a'), digest('b')])).toEqual([
      digest('b'),
      digest('a'),
    ]);
    expect(
      remember(
        undefined,
        Array.from({ length: 500 }, (_, n) => String(n)),
      ),
    ).toHaveLength(300);
  });
});
