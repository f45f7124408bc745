import * as z from 'zod';
import { type Behaviour, behaviourLabel, behaviours, type PullableImage } from '../world-types.ts';
import { findImage } from './images.ts';
import type { Image, RegistryState, Repository } from './types.ts';

const referencePattern =
  /^(?<host>[^/]+)\/(?<repository>[^:@]+)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]*))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$/;
const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

const configurationSchema = z.object({
  os: z.string().min(1).optional(),
  architecture: z.string().min(1).optional(),
  variant: z.string().min(1).nullish(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});
type Configuration = z.infer<typeof configurationSchema>;

/** What a task that runs this reference would pull, by the name that ECR has on AWS or by the address on loopback. */
export function resolveImage(registry: RegistryState, reference: string): PullableImage | undefined {
  const { host = '', repository: name = '', tag, digest } = referencePattern.exec(reference)?.groups ?? {};
  if (host !== registry.host && !loopbackHost.test(host)) return undefined;
  const repository = registry.repositories.get(name);
  if (repository === undefined) return undefined;
  const image = findImage(repository, { imageDigest: digest, imageTag: tag ?? 'latest' });
  if (image === undefined) return undefined;
  return {
    digest: image.digest,
    behaviour: behaviourOf(configurationOf(repository, preferred(repository, image))),
    platforms: platformsOf(repository, image),
  };
}

/** Of an index, the child for linux/amd64, or the first that is an image for a platform. */
function preferred(repository: Repository, image: Image): Image | undefined {
  if (!image.manifest.isIndex) return image;
  const children = childrenOf(repository, image);
  return (children.find(({ platforms }) => platforms.includes('linux/amd64')) ?? children[0])?.image;
}

function platformsOf(repository: Repository, image: Image): readonly string[] {
  if (image.manifest.isIndex) {
    return [...new Set(childrenOf(repository, image).flatMap(({ platforms }) => platforms))];
  }
  return platformNames(configurationOf(repository, image));
}

interface Child {
  readonly image: Image;
  readonly platforms: readonly string[];
}

/** An attestation says `unknown/unknown` and is nothing that runs. */
function childrenOf(repository: Repository, { manifest }: Image): readonly Child[] {
  return manifest.children.flatMap(({ digest, platform }) => {
    const image = repository.images.get(digest);
    if (image === undefined) return [];
    const platforms = platform ? platformNames(platform) : platformsOfChild(repository, image);
    return platforms.length === 0 ? [] : [{ image, platforms }];
  });
}

/** One level deep only: an index in an index that says no platform is not followed. */
function platformsOfChild(repository: Repository, image: Image): readonly string[] {
  return image.manifest.isIndex ? [] : platformNames(configurationOf(repository, image));
}

function platformNames({ os, architecture, variant }: Partial<Configuration>): readonly string[] {
  if (!os || !architecture || os === 'unknown') return [];
  return [[os, architecture, ...(variant ? [variant] : [])].join('/')];
}

function configurationOf(repository: Repository, image: Image | undefined): Configuration {
  const digest = image?.manifest.config?.digest;
  const bytes = digest === undefined ? undefined : repository.blobs.get(digest)?.readSmall();
  if (bytes === undefined) return {};
  const result = configurationSchema.safeParse(parseJson(bytes));
  return result.success ? result.data : {};
}

function behaviourOf({ config }: Configuration): Behaviour {
  const said = config?.Labels?.[behaviourLabel];
  return behaviours.find((behaviour) => behaviour === said) ?? 'fine';
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
