import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import type { Core } from '../core.ts';

/** Who calls, as far as the world knows: the access key of the request's signature. */
export interface Caller {
  readonly accessKey: string;
}

export type Operation = (core: Core, input: JsonObject, caller: Caller) => JsonObject;
export type Operations = Readonly<Record<string, Operation>>;

export const missing = (arn: string): JsonObject => ({ arn, reason: 'MISSING' });
