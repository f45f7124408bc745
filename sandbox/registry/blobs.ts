import { memoryContent } from './content.ts';
import { holdContent, release, reserve } from './contents.ts';
import { checkDigest, sha256 } from './names.ts';
import { blobMissing, digestDiffers, tooMuch } from './refusal.ts';
import { ensureRepository, findRepository } from './repositories.ts';
import type { Content, RegistryState } from './types.ts';

export function findBlob(registry: RegistryState, name: string, digest: string): Content | undefined {
  return findRepository(registry, name)?.blobs.get(digest);
}

export function blobOf(registry: RegistryState, name: string, digest: string): Content {
  const content = findBlob(registry, name, digest);
  if (content === undefined) throw blobMissing(digest);
  return content;
}

/** Takes a content that was received and checked, and whose bytes are reserved. */
export function keepBlob(registry: RegistryState, name: string, [digest, content]: [string, Content]): void {
  const repository = ensureRepository(registry, name);
  if (!repository.blobs.has(digest)) {
    holdContent(registry, repository, [digest, content]);
    return;
  }
  release(registry, content.size);
  content.discard();
}

/** Takes small bytes at once, without an upload. Answers their digest. */
export function putBlob(registry: RegistryState, name: string, bytes: Uint8Array): string {
  const digest = sha256(bytes);
  if (bytes.length > registry.limits.blobBytes) throw blobTooLarge(registry);
  reserve(registry, bytes.length);
  keepBlob(registry, name, [digest, memoryContent(bytes)]);
  return digest;
}

/** True when the blob of another repository is now in this one too. */
export function mountBlob(registry: RegistryState, name: string, { digest, from }: Mount): boolean {
  const content = findBlob(registry, from, digest);
  if (content === undefined) return false;
  const repository = ensureRepository(registry, name);
  if (!repository.blobs.has(digest)) holdContent(registry, repository, [digest, content]);
  return true;
}

interface Mount {
  readonly digest: string;
  readonly from: string;
}

export function checkBlobDigest(given: string, actual: string): void {
  checkDigest(given);
  if (given !== actual) throw digestDiffers(given, actual);
}

export function blobTooLarge({ limits }: RegistryState): Error {
  return tooMuch(`The blob is too large: at most ${limits.blobBytes} bytes are accepted`);
}
