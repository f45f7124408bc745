import { alphabetical } from './alphabetical.ts';
import { bump } from './bump.ts';
import { exact } from './exact.ts';
import { compileFilter, type Filter } from './filter.ts';
import { glob } from './glob.ts';
import { compileIgnores } from './ignore.ts';
import { newest } from './newest.ts';
import { numerical } from './numerical.ts';
import type { Checked, TagPolicy, TagPolicySource, TagRule } from './policy.ts';
import { OPTION_KEYS, RULE_KEYS } from './policy.ts';
import { regex } from './regex.ts';
import { semver } from './semver.ts';

export type ParsedTagPolicy =
  | { readonly ok: true; readonly policy: TagPolicy }
  | { readonly ok: false; readonly problem: string; readonly path: readonly string[] };

type RuleKey = (typeof RULE_KEYS)[number];

/** A new policy is a file beside this one and a line here. */
const RULES: Readonly<Record<RuleKey, (text: string, filter?: Filter) => Checked<TagRule>>> = {
  exact,
  glob,
  regex,
  semver,
  bump,
  numerical,
  alphabetical,
  newest,
};

const FILTERABLE: ReadonlySet<RuleKey> = new Set<RuleKey>(['semver', 'numerical', 'alphabetical']);
const KNOWN: ReadonlySet<string> = new Set<string>([...RULE_KEYS, ...OPTION_KEYS]);
const MAX_IGNORES = 50;

/** The value under `tags:`. The problem reads on from the name of the key that `path` names, or stands alone. */
export function parseTagPolicy(value: unknown): ParsedTagPolicy {
  const read = readSource(value);
  if ('problem' in read) return { ok: false, ...read };
  const { source, key } = read;
  const filter = readFilter(source, key);
  if ('problem' in filter) return { ok: false, ...filter };
  const rule = RULES[key](`${source[key]}`, filter.filter);
  if (!rule.ok) return { ok: false, problem: rule.problem, path: [key] };
  const ignores = compileIgnores(source.ignore ?? []);
  if (!ignores.ok) return { ok: false, problem: ignores.problem, path: ['ignore'] };
  if (source.exact !== undefined && ignores.value(source.exact)) {
    return { ok: false, problem: `names a tag that is ignored: ${source.exact}`, path: ['exact'] };
  }
  return {
    ok: true,
    policy: {
      source,
      rule: rule.value,
      ignores: ignores.value,
      allowDowngrade: source.allowDowngrade === true,
    },
  };
}

interface Problem {
  readonly problem: string;
  readonly path: readonly string[];
}

function readSource(value: unknown): Problem | { readonly source: TagPolicySource; readonly key: RuleKey } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: `must be a policy like { semver: "^1.4" }`, path: [] };
  }
  const entries = Object.entries(value).filter(([, given]) => given !== undefined);
  for (const [key, given] of entries) {
    const problem = KNOWN.has(key) ? checkType(key, given) : `is unknown: use ${[...KNOWN].join(', ')}`;
    if (problem !== undefined) return { problem, path: [key] };
  }
  const source: TagPolicySource = Object.fromEntries(entries);
  const [key, ...others] = RULE_KEYS.filter((rule) => source[rule] !== undefined);
  if (key !== undefined && others.length === 0) return { source, key };
  const found = key === undefined ? 'none' : [key, ...others].join(' and ');
  return { problem: `must have exactly one of ${RULE_KEYS.join(', ')}; found ${found}`, path: [] };
}

function checkType(key: string, given: unknown): string | undefined {
  if (key === 'allowDowngrade') return typeof given === 'boolean' ? undefined : 'must be true or false';
  if (key === 'ignore') return checkIgnores(given);
  return typeof given === 'string' ? undefined : 'must be text: put it in quotes, like "1.10"';
}

function checkIgnores(given: unknown): string | undefined {
  if (!Array.isArray(given) || given.some((glob) => typeof glob !== 'string')) {
    return 'must be a list of globs, like ["*-dev"]';
  }
  return given.length > MAX_IGNORES ? `has more than ${MAX_IGNORES} globs` : undefined;
}

function readFilter(
  { pattern, extract }: TagPolicySource,
  key: RuleKey,
): Problem | { readonly filter: Filter | undefined } {
  const given = extract === undefined ? 'pattern' : 'extract';
  if (pattern === undefined) {
    return extract === undefined ? { filter: undefined } : { problem: 'needs a pattern', path: [given] };
  }
  if (!FILTERABLE.has(key)) {
    return { problem: `goes before ${[...FILTERABLE].join(', ')}, not before ${key}`, path: [given] };
  }
  const filter = compileFilter(pattern, extract);
  return filter.ok ? { filter: filter.value } : { problem: filter.problem, path: [filter.key] };
}
