import {
  isJsonObject,
  type JsonNumber,
  type JsonObject,
  type JsonValue,
  parseLossless,
  printLossless,
} from '../../shared/domain/lossless-json.ts';
import { AwsError, serialization } from './aws-error.ts';

const TARGET = 'AmazonEC2ContainerServiceV20141113.';

/** The operation that the target header names. */
export function operationOf(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const target = String(headers['x-amz-target'] ?? '');
  const type =
    String(headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim() ?? '';
  if (!target.startsWith(TARGET)) {
    const hint = `Send X-Amz-Target: ${TARGET}<Operation>.`;
    throw new AwsError('UnknownOperationException', `This endpoint speaks ECS's JSON 1.1 protocol. ${hint}`, {
      status: 404,
    });
  }
  if (type !== 'application/x-amz-json-1.1' && type !== 'application/json') {
    const message = `Content-Type '${type}' is not served: use application/x-amz-json-1.1.`;
    throw new AwsError('UnsupportedMediaTypeException', message, { status: 415 });
  }
  return target.slice(TARGET.length);
}

export function parseBody(text: string): JsonObject {
  let body: JsonValue;
  try {
    body = text.trim() === '' ? {} : parseLossless(text);
  } catch (cause) {
    throw Object.assign(serialization('The request body is not JSON.'), { cause });
  }
  if (!isJsonObject(body)) throw serialization('Start of structure was expected.');
  return body;
}

/** Without signature the caller is nobody; who it is, is all that is read of a signature. */
export function accessKeyOf(authorization: string | undefined): string {
  return /Credential=([^/,\s]+)\//.exec(authorization ?? '')?.[1] ?? '';
}

export function printAnswer(answer: JsonObject): string {
  return printLossless(withTimestamps(answer) as JsonValue);
}

export function printError({ type, message, fields }: AwsError): string {
  return printLossless({ __type: type, message, ...fields });
}

const timestamps: ReadonlySet<string> = new Set([
  'connectivityAt',
  'createdAt',
  'deleteRequestedAt',
  'deregisteredAt',
  'executionStoppedAt',
  'finishedAt',
  'pullStartedAt',
  'pullStoppedAt',
  'registeredAt',
  'startedAt',
  'stoppedAt',
  'stoppingAt',
  'updatedAt',
]);

const json = JSON as unknown as { rawJSON(text: string): JsonNumber };

/** ECS writes times as numbers with an exponent: 1.619234847026E9. Container definitions hold none. */
function withTimestamps(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((one: JsonValue) => withTimestamps(one) ?? null);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      if (timestamps.has(key) && typeof one === 'number') return [key, json.rawJSON(exponent(one))];
      return [key, key === 'containerDefinitions' ? one : withTimestamps(one)];
    }),
  );
}

function exponent(number: number): string {
  return number.toExponential().replace('e+', 'E').replace('e', 'E');
}
