import { RE2JS } from 're2js';
import { MAX_PATTERN_LENGTH } from './pattern.ts';
import type { Checked } from './policy.ts';

const TOKEN = /\\(?<escaped>.)|\[(?<not>[!^]?)(?<set>\]?[^\]]*)\]|\*+|./gsu;

type Groups = Partial<Record<'escaped' | 'not' | 'set', string>>;

const NESTING: Readonly<Record<string, number>> = { '{': 1, '}': -1 };

/**
 * `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}` and `\` over the whole tag. It becomes RE2: a backtracking matcher can be kept busy
 * for minutes by `*a*a*a*b`.
 */
export function compileGlob(glob: string): Checked<(tag: string) => boolean> {
  if (glob === '') return { ok: false, problem: 'is empty' };
  if (glob.length > MAX_PATTERN_LENGTH) {
    return { ok: false, problem: `is longer than ${MAX_PATTERN_LENGTH} characters` };
  }
  const expression = toExpression(glob);
  if (expression === undefined) return { ok: false, problem: 'has a [ or a brace without its partner' };
  try {
    const matcher = RE2JS.compile(expression, RE2JS.DOTALL);
    return { ok: true, value: (tag) => matcher.testExact(tag) };
  } catch {
    return { ok: false, problem: 'has a range in [ ] that is upside down' };
  }
}

function toExpression(glob: string): string | undefined {
  let depth = 0;
  let expression = '';
  for (const { 0: token, groups } of glob.matchAll(TOKEN)) {
    depth += NESTING[token] ?? 0;
    if (token === '[' || token === '\\' || depth < 0) return undefined;
    expression += translate(token, groups as Groups, depth);
  }
  return depth === 0 ? expression : undefined;
}

function translate(token: string, { escaped, not, set }: Groups, depth: number): string {
  if (escaped !== undefined) return RE2JS.quote(escaped);
  if (set !== undefined) return `[${not === '' ? '' : '^'}${set.replaceAll(/[\\[\]^]/g, String.raw`\$&`)}]`;
  if (token.startsWith('*')) return '.*';
  if (token === '?') return '.';
  if (token === '{') return '(?:';
  if (token === '}') return ')';
  if (token === ',' && depth > 0) return '|';
  return RE2JS.quote(token);
}
