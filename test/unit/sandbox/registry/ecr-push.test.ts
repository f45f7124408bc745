import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { loadImage } from '../../../../sandbox/push/load-image.ts';
import { anImage, aRunningRegistry } from '../../../builders/images.ts';
import { digestOf } from './client.ts';
import { ecrClient } from './ecr-client.ts';

const repositoryName = 'shop/web';
const none = `sha256:${'0'.repeat(64)}`;

describe('a layer', () => {
  it('is uploaded in parts, is there, and is downloaded', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const digest = await upload(ecr, ['the first ', 'and the last']);
    const { layers, failures } = await ecr.send(
      new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [digest, none, 'x'] }),
    );
    expect(layers).toEqual([
      { layerDigest: digest, layerAvailability: 'AVAILABLE', layerSize: 22 },
      { layerDigest: none, layerAvailability: 'UNAVAILABLE' },
    ]);
    expect(failures).toMatchObject([{ failureCode: 'InvalidLayerDigest' }]);
    const { downloadUrl = '' } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digest }),
    );
    expect(await (await fetch(downloadUrl)).text()).toBe('the first and the last');
  });

  it('that is not there has no URL', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const sent = ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: none }));
    await expect(sent).rejects.toMatchObject({ name: 'LayersNotFoundException' });
  });

  it('is refused out of order, with a wrong digest, empty, or twice', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const part = { partFirstByte: 3, partLastByte: 5, layerPartBlob: Buffer.from('abc') };
    const begin = () => ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const { uploadId } = await begin();
    await expect(
      ecr.send(new UploadLayerPartCommand({ repositoryName, uploadId, ...part })),
    ).rejects.toMatchObject({ name: 'InvalidLayerPartException' });
    await expect(
      ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [none] })),
    ).rejects.toMatchObject({ name: 'EmptyUploadException' });
    await expect(upload(ecr, ['abc'], none)).rejects.toMatchObject({ name: 'InvalidLayerException' });
    await upload(ecr, ['abc']);
    await expect(upload(ecr, ['abc'])).rejects.toMatchObject({ name: 'LayerAlreadyExistsException' });
    expect(world.registry.heldBytes).toBe(3);
  });
});

describe('PutImage', () => {
  it('puts what another tool built, and the event is as of a push', async () => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    const { manifest, blobs } = anImage();
    for (const bytes of blobs.values()) world.registry.putBlob(repositoryName, bytes);
    const imageManifest = Buffer.from(manifest.bytes).toString();
    const { image } = await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: '1' }));
    expect(image).toMatchObject({ imageId: { imageTag: '1', imageDigest: manifest.digest }, imageManifest });
    expect(world.events).toMatchObject([{ detail: { 'action-type': 'PUSH', 'image-tag': '1' } }]);
  });

  it.each([
    ['the same again', { imageTag: '1' }, 'ImageAlreadyExistsException'],
    ['the same without a tag', {}, 'ImageAlreadyExistsException'],
    ['another digest', { imageTag: '2', imageDigest: none }, 'ImageDigestDoesNotMatchException'],
  ])('refuses %s', async (_what, input, name) => {
    await using world = await aRunningRegistry();
    const { manifest } = anImage();
    loadImage(world.registry, { repository: repositoryName, tag: '1' }, anImage());
    const imageManifest = Buffer.from(manifest.bytes).toString();
    const sent = ecrClient(world.url).send(new PutImageCommand({ repositoryName, imageManifest, ...input }));
    await expect(sent).rejects.toMatchObject({ name });
    expect(world.events).toHaveLength(1);
  });

  it.each([
    ['LayersNotFoundException', anImage()],
    ['ReferencedImagesNotFoundException', anImage({ attestation: true })],
  ])('answers %s when a part is missing', async (name, { manifest }) => {
    await using world = await aRunningRegistry();
    const ecr = ecrClient(world.url);
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const imageManifest = Buffer.from(manifest.bytes).toString();
    const sent = ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: '1' }));
    await expect(sent).rejects.toMatchObject({ name });
  });

  it('creates no repository', async () => {
    await using world = await aRunningRegistry();
    const sent = ecrClient(world.url).send(new PutImageCommand({ repositoryName, imageManifest: '{}' }));
    await expect(sent).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
  });
});

async function upload(ecr: ECRClient, parts: readonly string[], digest = digestOf(parts.join(''))) {
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
  let partFirstByte = 0;
  for (const part of parts) {
    const partLastByte = partFirstByte + part.length - 1;
    const layerPartBlob = Buffer.from(part);
    await ecr.send(
      new UploadLayerPartCommand({ repositoryName, uploadId, partFirstByte, partLastByte, layerPartBlob }),
    );
    partFirstByte = partLastByte + 1;
  }
  await ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));
  return digest;
}
