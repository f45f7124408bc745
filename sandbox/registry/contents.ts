import { tooMuch } from './refusal.ts';
import type { Content, RegistryState, Repository } from './types.ts';

/** Counts bytes against the bound of the registry, before they are held. */
export function reserve(registry: RegistryState, bytes: number): void {
  if (registry.heldBytes + bytes > registry.limits.totalBytes) {
    throw tooMuch(`The registry is full: it holds at most ${registry.limits.totalBytes} bytes`);
  }
  registry.heldBytes += bytes;
}

export function release(registry: RegistryState, bytes: number): void {
  registry.heldBytes -= bytes;
}

/** Puts a content, whose bytes are reserved already, into one more repository. */
export function holdContent(
  registry: RegistryState,
  repository: Repository,
  [digest, content]: [string, Content],
): void {
  repository.blobs.set(digest, content);
  registry.holders.set(content, (registry.holders.get(content) ?? 0) + 1);
}

export function dropContent(registry: RegistryState, content: Content): void {
  const holders = (registry.holders.get(content) ?? 1) - 1;
  if (holders > 0) {
    registry.holders.set(content, holders);
    return;
  }
  registry.holders.delete(content);
  release(registry, content.size);
  content.discard();
}
