import { parseRange, type Range, satisfies } from '../semver/range.ts';
import { compareVersions, parseVersion, type Version } from '../semver/version.ts';
import type { Filter } from './filter.ts';
import { keyOrderRule } from './key-order.ts';
import type { Checked, TagRule, UnwantedReason } from './policy.ts';

export function semver(text: string, filter?: Filter): Checked<TagRule> {
  const range = parseRange(text);
  if (range === undefined) {
    return {
      ok: false,
      problem: `is no version range: "${text}". Write ^1.4, ~1.4.2, 1.x or >=1.0.0 <2.0.0`,
    };
  }
  const rule = keyOrderRule<Version>(
    {
      unreadable: 'no version',
      strict: false,
      read: parseVersion,
      refuse: (version) => refuse(version, range),
      compare: compareVersions,
    },
    filter,
  );
  return { ok: true, value: rule };
}

/** Every suffix makes a prerelease (1.2.3-alpine), and few ranges let one in: the commonest surprise has its own reason. */
function refuse(version: Version, range: Range): UnwantedReason | undefined {
  if (satisfies(version, range)) return undefined;
  return satisfies(version, range, { prereleases: true })
    ? 'a prerelease, and the range names none'
    : 'outside the range';
}
