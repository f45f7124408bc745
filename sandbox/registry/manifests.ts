import { emitImageAction } from './events.ts';
import { type Descriptor, type Manifest, parseManifest } from './manifest.ts';
import { isImmutable } from './mutability.ts';
import { checkDigest, checkRepositoryName, checkTag, sha256 } from './names.ts';
import { digestDiffers, imagesMissing, invalid, layersMissing, tagIsImmutable, tooMuch } from './refusal.ts';
import { ensureRepository, findRepository } from './repositories.ts';
import type { Image, RegistryState, Repository } from './types.ts';

export interface ManifestPut {
  readonly repository: string;
  readonly bytes: Uint8Array;
  /** What the client says that it is; else the manifest says so itself. */
  readonly mediaType?: string | undefined;
  readonly tag?: string | undefined;
  /** What the client says the digest is. */
  readonly digest?: string | undefined;
}

export interface CheckedManifest {
  readonly repository: string;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
  readonly digest: string;
  readonly tag: string | undefined;
}

/** Everything that can be wrong with a manifest put. Changes nothing. */
export function checkManifest(registry: RegistryState, put: ManifestPut): CheckedManifest {
  checkRepositoryName(put.repository);
  checkSize(registry, put.bytes.length);
  const manifest = parseManifest(put.bytes, put.mediaType);
  const digest = sha256(put.bytes);
  if (put.digest !== undefined) {
    checkDigest(put.digest);
    if (put.digest !== digest) throw digestDiffers(put.digest, digest);
  }
  const checked = { repository: put.repository, bytes: put.bytes, manifest, digest, tag: put.tag };
  checkMutability(registry, checked);
  checkReferences(registry, checked);
  return checked;
}

/** Puts a checked manifest into the world's ECR, which emits what ECR would. */
export function commitManifest(registry: RegistryState, checked: CheckedManifest): Image {
  checkMutability(registry, checked);
  const repository = ensureRepository(registry, checked.repository);
  const known = repository.images.get(checked.digest);
  const changes = known === undefined || (checked.tag !== undefined && !known.tags.has(checked.tag));
  const image = known ?? addImage(registry, repository, checked);
  if (checked.tag !== undefined) moveTag(repository, checked.tag, image);
  if (changes || registry.switches.repeatedPush === 'event') {
    emitImageAction(registry, {
      action: 'PUSH',
      repository: repository.name,
      digest: image.digest,
      tag: checked.tag ?? '',
      manifest: image.manifest,
    });
  }
  return image;
}

export function putManifest(registry: RegistryState, put: ManifestPut): Image {
  return commitManifest(registry, checkManifest(registry, put));
}

function checkSize({ limits, manifestBytes }: RegistryState, size: number): void {
  if (size > limits.manifestBytes) {
    throw tooMuch(`The manifest is too large: at most ${limits.manifestBytes} bytes are accepted`);
  }
  if (manifestBytes + size > limits.manifestTotalBytes) {
    throw tooMuch(`The registry is full: it holds at most ${limits.manifestTotalBytes} bytes of manifests`);
  }
}

function checkMutability(registry: RegistryState, { repository: name, tag }: CheckedManifest): void {
  if (tag === undefined) return;
  checkTag(tag);
  const repository = findRepository(registry, name);
  if (repository?.tags.has(tag) && isImmutable(repository, tag)) throw tagIsImmutable(tag, name);
}

function checkReferences(registry: RegistryState, { repository: name, manifest }: CheckedManifest): void {
  const repository = findRepository(registry, name);
  const needed = [manifest.config, ...manifest.layers].filter((blob) => blob !== undefined);
  const missing = { repository: name, registryId: registry.account };
  const layers = needed.filter((blob) => !isForeign(blob) && !repository?.blobs.has(blob.digest));
  if (layers.length > 0) throw layersMissing({ ...missing, digests: distinct(layers) });
  const children = manifest.children.filter(({ digest }) => sizeOf(repository, digest) === undefined);
  if (children.length > 0) throw imagesMissing({ ...missing, digests: distinct(children) });
  for (const { digest, size } of [...needed, ...manifest.children]) {
    const actual = sizeOf(repository, digest) ?? size;
    if (actual === size) continue;
    throw invalid(
      'SIZE_INVALID',
      `The manifest says that '${digest}' has ${size} bytes, but it has ${actual}`,
    );
  }
}

/** Layers that may not be distributed stay with their vendor; no client pushes them. */
function isForeign({ mediaType }: Descriptor): boolean {
  return mediaType.includes('nondistributable') || mediaType.includes('.foreign.');
}

/** A build cache is an index whose children are layers. */
function sizeOf(repository: Repository | undefined, digest: string): number | undefined {
  return repository?.images.get(digest)?.bytes.length ?? repository?.blobs.get(digest)?.size;
}

function addImage(registry: RegistryState, repository: Repository, checked: CheckedManifest): Image {
  const image: Image = {
    digest: checked.digest,
    bytes: checked.bytes,
    manifest: checked.manifest,
    pushedAt: registry.clock.now(),
    sizeInBytes: imageSize(repository, checked.manifest),
    tags: new Set(),
  };
  repository.images.set(image.digest, image);
  registry.manifestBytes += image.bytes.length;
  return image;
}

function imageSize({ images }: Repository, { config, layers, children }: Manifest): number {
  const own = layers.reduce((sum, { size }) => sum + size, config?.size ?? 0);
  return children.reduce(
    (most, { digest, size }) => Math.max(most, images.get(digest)?.sizeInBytes ?? size),
    own,
  );
}

function moveTag(repository: Repository, tag: string, image: Image): void {
  const before = repository.tags.get(tag);
  if (before !== undefined) repository.images.get(before)?.tags.delete(tag);
  repository.tags.set(tag, image.digest);
  image.tags.add(tag);
}

function distinct(descriptors: readonly Descriptor[]): string[] {
  return [...new Set(descriptors.map(({ digest }) => digest))];
}
