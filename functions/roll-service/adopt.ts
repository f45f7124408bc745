import { parseRevisionArn } from '../../shared/domain/arn.ts';
import { asText, isJsonNumber, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { compare } from '../../shared/domain/task-definition/compare.ts';
import { readDescribed } from '../../shared/domain/task-definition/revise.ts';
import type { Deps, Registering } from './deps.ts';

/** Clocks of ours and of ECS may differ by so much. */
const skewMs = 5 * 60_000;

/** A revision of the same content that was registered since then: what an unanswered call left behind. */
export async function findRegistered(
  { base, input, since }: Registering & { readonly since: number },
  { definitions }: Pick<Deps, 'definitions'>,
): Promise<string | undefined> {
  const family = parseRevisionArn(base);
  for await (const arn of definitions.revisions(asText(input['family']) ?? '')) {
    if (family !== undefined && (parseRevisionArn(arn)?.number ?? 0) <= family.number) return undefined;
    const { taskDefinition, tags = [] } = readDescribed(await definitions.describe(arn));
    if (registeredAt(taskDefinition) < since - skewMs) return undefined;
    if (compare(input, { ...taskDefinition, tags }).lost.length === 0) return arn;
  }
  return undefined;
}

function registeredAt({ registeredAt: seconds }: JsonObject): number {
  return isJsonNumber(seconds) ? Number(JSON.stringify(seconds)) * 1_000 : Number.POSITIVE_INFINITY;
}
