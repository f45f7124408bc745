import * as z from 'zod';
import { findImage } from '../images.ts';
import { referrersOf } from '../referrers.ts';
import { Refusal } from '../refusal.ts';
import type { Image, ImageId, RegistryState, Repository } from '../types.ts';
import {
  addressed,
  epochSeconds,
  imageIds,
  maxResults,
  nextToken,
  type Output,
  operation,
  parameter,
  registryId,
  repositoryName,
  tagStatus,
} from './input.ts';
import { page } from './paging.ts';

const imageFilter = z
  .object({
    tagStatus: tagStatus.default('ANY'),
    imageStatus: z.enum(['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY']).default('ANY'),
  })
  .optional();
type ImageFilter = z.output<typeof imageFilter>;

export const list = operation(
  z.object({ registryId, repositoryName, maxResults, nextToken, filter: imageFilter }),
  (context, input) => {
    const images = filtered(addressed(context, input), input.filter);
    const { entries, next } = page('images', images.flatMap(idsOf), input);
    return { imageIds: entries, ...next };
  },
);

const description = z.object({
  registryId,
  repositoryName,
  imageIds: imageIds.optional(),
  maxResults,
  nextToken,
  filter: imageFilter,
});

export const describeAll = operation(description, (context, input) => {
  const { registry } = context;
  const repository = addressed(context, input);
  if (input.imageIds === undefined) {
    const { entries, next } = page('details', filtered(repository, input.filter), input);
    return { imageDetails: entries.map((image) => detail(registry, repository, image)), ...next };
  }
  if (input.maxResults !== undefined || input.nextToken !== undefined) {
    throw parameter('maxResults', 'cannot be used together with imageIds');
  }
  const asked = input.imageIds.map((id) => findImage(repository, id) ?? missing(registry, repository, id));
  return { imageDetails: [...new Set(asked)].map((image) => detail(registry, repository, image)) };
});

const referrerListing = z.object({
  registryId,
  repositoryName,
  subjectId: z.object({ imageDigest: z.string() }),
  filter: z.object({ artifactTypes: z.array(z.string()).optional() }).optional(),
  maxResults: z.int().min(1).max(50).optional(),
  nextToken,
});

export const listReferrers = operation(referrerListing, (context, input) => {
  const types = input.filter?.artifactTypes;
  const referrers = referrersOf(addressed(context, input), input.subjectId.imageDigest).filter(
    ({ artifactType = '' }) => types === undefined || types.includes(artifactType),
  );
  const { entries, next } = page('referrers', referrers, { maxResults: 50, ...input });
  return { referrers: entries.map((entry) => ({ ...entry, artifactStatus: 'ACTIVE' })), ...next };
});

/** Nothing is archived here, so a filter for other states finds nothing. */
function filtered({ images }: Repository, filter: ImageFilter): readonly Image[] {
  const { tagStatus: wanted = 'ANY', imageStatus = 'ANY' } = filter ?? {};
  if (imageStatus !== 'ANY' && imageStatus !== 'ACTIVE') return [];
  return [...images.values()].filter(
    ({ tags }) => wanted === 'ANY' || (wanted === 'TAGGED') === tags.size > 0,
  );
}

function idsOf({ digest, tags }: Image): readonly ImageId[] {
  if (tags.size === 0) return [{ imageDigest: digest }];
  return [...tags].map((tag) => ({ imageDigest: digest, imageTag: tag }));
}

function detail({ account }: RegistryState, { name }: Repository, image: Image): Output {
  const { digest, tags, sizeInBytes, pushedAt, manifest } = image;
  return {
    registryId: account,
    repositoryName: name,
    imageDigest: digest,
    ...(tags.size > 0 ? { imageTags: [...tags] } : {}),
    imageSizeInBytes: sizeInBytes,
    imagePushedAt: epochSeconds(pushedAt),
    imageManifestMediaType: manifest.mediaType,
    artifactMediaType: manifest.artifactType,
    subjectManifestDigest: manifest.subject,
    imageStatus: 'ACTIVE',
  };
}

function missing(
  { account }: RegistryState,
  { name }: Repository,
  { imageDigest, imageTag }: ImageId,
): never {
  const id = `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;
  throw new Refusal(
    `The image with imageId ${id} does not exist within the repository with name '${name}' in the registry with id '${account}'`,
    { code: 'MANIFEST_UNKNOWN', status: 404, type: 'ImageNotFoundException' },
  );
}
