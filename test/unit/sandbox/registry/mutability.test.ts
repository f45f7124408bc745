import { PutImageCommand, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { loadImage } from '../../../../sandbox/push/load-image.ts';
import { isImmutable } from '../../../../sandbox/registry/mutability.ts';
import type { Mutability } from '../../../../sandbox/registry/types.ts';
import { anImage, aRegistry, aRunningRegistry } from '../../../builders/images.ts';
import { aManifest, client } from './client.ts';
import { ecrClient } from './ecr-client.ts';

const repositoryName = 'shop/web';

describe('a tag that exists', () => {
  it.each<[Mutability, string, string, boolean]>([
    ['MUTABLE', '', '1.0', true],
    ['IMMUTABLE', '', '1.0', false],
    ['IMMUTABLE_WITH_EXCLUSION', 'latest', 'latest', true],
    ['IMMUTABLE_WITH_EXCLUSION', 'latest', 'latest-1', false],
    ['IMMUTABLE_WITH_EXCLUSION', 'dev-*', 'dev-', true],
    ['IMMUTABLE_WITH_EXCLUSION', 'dev-*', 'dev-12', true],
    ['IMMUTABLE_WITH_EXCLUSION', 'dev-*', 'my-dev-12', false],
    ['IMMUTABLE_WITH_EXCLUSION', '*dev*', 'my-dev-12', true],
    ['IMMUTABLE_WITH_EXCLUSION', '*-rc*', '1.0-rc', true],
    ['IMMUTABLE_WITH_EXCLUSION', 'a*a', 'a', false],
    ['IMMUTABLE_WITH_EXCLUSION', 'a*a', 'aba', true],
    ['IMMUTABLE_WITH_EXCLUSION', 'a*b*c', 'acb', false],
    ['IMMUTABLE_WITH_EXCLUSION', 'a*b*c', 'axbxc', true],
    ['IMMUTABLE_WITH_EXCLUSION', '*-rc', '1.0-rc', true],
    ['IMMUTABLE_WITH_EXCLUSION', '*-rc', '1.0-rc2', false],
    ['MUTABLE_WITH_EXCLUSION', 'v*', 'v1', false],
    ['MUTABLE_WITH_EXCLUSION', 'v*', 'latest', true],
  ])('under %s %s: %s moves: %s', (...[mutability, filter, tag, moves]) => {
    const exclusionFilters = filter === '' ? [] : [{ filterType: 'WILDCARD' as const, filter }];
    const { registry } = aRegistry();
    loadImage(registry, { repository: repositoryName, tag }, anImage());
    const repository = registry.repositories.get(repositoryName);
    if (repository === undefined) throw new Error('no repository');
    expect(isImmutable({ ...repository, mutability, exclusionFilters }, tag)).toBe(!moves);
  });
});

describe('an immutable repository', () => {
  const text =
    "The image tag '1' already exists in the 'shop/web' repository and cannot be overwritten because the repository is immutable.";

  async function immutable() {
    const world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    loadImage(world.registry, { repository: repositoryName, tag: '1' }, anImage());
    const imageTagMutability = 'IMMUTABLE' as const;
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability }));
    return { world, ecr };
  }

  it('refuses another image under a tag over /v2, with the words of ECR', async () => {
    const { world } = await immutable();
    await using _end = world;
    const to = client(world.url);
    const response = await to.manifest('1', await aManifest(to));
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ code: 'TAG_INVALID', message: text }] },
    ]);
    expect(world.events).toHaveLength(1);
  });

  it('refuses even the same image, over its API too', async () => {
    const { world, ecr } = await immutable();
    await using _end = world;
    const imageManifest = Buffer.from(anImage().manifest.bytes).toString();
    const sent = ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: '1' }));
    await expect(sent).rejects.toMatchObject({ name: 'ImageTagAlreadyExistsException', message: text });
    expect(() => loadImage(world.registry, { repository: repositoryName, tag: '1' }, anImage())).toThrow(
      text,
    );
  });

  it('takes new tags', async () => {
    const { world } = await immutable();
    await using _end = world;
    loadImage(world.registry, { repository: repositoryName, tag: '2' }, anImage());
    expect(world.events).toHaveLength(2);
  });
});
