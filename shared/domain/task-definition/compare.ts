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

/** Containers, variables, secrets and tags have names of their own, so only the rest has to be matched. */
function pairUp(sets: Sets): readonly (JsonObject | undefined)[] {
  const { sent, stored } = sets;
  const names = new Set(sent.map(nameOf));
  if (names.has(undefined) || names.size < sent.length) return match(sets);
  const byName = new Map(stored.map((other) => [nameOf(other), other]));
  return sent.map((value) => byName.get(nameOf(value)));
}

/**
 * For each sent object a stored one of its own that holds all of it, as many as there can be. What finds none is held against
 * the one of its name that is left, so that the path says what was lost.
 */
function match({ sent, stored, member }: Sets): readonly (JsonObject | undefined)[] {
  const fitting = sent.map((value) =>
    [...stored.keys()].filter((at) => holds(value, { other: stored[at], member })),
  );
  const takenBy = new Map<number, number>();
  const seat = (index: number, tried: Set<number>): boolean =>
    fitting[index]?.some((at) => {
      if (tried.has(at)) return false;
      tried.add(at);
      const holder = takenBy.get(at);
      if (holder !== undefined && !seat(holder, tried)) return false;
      takenBy.set(at, index);
      return true;
    }) === true;
  for (const index of sent.keys()) seat(index, new Set());
  const partners = new Map([...takenBy].map(([at, index]) => [index, stored[at]]));
  const left = [...stored.keys()].filter((at) => !takenBy.has(at)).map((at) => stored[at]);
  return sent.map((value, index) => partners.get(index) ?? left.find((other) => isNamesake(value, other)));
}

function holds(
  value: JsonObject,
  { other, member }: { readonly other: JsonObject | undefined; readonly member: string },
): boolean {
  if (nameOf(value) !== undefined && nameOf(value) !== nameOf(other)) return false;
  const found: Found = { lost: [], added: [] };
  walk({ sent: value, stored: other, path: '', member }, found);
  return found.lost.length === 0;
}

function isNamesake(value: JsonObject, other: JsonObject | undefined): boolean {
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

/** Written with so few digits, and so near to one, that a double holds it: 1, 1.0 and 1e0 may be compared as doubles. */
function isExact(text: string): boolean {
  const [mantissa = '', exponent = '0'] = text.split(/e/i);
  return mantissa.replace(/\D/g, '').replace(/^0+/, '').length <= 15 && Math.abs(Number(exponent)) <= 200;
}
