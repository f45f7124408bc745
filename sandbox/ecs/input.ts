import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  printLossless,
} from '../../shared/domain/lossless-json.ts';
import { serialization } from './aws-error.ts';

/** Readers of a request's members. A null is an absent member; another shape is what ECS cannot deserialize. */
export function text(input: JsonObject, key: string): string | undefined {
  const value = input[key] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw serialization(`${kind(value)} can not be converted to a String: ${key}`);
}

export function whole(input: JsonObject, key: string): number | undefined {
  const value = input[key] ?? undefined;
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value;
  throw serialization(`${kind(value)} can not be converted to an Integer: ${key}`);
}

export function flag(input: JsonObject, key: string): boolean | undefined {
  const value = input[key] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw serialization(`${kind(value)} can not be converted to a Boolean: ${key}`);
}

export function record(input: JsonObject, key: string): JsonObject | undefined {
  const value = input[key] ?? undefined;
  if (value === undefined || isJsonObject(value)) return value;
  throw serialization(`${kind(value)} found where a structure was expected: ${key}`);
}

function list(input: JsonObject, key: string): readonly JsonValue[] | undefined {
  const value = input[key] ?? undefined;
  if (value === undefined || isList(value)) return value;
  throw serialization(`Unrecognized collection type class ${javaClass(value)}: ${key}`);
}

export function records(input: JsonObject, key: string): readonly JsonObject[] | undefined {
  return list(input, key)?.map((value) => {
    if (isJsonObject(value)) return value;
    throw serialization(`${kind(value)} found where a structure was expected: ${key}`);
  });
}

export function texts(input: JsonObject, key: string): readonly string[] | undefined {
  return list(input, key)?.map((value) => {
    if (typeof value === 'string') return value;
    throw serialization(`${kind(value)} can not be converted to a String: ${key}`);
  });
}

/** A value inside a text: as it is, or as JSON. */
export function show(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : printLossless(value);
}

/** Leaves members out that have no value, as ECS leaves nulls out of its answers. */
export function compact(members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  );
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function kind(value: JsonValue): string {
  if (isList(value)) return 'START_LIST';
  if (isJsonObject(value)) return 'START_MAP';
  if (typeof value === 'string') return 'STRING_VALUE';
  return typeof value === 'boolean' ? 'BOOLEAN_VALUE' : 'NUMBER_VALUE';
}

function javaClass(value: JsonValue): string {
  if (isJsonObject(value)) return 'java.util.LinkedHashMap';
  return typeof value === 'string' ? 'java.lang.String' : 'java.lang.Number';
}
