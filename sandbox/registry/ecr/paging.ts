import { parameter } from './input.ts';

const PAGE_DEFAULT = 100;

interface Asked {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** One page, and the token of the next. Tokens are opaque to clients and good for one list only. */
export function page<Entry>(list: string, entries: readonly Entry[], asked: Asked) {
  const from = asked.nextToken === undefined ? 0 : readToken(list, asked.nextToken);
  const to = from + (asked.maxResults ?? PAGE_DEFAULT);
  const next = to < entries.length ? { nextToken: writeToken(list, to) } : {};
  return { entries: entries.slice(from, to), next };
}

function writeToken(list: string, from: number): string {
  return Buffer.from(JSON.stringify([list, from])).toString('base64url');
}

function readToken(list: string, token: string): number {
  const [of, from] = decode(token);
  if (of === list && Number.isSafeInteger(from) && Number(from) >= 0) return Number(from);
  throw parameter('nextToken', 'must be a token that this operation returned');
}

function decode(token: string): readonly unknown[] {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(decoded) ? decoded : [];
  } catch {
    return [];
  }
}
