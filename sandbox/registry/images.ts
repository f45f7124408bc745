import { dropContent } from './contents.ts';
import { emitImageAction } from './events.ts';
import { isDigest } from './names.ts';
import { manifestMissing } from './refusal.ts';
import { repositoryOf } from './repositories.ts';
import type { Image, ImageId, RegistryState, Repository } from './types.ts';

/** A digest wins over a tag that stands beside it. */
export function findImage(repository: Repository, { imageDigest, imageTag }: ImageId): Image | undefined {
  const digest = imageDigest ?? repository.tags.get(imageTag ?? '');
  return digest === undefined ? undefined : repository.images.get(digest);
}

/** By what stands at the end of the path: a tag or a digest. */
export function imageOf(registry: RegistryState, name: string, reference: string): Image {
  const repository = repositoryOf(registry, name);
  const image = findImage(
    repository,
    isDigest(reference) ? { imageDigest: reference } : { imageTag: reference },
  );
  if (image === undefined) throw manifestMissing(reference);
  return image;
}

/** The indexes of the repository that name the image as a child. */
export function indexesOf({ images }: Repository, digest: string): readonly string[] {
  return [...images.values()]
    .filter(({ manifest }) => manifest.children.some((child) => child.digest === digest))
    .map((index) => index.digest);
}

/** Takes a tag away. The image goes with its last tag. Answers the ids that are gone. */
export function untagImage(registry: RegistryState, repository: Repository, tag: string): readonly ImageId[] {
  const image = findImage(repository, { imageTag: tag });
  if (image === undefined) return [];
  if (image.tags.size === 1) return deleteImage(registry, repository, image);
  repository.tags.delete(tag);
  image.tags.delete(tag);
  return announceDeleted(registry, repository, [{ imageDigest: image.digest, imageTag: tag }]);
}

/** Deletes an image with all its tags, and the blobs that no other image of the repository uses. */
export function deleteImage(
  registry: RegistryState,
  repository: Repository,
  image: Image,
): readonly ImageId[] {
  const tags = [...image.tags].toSorted();
  repository.images.delete(image.digest);
  for (const tag of tags) repository.tags.delete(tag);
  registry.manifestBytes -= image.bytes.length;
  collectBlobs(registry, repository, image);
  const ids = tags.map((tag) => ({ imageDigest: image.digest, imageTag: tag }));
  return announceDeleted(registry, repository, ids.length > 0 ? ids : [{ imageDigest: image.digest }]);
}

function announceDeleted(
  registry: RegistryState,
  repository: Repository,
  ids: readonly { readonly imageDigest: string; readonly imageTag?: string }[],
): readonly ImageId[] {
  for (const { imageDigest, imageTag } of ids) {
    emitImageAction(registry, {
      action: 'DELETE',
      repository: repository.name,
      digest: imageDigest,
      tag: deletedTag(registry, imageTag),
    });
  }
  return ids;
}

function deletedTag({ switches }: RegistryState, tag: string | undefined): string | undefined {
  if (switches.deletedTag === 'absent') return undefined;
  return switches.deletedTag === 'set' ? (tag ?? '') : '';
}

function collectBlobs(registry: RegistryState, repository: Repository, { manifest }: Image): void {
  const used = new Set([...repository.images.values()].flatMap((image) => blobsOf(image)));
  for (const digest of blobsOf({ manifest })) {
    const content = repository.blobs.get(digest);
    if (content === undefined || used.has(digest)) continue;
    repository.blobs.delete(digest);
    dropContent(registry, content);
  }
}

function blobsOf({ manifest }: Pick<Image, 'manifest'>): string[] {
  const { config, layers, children } = manifest;
  return [...(config ? [config] : []), ...layers, ...children].map(({ digest }) => digest);
}
