import type { ServiceName } from './arn.ts';
import { key } from './key.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './lossless-json.ts';

/** "Look at this target": the state is the truth, so a message needs to say no more. Version 1. */
export interface Nudge extends ServiceName {
  readonly generation: number;
}

interface NudgeMessage {
  readonly body: JsonObject;
  readonly group: string;
  readonly deduplicationId: string;
}

/**
 * One target's messages are handled one at a time. Its generation makes a new decision a new message; `again` (a minute, say)
 * makes a repeated nudge one that the queue does not swallow.
 */
export function nudge({ cluster, service, generation }: Nudge, again = 0): NudgeMessage {
  return {
    body: { v: 1, kind: 'nudge', cluster, service, generation },
    group: key('target', cluster, service),
    deduplicationId: key('nudge', cluster, service, generation, again),
  };
}

/** Undefined where the text is no message of this kind that this version understands. */
export function readServiceMessage(kind: 'nudge' | 'look', value: JsonValue): ServiceName | undefined {
  if (!isJsonObject(value) || value['v'] !== 1 || value['kind'] !== kind) return undefined;
  const { cluster, service } = value;
  return typeof cluster === 'string' && typeof service === 'string' ? { cluster, service } : undefined;
}

/** "See how its rollouts stand": sent when an event was lost, or came before ECS's reads knew of it. Version 1. */
export interface Look extends ServiceName {
  readonly tries: number;
}

export function readLook(value: JsonValue): Look | undefined {
  const name = readServiceMessage('look', value);
  const tries = isJsonObject(value) ? value['tries'] : undefined;
  return name === undefined ? undefined : { ...name, tries: typeof tries === 'number' ? tries : 0 };
}

export function look({ cluster, service, tries }: Look): JsonObject {
  return { v: 1, kind: 'look', cluster, service, tries };
}
