import { createHash } from 'node:crypto';

/** A fixed-length key of everything named: SQS group and deduplication ids hold 128 characters. */
export function key(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A whole number from 0 to below this one: the same for the same parts, and spread evenly over different ones. */
export function spread(below: number, ...parts: readonly (string | number)[]): number {
  return Number.parseInt(key(...parts).slice(0, 8), 16) % below;
}
