import { isJsonNumber, isJsonObject, type JsonObject, type JsonValue } from '../lossless-json.ts';

export interface Comparison {
  /** Paths of members that were sent and did not come back equal. Empty: nothing was lost. */
  readonly lost: readonly string[];
  /** Paths of members that nobody sent: defaults that ECS filled in, or something new. */
  readonly added: readonly string[];
}

/** Their order decides what happens in the task, so ECS may not change it. */
const ordered = new Set(['dependsOn', 'environmentFiles']);

/**
 * Holds what ECS stored against what was sent. Lists of objects count as sets (containers by name), because ECS re-orders
 * some of them (`environment` by a hash of the name); lists of strings keep their order.
 */
export function compare(sent: JsonObject, stored: JsonObject): Comparison {
  const lost: string[] = [];
  const added: string[] = [];
  walk({ sent, stored, path: '', member: '' }, { lost, added });
  return { lost, added };
}

interface Pair {
  readonly sent: JsonValue | undefined;
  readonly stored: JsonValue | undefined;
  readonly path: string;
  readonly member: string;
}

interface Found {
  readonly lost: string[];
  readonly added: string[];
}

function walk({ sent, stored, path, member }: Pair, found: Found): void {
  if (isJsonObject(sent) && isJsonObject(stored)) walkObjects({ sent, stored, path }, found);
  else if (Array.isArray(sent) && Array.isArray(stored)) walkLists({ sent, stored, path, member }, found);
  else if (!sameScalar(sent, stored)) found.lost.push(path);
}

function walkObjects(
  { sent, stored, path }: { readonly sent: JsonObject; readonly stored: JsonObject; readonly path: string },
  found: Found,
): void {
  const at = (member: string) => (path === '' ? member : `${path}.${member}`);
  for (const [member, value] of Object.entries(sent)) {
    const kept = Object.hasOwn(stored, member) ? stored[member] : undefined;
    if (value === null && kept === undefined) continue;
    walk({ sent: value, stored: kept, path: at(member), member }, found);
  }
  found.added.push(
    ...Object.keys(stored)
      .filter((member) => !Object.hasOwn(sent, member))
      .map(at),
  );
}

interface Lists {
  readonly sent: readonly JsonValue[];
  readonly stored: readonly JsonValue[];
  readonly path: string;
  readonly member: string;
}

function walkLists(lists: Lists, found: Found): void {
  const { sent, stored, path, member } = lists;
  if (sent.length !== stored.length) {
    found.lost.push(path);
    return;
  }
  const isSet = !ordered.has(member) && sent.every(isJsonObject) && stored.every(isJsonObject);
  const partners = isSet ? pairUp({ sent, stored, member }) : stored;
  sent.forEach((value, index) => {
    walk({ sent: value, stored: partners[index], path: `${path}[${label(value, index)}]`, member }, found);
  });
}

interface Sets {
  readonly sent: readonly JsonObject[];
  readonly stored: readonly JsonObject[];
  readonly member: string;
}

/**
 * For each sent object a stored one that holds all of it: the one in its own place, else the first that is left, the fullest
 * object choosing first. What finds none is held against the one of its name, so that the path says what was lost.
 */
function pairUp({ sent, stored, member }: Sets): readonly (JsonObject | undefined)[] {
  const left: (JsonObject | undefined)[] = [...stored];
  const take = (index: number) => (index === -1 ? undefined : left.splice(index, 1, undefined)[0]);
  const first = (fits: (other: JsonObject) => boolean) =>
    take(left.findIndex((other) => other !== undefined && fits(other)));
  const whole = sent.map((value, index) =>
    holds(value, { other: stored[index], member }) ? take(index) : undefined,
  );
  const fullestFirst = [...sent.keys()].toSorted((a, b) => sizeOf(sent[b]) - sizeOf(sent[a]));
  for (const index of fullestFirst) {
    whole[index] ??= first((other) => holds(sent[index], { other, member }));
  }
  return whole.map((partner, index) => partner ?? first((other) => isNamesake(sent[index], other)));
}

function holds(
  value: JsonObject | undefined,
  { other, member }: { readonly other: JsonObject | undefined; readonly member: string },
): boolean {
  if (nameOf(value) !== undefined && nameOf(value) !== nameOf(other)) return false;
  const found: Found = { lost: [], added: [] };
  walk({ sent: value, stored: other, path: '', member }, found);
  return found.lost.length === 0;
}

function sizeOf(value: JsonObject | undefined): number {
  return Object.keys(value ?? {}).length;
}

function isNamesake(value: JsonObject | undefined, other: JsonObject): boolean {
  return nameOf(value) !== undefined && nameOf(value) === nameOf(other);
}

function nameOf(value: JsonValue | undefined): string | undefined {
  const name = isJsonObject(value) ? (value['name'] ?? value['key']) : undefined;
  return typeof name === 'string' ? name : undefined;
}

function label(value: JsonValue, index: number): string {
  return nameOf(value) ?? String(index);
}

function sameScalar(sent: JsonValue | undefined, stored: JsonValue | undefined): boolean {
  if (sent === stored) return true;
  if (!isJsonNumber(sent) || !isJsonNumber(stored)) return false;
  const [a, b] = [JSON.stringify(sent), JSON.stringify(stored)];
  return a === b || (isExact(a) && isExact(b) && Number(a) === Number(b));
}

/** Written with few enough digits that a double holds it, so 1, 1.0 and 1e0 may be compared as doubles. */
function isExact(text: string): boolean {
  return text.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '').length <= 15;
}
