import type { ServiceName } from '../../shared/domain/arn.ts';
import { asText, isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import { nameIn } from '../../shared/domain/reconcile-messages.ts';

/** What is looked through page by page: the services of a cluster, or what fires tasks anywhere in the account. */
export type Part =
  | { readonly of: 'services'; readonly cluster: string }
  | { readonly of: 'schedules' | 'rules' };

export interface PageMessage {
  readonly kind: 'page';
  readonly part: Part;
  /** When the pass began: its name. */
  readonly pass: number;
  readonly token?: string | undefined;
}

export type ReconcileMessage =
  | { readonly kind: 'all' }
  | PageMessage
  | { readonly kind: 'see'; readonly name: ServiceName };

export function partName(part: Part): string {
  return part.of === 'services' ? `services:${part.cluster}` : part.of;
}

export function pageMessage({ part, pass, token }: Omit<PageMessage, 'kind'>): JsonObject {
  const body = { v: 1, kind: 'page', ...part, pass };
  return token === undefined ? body : { ...body, token };
}

/** Undefined where it is none that this version understands. */
export function readMessage(value: JsonValue): ReconcileMessage | undefined {
  if (!isJsonObject(value) || value['v'] !== 1) return undefined;
  switch (value['kind']) {
    case 'all':
      return { kind: 'all' };
    case 'page':
      return readPage(value);
    case 'see': {
      const name = nameIn(value);
      return name === undefined ? undefined : { kind: 'see', name };
    }
    default:
      return undefined;
  }
}

function readPage(value: JsonObject): PageMessage | undefined {
  const [part, pass] = [readPart(value), value['pass']];
  if (part === undefined || typeof pass !== 'number') return undefined;
  return { kind: 'page', part, pass, token: asText(value['token']) };
}

function readPart({ of, cluster }: JsonObject): Part | undefined {
  if (of === 'schedules' || of === 'rules') return { of };
  const name = asText(cluster);
  return of === 'services' && name !== undefined ? { of, cluster: name } : undefined;
}
