import { type Comparator, type Given, type Operator, passes } from './comparator.ts';
import { parseVersion, type Version } from './version.ts';

/** A constraint of Masterminds/semver v3 (3.4 and later): groups joined by `||`, comparators joined by comma or space. */
export interface Range {
  readonly groups: readonly Group[];
}

interface Group {
  readonly comparators: readonly Comparator[];
  /** One comparator with a prerelease lets prereleases into its whole group. */
  readonly prereleases: boolean;
}

export const MAX_RANGE_LENGTH = 512;
const MAX_GROUPS = 32;

const SPACE = String.raw`[\t\n\f\r ]`;
/** `|` in the class is Masterminds' own slip: `1.x.|` is `1.x`, and a number with a `|` is refused later. */
const PART = String.raw`[\d|xX*]+`;
const SUFFIX = String.raw`[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*`;
const PARTIAL = String.raw`v?${PART}(?:\.${PART})?(?:\.${PART})?(?:-${SUFFIX})?(?:\+${SUFFIX})?`;
const HYPHEN = new RegExp(`${SPACE}*(${PARTIAL})${SPACE}+-${SPACE}+(${PARTIAL})${SPACE}*`, 'g');
const COMPARATOR = new RegExp(
  String.raw`^${SPACE}*(=>|=<|>=|<=|!=|~>|[=><~^])?${SPACE}*(v?(${PART})(?:\.(${PART}))?(?:\.(${PART}))?(-${SUFFIX})?(?:\+${SUFFIX})?)`,
);
const SEPARATOR = new RegExp(`^(?:${SPACE}*,|${SPACE}+)`);
const BLANK = new RegExp(`^${SPACE}*$`);

const OPERATORS = {
  '=>': '>=',
  '=<': '<=',
  '~>': '~',
  '>=': '>=',
  '<=': '<=',
  '!=': '!=',
  '=': '=',
  '>': '>',
  '<': '<',
  '~': '~',
  '^': '^',
} as const satisfies Readonly<Record<string, Operator>>;

/** What COMPARATOR finds: itself, the operator, the version, and its parts. */
type Found = [
  string,
  keyof typeof OPERATORS | undefined,
  string,
  string,
  string | undefined,
  string | undefined,
  string | undefined,
];

/** Undefined: Masterminds refuses it. */
export function parseRange(text: string): Range | undefined {
  if (text.length > MAX_RANGE_LENGTH) return undefined;
  const parts = rewriteHyphens(text).split('||');
  if (parts.length > MAX_GROUPS) return undefined;
  const groups = parts.map(parseGroup);
  return groups.includes(undefined) ? undefined : { groups: groups.filter((group) => group !== undefined) };
}

/** `prereleases: true` asks what the range would say if it let prereleases in. */
export function satisfies(version: Version, range: Range, options?: { prereleases: boolean }): boolean {
  return range.groups.some(
    ({ comparators, prereleases }) =>
      (version.prerelease === '' || prereleases || options?.prereleases === true) &&
      comparators.every((comparator) => passes(version, comparator)),
  );
}

/** `1.2 - 2.3` becomes `>= 1.2, <= 2.3 `. Done before the text is split, so that the odd cases come out as Masterminds'. */
function rewriteHyphens(text: string): string {
  return [...text.matchAll(HYPHEN)].reduce(
    (rewritten, [found, from, to]) => rewritten.replace(found, () => `>= ${from}, <= ${to} `),
    text,
  );
}

function parseGroup(text: string): Group | undefined {
  const comparators: Comparator[] = [];
  let rest = text;
  for (;;) {
    const found = COMPARATOR.exec(rest);
    if (found === null) return undefined;
    const comparator = toComparator(found);
    if (comparator === undefined) return undefined;
    comparators.push(comparator);
    rest = rest.slice(found[0].length);
    if (BLANK.test(rest)) break;
    const separator = SEPARATOR.exec(rest);
    if (separator === null) return undefined;
    rest = rest.slice(separator[0].length);
  }
  return { comparators, prereleases: comparators.some(({ version }) => version.prerelease !== '') };
}

function toComparator(found: RegExpExecArray): Comparator | undefined {
  const [, sign, whole, major, minor, patch, suffix = ''] = found as unknown as Found;
  const given = givenParts(major, minor, patch);
  const text: Record<Given, string> = {
    nothing: `0.0.0${suffix}`,
    major: `${major}.0.0${suffix}`,
    minor: `${major}.${minor}.0${suffix}`,
    all: whole,
  };
  const version = parseVersion(text[given]);
  return version === undefined ? undefined : { operator: OPERATORS[sign ?? '='], version, given };
}

function givenParts(major: string, minor: string | undefined, patch: string | undefined): Given {
  if (isWildcard(major)) return 'nothing';
  if (isWildcard(minor)) return 'major';
  return isWildcard(patch) ? 'minor' : 'all';
}

function isWildcard(part: string | undefined): boolean {
  return part === undefined || part === 'x' || part === 'X' || part === '*';
}
