import { compareVersions, type Version } from './version.ts';

/** How much of a version a comparator gives: `*`, `1` or `1.x`, `1.2` or `1.2.x`, `1.2.3`. */
export type Given = 'nothing' | 'major' | 'minor' | 'all';

export type Operator = '=' | '!=' | '>' | '<' | '>=' | '<=' | '~' | '^';

export interface Comparator {
  readonly operator: Operator;
  /** What is not given is zero. */
  readonly version: Version;
  readonly given: Given;
}

type Test = (version: Version, comparator: Comparator) => boolean;

/** Prereleases are the range's matter: here they only take part in the comparison. */
const TESTS: Readonly<Record<Operator, Test>> = {
  '=': (version, comparator) =>
    comparator.given === 'all'
      ? compareVersions(version, comparator.version) === 0
      : isCompatible(version, comparator),
  '!=': isAnother,
  '>': isAbove,
  '<': (version, comparator) => compareVersions(version, comparator.version) < 0,
  '>=': (version, comparator) => compareVersions(version, comparator.version) >= 0,
  '<=': isAtMost,
  '~': isCompatible,
  '^': isSameLine,
};

export function passes(version: Version, comparator: Comparator): boolean {
  return TESTS[comparator.operator](version, comparator);
}

function isAnother(version: Version, { version: other, given }: Comparator): boolean {
  if (given === 'all' || given === 'nothing') return compareVersions(version, other) !== 0;
  if (version.major !== other.major) return true;
  if (given === 'major') return false;
  return version.minor !== other.minor || version.prerelease !== other.prerelease;
}

/** `>11` starts at 12.0.0 and `>11.1` at 11.2.0: what is left out stands for every value. */
function isAbove(version: Version, { version: other, given }: Comparator): boolean {
  if (given === 'all' || given === 'nothing') return compareVersions(version, other) > 0;
  if (version.major !== other.major) return version.major > other.major;
  return given === 'minor' && version.minor > other.minor;
}

function isAtMost(version: Version, { version: other, given }: Comparator): boolean {
  if (given === 'all') return compareVersions(version, other) <= 0;
  if (version.major !== other.major) return version.major < other.major;
  return given === 'major' || version.minor <= other.minor;
}

/** `~`. Masterminds reads `~0.0.0` as everything. */
function isCompatible(version: Version, { version: other, given }: Comparator): boolean {
  if (compareVersions(version, other) < 0) return false;
  const isZero = other.major === 0n && other.minor === 0n && other.patch === 0n;
  if (isZero && (given === 'all' || given === 'nothing')) return true;
  return version.major === other.major && (given === 'major' || version.minor === other.minor);
}

/** `^`. The first number that is not zero stays. `^*` is `^0.0.0`, unlike `*`. */
function isSameLine(version: Version, { version: other, given }: Comparator): boolean {
  if (compareVersions(version, other) < 0 || version.major !== other.major) return false;
  if (other.major > 0n || given === 'major') return true;
  if (version.minor !== other.minor) return false;
  return other.minor > 0n || given === 'minor' || version.patch === other.patch;
}
