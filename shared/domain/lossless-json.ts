export type JsonValue = null | boolean | number | string | JsonNumber | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** A number that a double cannot hold, or that was written in another way than JavaScript would: kept as text. */
export interface JsonNumber {
  readonly rawJSON: string;
}

interface LosslessJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): JsonNumber;
  isRawJSON(value: unknown): boolean;
}

/** Node 24 has these; TypeScript's ES2023 library does not know them. https://tc39.es/proposal-json-parse-with-source/ */
const json = JSON as unknown as LosslessJson;

/** Parses JSON so that printing it again gives every number back as it was written. Throws SyntaxError. */
export function parseLossless(text: string): JsonValue {
  const value = json.parse(text, (_key, parsed, { source }) =>
    typeof parsed === 'number' && source !== undefined && source !== String(parsed)
      ? json.rawJSON(source)
      : parsed,
  );
  return value as JsonValue;
}

export function printLossless(value: JsonValue): string {
  return JSON.stringify(value);
}

export function isJsonNumber(value: JsonValue | undefined): value is number | JsonNumber {
  return typeof value === 'number' || json.isRawJSON(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value);
}

/** The text, or undefined for anything else. */
export function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
