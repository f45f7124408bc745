import type { JsonValue } from '../../../shared/domain/lossless-json.ts';

const volatile: readonly (readonly [RegExp, string])[] = [
  [/\b\d{12}\b/g, '<account>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
  [/\b[0-9a-f]{32}\b/g, '<id>'],
  [/ecs-svc\/\d+/g, 'ecs-svc/<number>'],
  [/subnet-[0-9a-f]+/g, 'subnet-<id>'],
];

/** What differs between two runs of one endpoint, replaced by what it stands for. */
export function normalised(value: JsonValue): JsonValue {
  const text = volatile.reduce(
    (left, [pattern, name]) => left.replaceAll(pattern, name),
    JSON.stringify(value),
  );
  return JSON.parse(text, (_key, part: JsonValue) => (isInstant(part) ? '<time>' : part));
}

/** Seconds since the epoch: no other number of these answers is so great. */
function isInstant(value: JsonValue): boolean {
  return typeof value === 'number' && value > 1_500_000_000;
}
