import { createHash } from 'node:crypto';
import type { RegistryState } from './types.ts';

/** A UUID that differs from every other of this registry, and is the same when a simulation is played again. */
export function nextId(registry: RegistryState): string {
  registry.ids += 1;
  const hex = createHash('sha256').update(`${registry.ids} ${registry.clock.now()}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
