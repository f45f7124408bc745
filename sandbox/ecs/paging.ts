import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { invalidParameter } from './aws-error.ts';
import type { Core } from './core.ts';
import { javaHash } from './definitions/environment-order.ts';
import { text, whole } from './input.ts';

export interface Ranked {
  /** Orders the list and marks where a page ended, so that pages survive changes between them. */
  readonly rank: string;
  readonly value: string | JsonObject;
}

interface Rules {
  /** The member of the answer. */
  readonly name: string;
  readonly pageSize: number;
  readonly max?: number;
  readonly descending?: boolean;
}

/** One page of a list, as AWS pages: opaque token, a default and a maximum. */
export function page(
  core: Core,
  input: JsonObject,
  list: { items: readonly Ranked[]; rules: Rules },
): JsonObject {
  const { items, rules } = list;
  const asked = whole(input, 'maxResults') ?? rules.pageSize;
  const max = rules.max ?? 100;
  if (asked < 1 || asked > max) throw invalidParameter(`maxResults must be between 1 and ${max}.`);
  const size = core.switches.shortPages ? core.random.whole(1, asked) : asked;
  const sign = rules.descending === true ? -1 : 1;
  const from = readToken(rules.name, text(input, 'nextToken'));
  const after = from === undefined ? items : items.filter(({ rank }) => sign * compare(rank, from) > 0);
  const left = after.toSorted((one, other) => sign * compare(one.rank, other.rank));
  const shown = left.slice(0, size);
  const last = shown.at(-1);
  const more = last !== undefined && left.length > shown.length;
  return {
    [rules.name]: shown.map(({ value }) => value),
    ...(more ? { nextToken: token(rules.name, last.rank) } : {}),
  };
}

/** Lists whose order AWS does not tell: an order of chance that stays the same from page to page. */
export function shuffledRank(core: Core, key: string): string {
  const hash = Math.imul(javaHash(`${key}${core.listSalt}`), 0x9e3779b1) >>> 0;
  return `${hash.toString(16).padStart(8, '0')} ${key}`;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function token(name: string, rank: string): string {
  return Buffer.from(JSON.stringify({ name, rank })).toString('base64url');
}

function readToken(name: string, given: string | undefined): string | undefined {
  if (given === undefined || given === '') return undefined;
  try {
    const read = JSON.parse(Buffer.from(given, 'base64url').toString()) as { name?: unknown; rank?: unknown };
    if (read.name === name && typeof read.rank === 'string') return read.rank;
  } catch (cause) {
    throw Object.assign(invalidParameter('Invalid token.'), { cause });
  }
  throw invalidParameter('Invalid token.');
}
