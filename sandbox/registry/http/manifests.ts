import { findImage, imageOf } from '../images.ts';
import { type CheckedManifest, checkManifest, commitManifest } from '../manifests.ts';
import { isDigest } from '../names.ts';
import { invalid, manifestMissing } from '../refusal.ts';
import { repositoryOf } from '../repositories.ts';
import type { Image, RegistryState } from '../types.ts';
import { readBody } from './body.ts';
import { type Exchange, header, mirrorManifest, type Reply } from './exchange.ts';

export async function putManifest(exchange: Exchange): Promise<Reply> {
  const { registry, name, reference, request } = exchange;
  const bytes = await readBody(request, registry.limits.manifestBytes);
  const checked = checkManifest(registry, {
    repository: name,
    bytes,
    mediaType: mediaTypeOf(header(exchange, 'content-type')),
    ...(looksLikeDigest(reference) ? { digest: reference } : { tag: reference }),
  });
  await mirrorManifest(exchange.mirror, checked);
  const { digest } = commitManifest(registry, checked);
  return { status: 201, headers: createdHeaders(name, digest, checked) };
}

/** GET and HEAD. A client that knows no indexes gets the image for linux/amd64, as from other registries. */
export function getManifest(exchange: Exchange): Reply {
  const { registry, name, reference } = exchange;
  if (looksLikeDigest(reference) && !isDigest(reference)) {
    throw invalid('DIGEST_INVALID', `'${reference.slice(0, 200)}' is no digest`);
  }
  const image = imageOf(registry, name, reference);
  const { digest, bytes, manifest } = isDigest(reference) ? image : negotiate(exchange, image);
  return {
    status: 200,
    headers: {
      'Content-Type': manifest.mediaType,
      'Content-Length': bytes.length,
      'Docker-Content-Digest': digest,
      ETag: `"${digest}"`,
    },
    body: bytes,
  };
}

function createdHeaders(name: string, digest: string, { manifest }: CheckedManifest): Record<string, string> {
  return {
    Location: `/v2/${name}/manifests/${digest}`,
    'Docker-Content-Digest': digest,
    'Content-Length': '0',
    ...(manifest.subject === undefined ? {} : { 'OCI-Subject': manifest.subject }),
  };
}

function negotiate(exchange: Exchange, image: Image): Image {
  const accepts = accepted(header(exchange, 'accept'));
  if (accepts(image.manifest.mediaType)) return image;
  const child = amd64Child(exchange.registry, exchange.name, image);
  if (child !== undefined && accepts(child.manifest.mediaType)) return child;
  throw manifestMissing(`${exchange.reference} is ${image.manifest.mediaType}, which Accept leaves out`);
}

function amd64Child(registry: RegistryState, name: string, { manifest }: Image): Image | undefined {
  const child = manifest.children.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64',
  );
  return child && findImage(repositoryOf(registry, name), { imageDigest: child.digest });
}

/** Without a manifest type in it, Accept says nothing about manifests: browsers and curl take all. */
function accepted(accept: string | undefined): (mediaType: string) => boolean {
  const types = (accept ?? '').split(',').map((part) => mediaTypeOf(part));
  const named = types.filter((type) => type?.includes('.manifest.') || type?.includes('.index.'));
  if (named.length === 0 || types.includes('*/*') || types.includes('application/*')) return () => true;
  return (mediaType) => named.includes(mediaType);
}

function mediaTypeOf(text: string | undefined): string | undefined {
  return text?.split(';')[0]?.trim().toLowerCase() || undefined;
}

/** A tag cannot hold a colon. */
function looksLikeDigest(reference: string): boolean {
  return reference.includes(':');
}
