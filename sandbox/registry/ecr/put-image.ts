import * as z from 'zod';
import { mirrorManifest } from '../http/exchange.ts';
import { findImage } from '../images.ts';
import { type CheckedManifest, checkManifest, commitManifest } from '../manifests.ts';
import { Refusal } from '../refusal.ts';
import type { RegistryState, Repository } from '../types.ts';
import { addressed, operation, registryId, repositoryName } from './input.ts';

const input = z.object({
  registryId,
  repositoryName,
  imageManifest: z.string().min(1),
  imageManifestMediaType: z.string().optional(),
  imageTag: z.string().optional(),
  imageDigest: z.string().optional(),
});

/** Unlike a push over /v2, it needs the repository to exist and something to change. */
export const putImage = operation(input, async (context, asked) => {
  const { registry, mirror } = context;
  const repository = addressed(context, asked);
  const checked = checkManifest(registry, {
    repository: repository.name,
    bytes: Buffer.from(asked.imageManifest),
    mediaType: asked.imageManifestMediaType,
    tag: asked.imageTag,
    digest: asked.imageDigest,
  });
  refuseRepeated(registry, repository, checked);
  await mirrorManifest(mirror, checked);
  const { digest, manifest } = commitManifest(registry, checked);
  const imageId = { imageDigest: digest, ...(checked.tag === undefined ? {} : { imageTag: checked.tag }) };
  return {
    image: {
      registryId: registry.account,
      repositoryName: repository.name,
      imageId,
      imageManifest: asked.imageManifest,
      imageManifestMediaType: manifest.mediaType,
    },
  };
});

function refuseRepeated(
  { account }: RegistryState,
  repository: Repository,
  { digest, tag }: CheckedManifest,
): void {
  const image = findImage(repository, { imageDigest: digest });
  if (image === undefined || (tag !== undefined && !image.tags.has(tag))) return;
  throw new Refusal(
    `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${repository.name}' in registry with id '${account}'`,
    { code: 'TAG_INVALID', status: 400, type: 'ImageAlreadyExistsException' },
  );
}
