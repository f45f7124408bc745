import { createHash } from 'node:crypto';

/** A fixed-length key of everything named: SQS group and deduplication ids hold 128 characters. */
export function key(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
