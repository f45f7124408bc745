import { describe, expect, it } from 'vitest';
import { problem } from './tag-policy-given.ts';

const RULES = 'exact, glob, regex, semver, bump, numerical, alphabetical, newest';

describe('parseTagPolicy', () => {
  it.each([
    [{ semver: '^1' }, 'valid'],
    [{ semver: '>=1.0.0, <2.0.0', exact: undefined }, 'valid'],
    [undefined, 'must be a policy like { semver: "^1.4" }'],
    [null, 'must be a policy like { semver: "^1.4" }'],
    ['^1', 'must be a policy like { semver: "^1.4" }'],
    [[{ semver: '^1' }], 'must be a policy like { semver: "^1.4" }'],
    [{}, `must have exactly one of ${RULES}; found none`],
    [{ ignore: ['x'] }, `must have exactly one of ${RULES}; found none`],
    [
      { semver: '1', bump: 'all', exact: 'a' },
      `must have exactly one of ${RULES}; found exact and semver and bump`,
    ],
    [{ sember: '1' }, `sember is unknown: use ${RULES}, pattern, extract, ignore, allowDowngrade`],
    [{ semver: 1.1 }, 'semver must be text: put it in quotes, like "1.10"'],
    [{ semver: '' }, 'semver is no version range: "". Write ^1.4, ~1.4.2, 1.x or >=1.0.0 <2.0.0'],
    [{ exact: 'a b' }, 'exact is no tag: "a b"'],
    [{ exact: 'a'.repeat(129) }, `exact is no tag: "${'a'.repeat(129)}"`],
    [{ exact: 'x.sig' }, 'exact names a tag that is ignored: x.sig'],
    [{ exact: 'x', ignore: ['x'] }, 'exact names a tag that is ignored: x'],
    [{ bump: 'huge' }, 'bump must be patch, minor, major, all, not huge'],
    [{ newest: 'built' }, 'newest must be pushed, not built'],
    [{ numerical: 'asc' }, 'numerical must be ascending (the greatest wins) or descending, not asc'],
    [{ alphabetical: 'up' }, 'alphabetical must be ascending (the greatest wins) or descending, not up'],
    [{ glob: '' }, 'glob is empty'],
    [{ glob: 'a[b' }, 'glob has a [ or a brace without its partner'],
    [{ glob: 'a{b' }, 'glob has a [ or a brace without its partner'],
    [{ glob: 'a}b{' }, 'glob has a [ or a brace without its partner'],
    [{ glob: 'a\\' }, 'glob has a [ or a brace without its partner'],
    [{ glob: '[z-a]' }, 'glob has a range in [ ] that is upside down'],
    [{ glob: '*'.repeat(257) }, 'glob is longer than 256 characters'],
    [{ regex: '' }, 'regex is empty'],
    [{ regex: 'a'.repeat(257) }, 'regex is longer than 256 characters'],
    [{ regex: '(?:a?){1000}' }, 'regex repeats too much: use smaller {counts}'],
    [{ regex: '(?=a)' }, 'regex is no RE2 expression: invalid or unsupported Perl syntax: `(?=`'],
    [{ semver: '1', extract: '$1' }, 'extract needs a pattern'],
    [{ glob: '*', pattern: 'a' }, 'pattern goes before semver, numerical, alphabetical, not before glob'],
    [
      { bump: 'all', pattern: '(a)', extract: '$1' },
      'extract goes before semver, numerical, alphabetical, not before bump',
    ],
    [{ semver: '1', pattern: '^[a' }, 'pattern is no RE2 expression: missing closing ]: `[a`'],
    [{ semver: '1', pattern: 'a', extract: '' }, 'extract is empty: leave it out to keep the tag'],
    [
      { semver: '1', pattern: 'a', extract: 'v1' },
      'extract names no group, so that every tag gets one key: use $1 or $name',
    ],
    [
      { semver: '1', pattern: 'a', extract: '$$' },
      'extract names no group, so that every tag gets one key: use $1 or $name',
    ],
    [
      { semver: '1', pattern: '(a)', extract: '$2' },
      'extract means a group that the pattern does not have: $2 (it has 1 groups; put {} around the name)',
    ],
    [
      { semver: '1', pattern: '(?P<ts>a)', extract: '$ts_x' },
      'extract means a group that the pattern does not have: $ts_x (it has the groups ts; put {} around the name)',
    ],
    [
      { semver: '1', pattern: '(a)', extract: '${__proto__}' },
      'extract means a group that the pattern does not have: ${__proto__} (it has 1 groups; put {} around the name)',
    ],
    [{ semver: '1', ignore: '*-dev' }, 'ignore must be a list of globs, like ["*-dev"]'],
    [{ semver: '1', ignore: [1] }, 'ignore must be a list of globs, like ["*-dev"]'],
    [{ semver: '1', ignore: ['a', '['] }, 'ignore "[" has a [ or a brace without its partner'],
    [{ semver: '1', ignore: Array(51).fill('a') }, 'ignore has more than 50 globs'],
    [{ semver: '1', allowDowngrade: 'yes' }, 'allowDowngrade must be true or false'],
  ])('%j: %s', (source, expected) => {
    expect(problem(source)).toBe(expected);
  });
});
