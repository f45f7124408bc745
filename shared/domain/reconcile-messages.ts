import type { ServiceName } from './arn.ts';
import { asText, isJsonObject, type JsonObject, type JsonValue } from './lossless-json.ts';

/** "Look at this target again, then select for what it runs", for reconcile. Version 1. */
export function seeMessage({ cluster, service }: ServiceName): JsonObject {
  return { v: 1, kind: 'see', cluster, service };
}

/** "See whether its policies select something that nobody rolled", for image-pushed. Version 1. */
export interface Select {
  readonly registry: string;
  readonly repository: string;
  /** This target alone. */
  readonly only?: ServiceName | undefined;
}

export function selectMessage({ registry, repository, only }: Select): JsonObject {
  const body = { v: 1, kind: 'select', registry, repository };
  return only === undefined ? body : { ...body, only: { cluster: only.cluster, service: only.service } };
}

/** Undefined where it is no message of this kind that this version understands. */
export function readSelect(value: unknown): Select | undefined {
  const message = value as JsonValue;
  if (!isJsonObject(message) || message['v'] !== 1 || message['kind'] !== 'select') return undefined;
  const [registry, repository] = [asText(message['registry']), asText(message['repository'])];
  if (registry === undefined || repository === undefined) return undefined;
  return { registry, repository, only: nameIn(message['only']) };
}

export function nameIn(value: JsonValue | undefined): ServiceName | undefined {
  if (!isJsonObject(value)) return undefined;
  const [cluster, service] = [asText(value['cluster']), asText(value['service'])];
  return cluster === undefined || service === undefined ? undefined : { cluster, service };
}
