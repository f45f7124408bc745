import * as z from 'zod';
import { deleteImage, findImage, indexesOf, untagImage } from '../images.ts';
import { isDigest, isTag } from '../names.ts';
import type { Image, ImageId, RegistryState, Repository } from '../types.ts';
import { addressed, imageIds, type Output, operation, registryId, repositoryName } from './input.ts';

interface Failure {
  readonly imageId: ImageId;
  readonly failureCode: string;
  readonly failureReason: string;
}

export const batchGet = operation(
  z.object({
    registryId,
    repositoryName,
    imageIds,
    acceptedMediaTypes: z.array(z.string()).min(1).max(100).optional(),
  }),
  (context, input) => {
    const repository = addressed(context, input);
    const answers = input.imageIds.map((id) => get(context.registry, repository, { id, ...input }));
    return partition(answers, 'images');
  },
);

export const batchDelete = operation(z.object({ registryId, repositoryName, imageIds }), (context, input) => {
  const repository = addressed(context, input);
  const found = input.imageIds.map((id) => lookUp(repository, id));
  const answers = found.flatMap((answer) =>
    'failureCode' in answer ? [answer] : remove(context.registry, repository, answer),
  );
  return partition(answers, 'imageIds');
});

interface Got {
  readonly id: ImageId;
  readonly acceptedMediaTypes?: readonly string[] | undefined;
}

function get(
  registry: RegistryState,
  { name, ...rest }: Repository,
  { id, acceptedMediaTypes }: Got,
): Output | Failure {
  const found = lookUp({ name, ...rest }, id);
  if ('failureCode' in found) return found;
  const { image } = found;
  const { mediaType } = image.manifest;
  if (acceptedMediaTypes !== undefined && !acceptedMediaTypes.includes(mediaType)) return notFound(id);
  return {
    registryId: registry.account,
    repositoryName: name,
    imageId: { imageDigest: image.digest, ...(id.imageTag === undefined ? {} : { imageTag: id.imageTag }) },
    imageManifest: new TextDecoder().decode(image.bytes),
    imageManifestMediaType: mediaType,
  };
}

interface Found {
  readonly id: ImageId;
  readonly image: Image;
}

function lookUp(repository: Repository, id: ImageId): Found | Failure {
  const failure = malformed(id);
  if (failure !== undefined) return failure;
  const image = findImage(repository, id);
  if (image === undefined) return notFound(id);
  if (id.imageDigest !== undefined && id.imageTag !== undefined && !image.tags.has(id.imageTag)) {
    return {
      imageId: id,
      failureCode: 'ImageTagDoesNotMatchDigest',
      failureReason: 'Requested image tag does not match the digest',
    };
  }
  return { id, image };
}

function malformed(id: ImageId): Failure | undefined {
  const { imageDigest, imageTag } = id;
  const fail = (failureCode: string, reason: string) => ({
    imageId: id,
    failureCode,
    failureReason: `Invalid request parameters: ${reason}`,
  });
  if (imageDigest === undefined && imageTag === undefined) {
    return fail('MissingDigestAndTag', 'both tag and digest cannot be null');
  }
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    return fail(
      'InvalidImageDigest',
      "image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  }
  if (imageTag !== undefined && !isTag(imageTag)) {
    return fail('InvalidImageTag', "image tag should satisfy the regex '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'");
  }
  return undefined;
}

/** With a tag the tag goes, with a digest alone the image and all its tags. */
function remove(
  registry: RegistryState,
  repository: Repository,
  { id, image }: Found,
): readonly (ImageId | Failure)[] {
  const lastTag = id.imageTag !== undefined && image.tags.size === 1;
  const indexes = indexesOf(repository, image.digest);
  if (indexes.length > 0 && (id.imageTag === undefined || lastTag)) {
    return [
      {
        imageId: id,
        failureCode: 'ImageReferencedByManifestList',
        failureReason: `Requested image referenced by manifest list: [${indexes.join(', ')}]`,
      },
    ];
  }
  if (id.imageTag !== undefined) return untagImage(registry, repository, id.imageTag);
  return repository.images.has(image.digest) ? deleteImage(registry, repository, image) : [];
}

function notFound(id: ImageId): Failure {
  return { imageId: id, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}

function partition(answers: readonly (object | Failure)[], name: string): Output {
  return {
    [name]: answers.filter((answer) => !('failureCode' in answer)),
    failures: answers.filter((answer) => 'failureCode' in answer),
  };
}
