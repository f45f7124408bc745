export type Bump = 'patch' | 'minor' | 'major' | 'all';
export type Direction = 'ascending' | 'descending';

/** A policy as it stands under `tags:` in slipway.yml: exactly one of the first eight. */
export interface TagPolicySource {
  readonly exact?: string | undefined;
  readonly glob?: string | undefined;
  readonly regex?: string | undefined;
  readonly semver?: string | undefined;
  readonly bump?: Bump | undefined;
  readonly numerical?: Direction | undefined;
  readonly alphabetical?: Direction | undefined;
  readonly newest?: 'pushed' | undefined;
  readonly pattern?: string | undefined;
  readonly extract?: string | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly allowDowngrade?: boolean | undefined;
}

export const RULE_KEYS = [
  'exact',
  'glob',
  'regex',
  'semver',
  'bump',
  'numerical',
  'alphabetical',
  'newest',
] as const satisfies readonly (keyof TagPolicySource)[];

export const OPTION_KEYS = [
  'pattern',
  'extract',
  'ignore',
  'allowDowngrade',
] as const satisfies readonly (keyof TagPolicySource)[];

/** Made by parseTagPolicy alone: what exists is valid. */
export interface TagPolicy {
  readonly source: TagPolicySource;
  readonly rule: TagRule;
  readonly allowDowngrade: boolean;
  ignores(tag: string): boolean;
}

/** `pushedAt` in milliseconds since 1970. */
export interface Candidate {
  readonly tag: string;
  readonly pushedAt?: number | undefined;
}

export type TagChoice =
  | { readonly kind: 'chosen'; readonly tag: string }
  | { readonly kind: 'none'; readonly reason: NoTagReason }
  | { readonly kind: 'error'; readonly problem: string };

export type NoTagReason = UnwantedReason | 'no tags' | 'nothing matches' | 'already running' | 'not newer';

/** Why one tag is no candidate. */
export type UnwantedReason =
  | 'ignored'
  | 'another tag'
  | 'no match'
  | 'pattern does not match'
  | 'extract is empty'
  | 'no version'
  | 'outside the range'
  | 'a prerelease, and the range names none'
  | 'one number is no upgrade'
  | 'another prerelease'
  | 'outside the bump'
  | 'no number';

export interface Question {
  /** Not empty, no tag twice, none ignored, sorted by tag. */
  readonly candidates: readonly Candidate[];
  readonly current: Candidate | undefined;
  readonly allowDowngrade: boolean;
}

export interface TagRule {
  /** Why this tag is no candidate; undefined: it is one. `running` matters to bump alone. */
  unwanted(tag: string, running: string | undefined): UnwantedReason | undefined;
  choose(question: Question): TagChoice;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** One reason where all tags share it. */
export function noneOf(reasons: readonly UnwantedReason[]): TagChoice {
  const [first] = reasons;
  const shared = first !== undefined && reasons.every((reason) => reason === first);
  return { kind: 'none', reason: shared ? first : 'nothing matches' };
}

/** In a person's words: `semver ^1.4`, `numerical ascending of $ts in ^main-(?P<ts>\d+)$`. */
export function describePolicy({ source }: TagPolicy): string {
  const rule = RULE_KEYS.filter((key) => source[key] !== undefined).map((key) => `${key} ${source[key]}`);
  const { pattern, extract, ignore = [] } = source;
  const filter = pattern === undefined ? '' : ` of ${extract ?? 'tags'} in ${pattern}`;
  const ignored = ignore.length === 0 ? '' : `, ignoring ${ignore.join(', ')}`;
  const downgrade = source.allowDowngrade === true ? ', downgrades allowed' : '';
  return `${rule.join()}${filter}${ignored}${downgrade}`;
}

/** Equal for policies that say the same, however their keys are ordered. */
export function policyKey({ source }: TagPolicy): string {
  const known = [...RULE_KEYS, ...OPTION_KEYS].filter((key) => source[key] !== undefined);
  return JSON.stringify(Object.fromEntries(known.map((key) => [key, source[key]])));
}
