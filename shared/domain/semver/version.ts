/** A version as Masterminds/semver v3 coerces it. https://github.com/Masterminds/semver */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without the hyphen; empty for a release. */
  readonly prerelease: string;
}

const MAX_VERSION_LENGTH = 256;

/** Masterminds keeps numbers in 64 bits: what does not fit is no version. */
const MAX_NUMBER = 2n ** 64n - 1n;

const VERSION =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/;

type Found = [string, string, string | undefined, string | undefined, string | undefined];

/** `v` is optional, missing parts are zero, leading zeros are allowed but in a prerelease; build metadata is dropped. */
export function parseVersion(text: string): Version | undefined {
  if (text.length > MAX_VERSION_LENGTH) return undefined;
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const [, major, minor = '0', patch = '0', prerelease = ''] = match as unknown as Found;
  const version = { major: BigInt(major), minor: BigInt(minor), patch: BigInt(patch), prerelease };
  const fits = version.major <= MAX_NUMBER && version.minor <= MAX_NUMBER && version.patch <= MAX_NUMBER;
  return fits && !hasLeadingZero(prerelease) ? version : undefined;
}

function hasLeadingZero(prerelease: string): boolean {
  return prerelease.split('.').some((part) => /^0\d+$/.test(part));
}

/** Semantic version precedence: negative, zero or positive. A release is above its prereleases. */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareNumbers(a.major, b.major) ||
    compareNumbers(a.minor, b.minor) ||
    compareNumbers(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const others = b.split('.');
  for (const [index, part] of a.split('.').entries()) {
    const other = others[index];
    if (other === undefined) return 1;
    if (part !== other) return compareParts(part, other);
  }
  return -1;
}

/** Numbers are below words. A number that does not fit 64 bits is a word, as in Masterminds. */
function compareParts(a: string, b: string): number {
  const [left, right] = [toNumber(a), toNumber(b)];
  if (left !== undefined && right !== undefined) return compareNumbers(left, right);
  if (left !== undefined) return -1;
  if (right !== undefined) return 1;
  return a > b ? 1 : -1;
}

function toNumber(part: string): bigint | undefined {
  if (!/^\d+$/.test(part)) return undefined;
  const number = BigInt(part);
  return number <= MAX_NUMBER ? number : undefined;
}

function compareNumbers(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a > b ? 1 : -1;
}
