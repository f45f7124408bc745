import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  ListImageReferrersCommand,
  paginateDescribeImages,
  paginateListImages,
} from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { loadImage } from '../../../../sandbox/push/load-image.ts';
import { anImage, aRunningRegistry } from '../../../builders/images.ts';
import { ecrClient } from './ecr-client.ts';

const repositoryName = 'shop/web';
const index = 'application/vnd.oci.image.index.v1+json';
const none = `sha256:${'0'.repeat(64)}`;
const at = (tag: string) => ({ repository: repositoryName, tag });

describe('DescribeImages', () => {
  it('says of an image its tags, size, types, and when its digest came, whenever a tag moved to it', async () => {
    await using world = await aRunningRegistry();
    const image = anImage();
    loadImage(world.registry, at('1'), image);
    world.clock.advance(60_000);
    loadImage(world.registry, at('latest'), image);
    const { imageDetails } = await ecrClient(world.url).send(new DescribeImagesCommand({ repositoryName }));
    expect(imageDetails).toEqual([
      {
        registryId: '000000000000',
        repositoryName,
        imageDigest: image.manifest.digest,
        imageTags: ['1', 'latest'],
        imagePushedAt: new Date('2026-11-01T00:00:00Z'),
        imageSizeInBytes: [...image.blobs.values()].reduce((sum, { length }) => sum + length, 0),
        imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
        imageStatus: 'ACTIVE',
      },
    ]);
  });

  it('gives an index the size of its largest child, and no artifact type', async () => {
    await using world = await aRunningRegistry();
    loadImage(world.registry, at('1'), anImage({ platforms: ['linux/amd64', 'linux/s390x'] }));
    const { imageDetails = [] } = await ecrClient(world.url).send(
      new DescribeImagesCommand({ repositoryName }),
    );
    const [tagged, ...children] = imageDetails.toSorted(
      (a, b) => (a.imageTags ? -1 : 0) - (b.imageTags ? -1 : 0),
    );
    const sizes = children.map(({ imageSizeInBytes = 0 }) => imageSizeInBytes);
    expect(tagged).toMatchObject({ imageManifestMediaType: index, imageSizeInBytes: Math.max(...sizes) });
    expect(tagged).not.toHaveProperty('artifactMediaType');
  });

  it('finds by tag and by digest, and says which image is not there', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    const imageDigest = loadImage(world.registry, at('1'), anImage());
    const both = [{ imageTag: '1' }, { imageDigest }];
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: both }));
    expect(imageDetails).toMatchObject([{ imageDigest }]);
    const sent = ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: '2' }] }));
    await expect(sent).rejects.toMatchObject({
      name: 'ImageNotFoundException',
      message:
        "The image with imageId {imageDigest:'null', imageTag:'2'} does not exist within the repository with name 'shop/web' in the registry with id '000000000000'",
    });
  });

  it('shows a tag that moved on the new image alone', async () => {
    await using world = await aRunningRegistry();
    loadImage(world.registry, at('1'), anImage());
    loadImage(world.registry, at('1'), anImage({ seed: 'b' }));
    const { imageDetails = [] } = await ecrClient(world.url).send(
      new DescribeImagesCommand({ repositoryName }),
    );
    expect(imageDetails.map(({ imageTags }) => imageTags)).toEqual([undefined, ['1']]);
  });

  it('comes in pages, and by whether there is a tag', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    loadImage(world.registry, at('1'), anImage({ platforms: ['linux/amd64', 'linux/arm64'] }));
    const seen = async (filter: { tagStatus?: 'TAGGED' | 'UNTAGGED' }) => {
      const sizes: number[] = [];
      const pages = paginateDescribeImages({ client: ecr, pageSize: 2 }, { repositoryName, filter });
      for await (const { imageDetails = [] } of pages) sizes.push(imageDetails.length);
      return sizes;
    };
    expect(await seen({})).toEqual([2, 1]);
    expect(await seen({ tagStatus: 'TAGGED' })).toEqual([1]);
    expect(await seen({ tagStatus: 'UNTAGGED' })).toEqual([2]);
  });

  it.each([
    ['a token of nobody', { nextToken: 'abc' }],
    ['ids and a page size', { maxResults: 1, imageIds: [{ imageTag: '1' }] }],
    ['a page size of none', { maxResults: 0 }],
  ])('refuses %s', async (_what, input) => {
    await using world = await aRunningRegistry();
    loadImage(world.registry, at('1'), anImage());
    const sent = ecrClient(world.url).send(new DescribeImagesCommand({ repositoryName, ...input }));
    await expect(sent).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

it('ListImages gives an id for each tag, and one for an image without any', async () => {
  await using world = await aRunningRegistry();
  const image = anImage({ attestation: true });
  for (const tag of ['1', 'latest']) loadImage(world.registry, at(tag), image);
  const ids: unknown[] = [];
  const pages = paginateListImages({ client: ecrClient(world.url), pageSize: 3 }, { repositoryName });
  for await (const { imageIds = [] } of pages) ids.push(...imageIds);
  const imageDigest = image.manifest.digest;
  expect(ids).toEqual([
    ...image.children.map(({ digest }) => ({ imageDigest: digest })),
    { imageDigest, imageTag: '1' },
    { imageDigest, imageTag: 'latest' },
  ]);
});

describe('BatchGetImage', () => {
  it('gives manifests as they were pushed, and failures beside them', async () => {
    await using world = await aRunningRegistry();
    const { manifest } = anImage();
    loadImage(world.registry, at('1'), anImage());
    const imageIds = [
      { imageTag: '1' },
      { imageDigest: manifest.digest },
      { imageTag: '2' },
      { imageDigest: none },
      { imageDigest: 'sha256:1' },
      { imageTag: '-' },
      {},
    ];
    const { images, failures } = await ecrClient(world.url).send(
      new BatchGetImageCommand({ repositoryName, imageIds }),
    );
    expect(images).toMatchObject([
      { imageId: { imageTag: '1' }, imageManifest: Buffer.from(manifest.bytes).toString() },
      { imageId: { imageDigest: manifest.digest }, imageManifestMediaType: manifest.mediaType },
    ]);
    expect(failures?.map(({ failureCode }) => failureCode)).toEqual([
      'ImageNotFound',
      'ImageNotFound',
      'InvalidImageDigest',
      'InvalidImageTag',
      'MissingDigestAndTag',
    ]);
  });

  it('fails when tag and digest are of two images', async () => {
    await using world = await aRunningRegistry();
    const imageDigest = loadImage(world.registry, at('1'), anImage());
    loadImage(world.registry, at('2'), anImage({ seed: 'b' }));
    const imageIds = [{ imageTag: '2', imageDigest }];
    const { failures } = await ecrClient(world.url).send(
      new BatchGetImageCommand({ repositoryName, imageIds }),
    );
    expect(failures).toMatchObject([{ failureCode: 'ImageTagDoesNotMatchDigest' }]);
  });

  it('finds no index for those who accept none', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    loadImage(world.registry, at('1'), anImage({ attestation: true }));
    const get = (acceptedMediaTypes: string[]) =>
      ecr.send(
        new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: '1' }], acceptedMediaTypes }),
      );
    expect((await get(['application/vnd.oci.image.manifest.v1+json'])).failures).toHaveLength(1);
    expect((await get([index])).images).toHaveLength(1);
  });
});

describe('BatchDeleteImage', () => {
  const deleted = (imageIds: { imageTag?: string; imageDigest?: string }[]) =>
    new BatchDeleteImageCommand({ repositoryName, imageIds });

  it('takes a tag away, and the image with the last', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    const imageDigest = loadImage(world.registry, at('1'), anImage());
    loadImage(world.registry, at('2'), anImage());
    world.events.length = 0;
    await ecr.send(deleted([{ imageTag: '1' }]));
    expect(world.registry.resolveImage(`${world.registry.host}/shop/web@${imageDigest}`)).toBeDefined();
    await ecr.send(deleted([{ imageTag: '2' }]));
    expect([world.registry.heldBytes, world.registry.manifestBytes]).toEqual([0, 0]);
    expect(world.events.map(({ detail }) => [detail['action-type'], detail['image-tag']])).toEqual([
      ['DELETE', '1'],
      ['DELETE', '2'],
    ]);
  });

  it('takes an image away by its digest with all its tags, and leaves blobs that others use', async () => {
    await using world = await aRunningRegistry();
    const imageDigest = loadImage(world.registry, at('1'), anImage());
    loadImage(world.registry, at('2'), anImage());
    loadImage(world.registry, at('3'), anImage({ labels: { other: 'configuration' } }));
    const { imageIds } = await ecrClient(world.url).send(deleted([{ imageDigest }]));
    expect(imageIds).toEqual([
      { imageDigest, imageTag: '1' },
      { imageDigest, imageTag: '2' },
    ]);
    const blobs = world.registry.repositories.get(repositoryName)?.blobs;
    expect([...(blobs?.keys() ?? [])].toSorted()).toEqual(
      [...anImage({ labels: { other: 'configuration' } }).blobs.keys()].toSorted(),
    );
  });

  it('refuses an image that an index needs, and what is not there', async () => {
    await using world = await aRunningRegistry();
    const image = anImage({ attestation: true });
    loadImage(world.registry, at('1'), image);
    const { failures } = await ecrClient(world.url).send(
      deleted([{ imageDigest: image.children[0]?.digest ?? '' }, { imageTag: 'none' }]),
    );
    expect(failures?.map(({ failureCode }) => failureCode)).toEqual([
      'ImageReferencedByManifestList',
      'ImageNotFound',
    ]);
  });

  it.each([
    ['empty', { 'image-tag': '' }],
    ['absent', {}],
  ] as const)('can leave the tag of its event %s', async (deletedTag, expected) => {
    await using world = await aRunningRegistry({ switches: { deletedTag } });
    loadImage(world.registry, at('1'), anImage());
    await ecrClient(world.url).send(deleted([{ imageTag: '1' }]));
    const { result, 'image-tag': tag } = world.events.at(-1)?.detail ?? {};
    expect({ result, ...(tag === undefined ? {} : { 'image-tag': tag }) }).toEqual({
      result: 'SUCCESS',
      ...expected,
    });
  });
});

it('ListImageReferrers finds what refers to a digest', async () => {
  await using world = await aRunningRegistry();
  const { registry } = world;
  const { digest, mediaType, bytes } = anImage().manifest;
  loadImage(registry, at('1'), anImage());
  const manifest = {
    ...JSON.parse(Buffer.from(bytes).toString()),
    artifactType: 'application/sbom',
    subject: { mediaType, digest, size: bytes.length },
  };
  registry.putManifest({ repository: repositoryName, bytes: Buffer.from(JSON.stringify(manifest)) });
  const { referrers } = await ecrClient(world.url).send(
    new ListImageReferrersCommand({ repositoryName, subjectId: { imageDigest: digest } }),
  );
  expect(referrers).toMatchObject([{ artifactType: 'application/sbom', artifactStatus: 'ACTIVE' }]);
});
