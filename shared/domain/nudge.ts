import type { ServiceName } from './arn.ts';
import { key } from './key.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './lossless-json.ts';
import type { Membership } from './target/rollout.ts';

/** "Look at this target": the state is the truth, so a message needs to say no more. Version 1. */
export interface Nudge extends ServiceName {
  readonly generation: number;
  /** Sent by a plan: the turn that it gave. */
  readonly turn?: PlanTurn | undefined;
}

/** A member of a plan may start: at this time, which was reserved for it, and beside these, which are looked at together. */
export interface PlanTurn extends Membership {
  /** When UpdateService was given its slot. Milliseconds since the epoch. */
  readonly slot: number;
  /** Services of the same cluster that start with it, itself among them; at most ten. */
  readonly mates: readonly string[];
}

interface FifoMessage {
  readonly body: JsonObject;
  readonly group: string;
  readonly deduplicationId: string;
}

/**
 * One target's messages are handled one at a time. Its generation makes a new decision a new message, and so does a turn; `again`
 * (a minute, or when a timer fired) makes a repeated nudge one that the queue does not swallow.
 */
export function nudge({ cluster, service, generation, turn }: Nudge, again = 0): FifoMessage {
  const body = { v: 1, kind: 'nudge', cluster, service, generation };
  const turnId = turn === undefined ? [] : [turn.plan, turn.index, turn.slot];
  return {
    body: turn === undefined ? body : { ...body, turn: { ...turn } },
    group: key('target', cluster, service),
    deduplicationId: key('nudge', cluster, service, generation, again, ...turnId),
  };
}

/** Undefined where it is no nudge that this version understands. One without a readable turn is an ordinary nudge. */
export function readNudge(value: JsonValue): Nudge | undefined {
  const name = readServiceMessage('nudge', value);
  const { generation, turn } = isJsonObject(value) ? value : {};
  if (name === undefined) return undefined;
  return { ...name, generation: typeof generation === 'number' ? generation : 0, turn: readTurn(turn) };
}

function readTurn(value: JsonValue | undefined): PlanTurn | undefined {
  if (!isJsonObject(value)) return undefined;
  const { plan, index, slot, mates } = value;
  if (typeof plan !== 'string' || typeof index !== 'number' || typeof slot !== 'number') return undefined;
  const names = Array.isArray(mates) ? mates.filter((mate) => typeof mate === 'string') : [];
  return { plan, index, slot, mates: names.slice(0, matesMax) };
}

/** As many as DescribeServices takes. */
const matesMax = 10;

/** Undefined where the text is no message of this kind that this version understands. */
export function readServiceMessage(kind: 'nudge' | 'look', value: JsonValue): ServiceName | undefined {
  if (!isJsonObject(value) || value['v'] !== 1 || value['kind'] !== kind) return undefined;
  const { cluster, service } = value;
  return typeof cluster === 'string' && typeof service === 'string' ? { cluster, service } : undefined;
}

/** "See how its rollouts stand": sent when an event was lost, or came before ECS's reads knew of it. Version 1. */
export interface Look extends ServiceName {
  readonly tries: number;
  /** ECS said no more than that it has failed a deployment: one that it rolls back shows that. */
  readonly claims?: 'failure' | undefined;
}

export function readLook(value: JsonValue): Look | undefined {
  const name = readServiceMessage('look', value);
  const { tries, claims } = isJsonObject(value) ? value : {};
  if (name === undefined) return undefined;
  const known = claims === 'failure' ? { claims } : {};
  return { ...name, tries: typeof tries === 'number' ? tries : 0, ...known } as Look;
}

export function look({ cluster, service, tries, claims }: Look): JsonObject {
  const body = { v: 1, kind: 'look', cluster, service, tries };
  return claims === undefined ? body : { ...body, claims };
}

/** "Give turns to the next members of this plan". One at a time per plan; `again` as in `nudge`. Version 1. */
export function pump(plan: string, again = 0): FifoMessage {
  return {
    body: { v: 1, kind: 'pump', plan },
    group: key('plan', plan),
    deduplicationId: key('pump', plan, again),
  };
}

/** The plan's id. Undefined where the text is no pump that this version understands. */
export function readPump(value: JsonValue): string | undefined {
  if (!isJsonObject(value) || value['v'] !== 1 || value['kind'] !== 'pump') return undefined;
  const { plan } = value;
  return typeof plan === 'string' ? plan : undefined;
}

/** "Pass this on now": a timer that fires, and the nudge, look or pump that it carries. Version 1. */
export interface Wake {
  /** When it was to fire. Milliseconds since the epoch. */
  readonly at: number;
  readonly message: JsonObject;
}

export function wake({ at, message }: Wake): JsonObject {
  return { v: 1, kind: 'wake', at, message };
}

export function readWake(value: JsonValue): Wake | undefined {
  if (!isJsonObject(value) || value['v'] !== 1 || value['kind'] !== 'wake') return undefined;
  const { at, message } = value;
  return typeof at === 'number' && isJsonObject(message) ? { at, message } : undefined;
}
