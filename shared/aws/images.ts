import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  type Image,
  type ImageDetail,
} from '@aws-sdk/client-ecr';
import { type JsonValue, parseLossless } from '../domain/lossless-json.ts';
import { type ImageConfig, type Manifest, readImageConfig, readManifest } from '../domain/manifest.ts';
import { Unavailable } from '../faults.ts';
import type { Images, RegisteredImage, StoredImage } from '../ports.ts';
import { readUpTo } from '../runtime/read-up-to.ts';
import { clientSettings } from './client-settings.ts';
import { asking, orNothing } from './errors.ts';

/** Left out, ECR converts what it holds into what it thinks an old client understands. */
const acceptedMediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const blobTimeoutMs = 5_000;
const blobMax = 4 * 1024 * 1024;
const notThere = new Set(['RepositoryNotFoundException', 'ImageNotFoundException']);
/** An index may name what is no digest or tag at all. */
const noImage = new Set(['ImageNotFound', 'InvalidImageDigest', 'InvalidImageTag']);
/** So may a manifest. */
const noLayer = new Set([
  'LayersNotFoundException',
  'LayerInaccessibleException',
  'InvalidParameterException',
  'UnableToGetUpstreamLayerException',
]);

export function images(ecr = new ECRClient(clientSettings)): Images {
  return {
    find: (repository, reference) => find(ecr, repository, reference),
    tagsOf: (repository, reference) => tagsOf(ecr, repository, reference),
    all: (repository) => all(ecr, repository),
  };
}

function imageId(reference: string) {
  return reference.startsWith('sha256:') ? { imageDigest: reference } : { imageTag: reference };
}

async function find(ecr: ECRClient, repository: string, reference: string): Promise<StoredImage | undefined> {
  const image = await getImage(ecr, repository, reference);
  if (image === undefined) return undefined;
  const digest = image.imageId?.imageDigest ?? '';
  const manifest = manifestOf(image);
  switch (manifest.kind) {
    case 'artifact':
      return { digest, kind: 'artifact', what: manifest.what, platforms: [], labels: {} };
    case 'image': {
      const { platform, labels } = await imageConfig(ecr, repository, manifest.config);
      return { digest, kind: 'image', platforms: platform === undefined ? [] : [platform], labels };
    }
    default: {
      const platforms = manifest.images
        .map(({ platform }) => platform)
        .filter((platform) => platform !== undefined);
      const [first] = manifest.images;
      return { digest, kind: 'index', platforms, labels: await childLabels(ecr, repository, first?.digest) };
    }
  }
}

/** The labels of one image of an index: they tell who built it, which is the same for every platform. */
async function childLabels(ecr: ECRClient, repository: string, digest = ''): Promise<StoredImage['labels']> {
  const child = await getImage(ecr, repository, digest);
  const manifest = child === undefined ? undefined : manifestOf(child);
  return manifest?.kind === 'image' ? (await imageConfig(ecr, repository, manifest.config)).labels : {};
}

async function getImage(
  ecr: ECRClient,
  repositoryName: string,
  reference: string,
): Promise<Image | undefined> {
  const command = new BatchGetImageCommand({
    repositoryName,
    imageIds: [imageId(reference)],
    acceptedMediaTypes,
  });
  const answer = await orNothing(notThere, () => asking('BatchGetImage', () => ecr.send(command)));
  const [failure] = answer?.failures ?? [];
  const [image] = answer?.images ?? [];
  if (failure !== undefined && !noImage.has(failure.failureCode ?? '')) {
    throw new Unavailable(`BatchGetImage: ${failure.failureCode ?? '?'} ${failure.failureReason ?? ''}`);
  }
  return image;
}

function manifestOf({ imageManifest = '', imageManifestMediaType }: Image): Manifest {
  return readManifest(parsed(imageManifest), imageManifestMediaType);
}

/** What somebody pushed as a manifest or a configuration need not be JSON at all. */
function parsed(text: string): JsonValue {
  try {
    return parseLossless(text);
  } catch {
    return null;
  }
}

/** What cannot be had however often it is asked for, or is no configuration, tells nothing: no platform and no labels. */
async function imageConfig(
  ecr: ECRClient,
  repositoryName: string,
  layerDigest: string,
): Promise<ImageConfig> {
  const command = new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest });
  const answer = await orNothing(noLayer, () => asking('GetDownloadUrlForLayer', () => ecr.send(command)));
  if (answer === undefined) return readImageConfig(null);
  if (answer.downloadUrl === undefined) throw new Unavailable('GetDownloadUrlForLayer answered no URL');
  return readImageConfig(parsed(await download(answer.downloadUrl)));
}

async function download(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(blobTimeoutMs) });
    const { text, isWhole } = await readUpTo(response, blobMax);
    if (!response.ok) throw new Unavailable(`a layer's download answered ${response.status}`);
    return isWhole ? text : '';
  } catch (cause) {
    if (cause instanceof Unavailable) throw cause;
    throw new Unavailable('an image configuration could not be downloaded', { cause });
  }
}

async function tagsOf(
  ecr: ECRClient,
  repositoryName: string,
  reference: string,
): Promise<RegisteredImage | undefined> {
  const command = new DescribeImagesCommand({ repositoryName, imageIds: [imageId(reference)] });
  const answer = await orNothing(notThere, () => asking('DescribeImages', () => ecr.send(command)));
  const [detail] = answer?.imageDetails ?? [];
  return detail && registered(detail)[0];
}

/** What ECR shows of an image that it is just removing may name no digest. */
function registered({ imageDigest, imageTags = [], imagePushedAt }: ImageDetail): readonly RegisteredImage[] {
  if (imageDigest === undefined) return [];
  return [{ digest: imageDigest, tags: imageTags, pushedAt: imagePushedAt?.getTime() }];
}

const imagesMax = 20_000;
const imagesPage = 1_000;

async function* all(ecr: ECRClient, repositoryName: string): AsyncIterable<RegisteredImage> {
  let nextToken: string | undefined;
  let seen = 0;
  do {
    const filter = { tagStatus: 'TAGGED' } as const;
    const command = new DescribeImagesCommand({ repositoryName, filter, maxResults: imagesPage, nextToken });
    const answer = await orNothing(notThere, () => asking('DescribeImages', () => ecr.send(command)));
    const found = answer?.imageDetails ?? [];
    seen += found.length;
    if (seen > imagesMax) throw new RangeError(tooMany(repositoryName));
    yield* found.flatMap(registered);
    nextToken = answer?.nextToken;
  } while (nextToken !== undefined);
}

function tooMany(repository: string): string {
  return `${repository} holds more than ${imagesMax} tagged images: let a lifecycle policy of the repository expire old ones`;
}
