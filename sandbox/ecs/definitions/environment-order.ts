import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { show } from '../input.ts';

/**
 * ECS keeps `environment` in a Java HashMap keyed by name, and answers in its order: slots by spread hash, equal slots as they
 * came. The table has the least power of two that holds n entries at a load of 0.75.
 */
export function inHashMapOrder(entries: readonly JsonObject[]): JsonObject[] {
  const capacity = 2 ** Math.max(0, Math.ceil(Math.log2(entries.length / 0.75)));
  return entries
    .map((entry) => ({ entry, slot: slotOf(show(entry['name'] ?? ''), capacity) }))
    .toSorted((one, other) => one.slot - other.slot)
    .map(({ entry }) => entry);
}

function slotOf(name: string, capacity: number): number {
  const hash = javaHash(name);
  return ((hash ^ (hash >>> 16)) & (capacity - 1)) >>> 0;
}

/** String.hashCode: UTF-16 units, 32 bits. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}
