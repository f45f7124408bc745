import { describe, expect, it } from 'vitest';
import { choice } from './tag-policy-given.ts';

type Row = [name: string, source: unknown, tags: string[], current: string | undefined, expected: string];

describe('a choice by name or by push', () => {
  it.for<Row>([
    ['exact: the tag that is named', { exact: 'latest' }, ['1.0.0', 'latest'], undefined, 'latest'],
    ['exact: again when it runs, for another digest', { exact: 'latest' }, ['latest'], 'latest', 'latest'],
    ['exact: no other tag', { exact: 'latest' }, ['1.0.0'], 'latest', 'none: another tag'],
    ['glob: the last push', { glob: 'main-*' }, ['main-9@1', 'main-1@3', 'dev@4'], 'main-5@2', 'main-1'],
    ['glob: pushed together', { glob: 'main-*' }, ['main-1@1', 'main-2@1'], undefined, 'main-2'],
    ['glob: never backwards', { glob: 'main-*' }, ['main-99@1'], 'main-100@2', 'none: not newer'],
    ['glob: no times needed for one tag', { glob: 'main-*' }, ['main-1', 'dev'], undefined, 'main-1'],
    ['glob: no times needed against another kind of tag', { glob: 'main-*' }, ['main-1'], 'latest', 'main-1'],
    [
      'glob: times needed among several',
      { glob: 'main-*' },
      ['main-1', 'main-2@1'],
      undefined,
      'error: pushedAt of main-1 is missing: this policy compares when tags were pushed',
    ],
    [
      'glob: times needed against what runs',
      { glob: 'main-*' },
      ['main-2'],
      'main-1',
      'error: pushedAt of main-2 is missing: this policy compares when tags were pushed',
    ],
    [
      'glob: times needed against a known time',
      { glob: 'main-*' },
      ['main-2'],
      'latest@1',
      'error: pushedAt of main-2 is missing: this policy compares when tags were pushed',
    ],
    ['glob: a known push beats an unknown one', { glob: 'main-*' }, ['main-2@1'], 'main-1', 'main-2'],
    [
      'glob: also another kind of tag has its time',
      { glob: 'main-*' },
      ['main-2@1'],
      'hotfix@2',
      'none: not newer',
    ],
    ['glob: what runs', { glob: 'main-*' }, ['main-2@1'], 'main-2', 'none: already running'],
    ['glob: what runs, without a time', { glob: 'main-*' }, ['main-2'], 'main-2@1', 'none: already running'],
    ['glob: what runs was pushed again', { glob: 'main-*' }, ['main-2@2'], 'main-2@1', 'main-2'],
    ['glob: no tag matches', { glob: 'main-*' }, ['dev', '1'], undefined, 'none: no match'],
    ['regex: anywhere in the tag', { regex: String.raw`\d` }, ['a1b@1', 'a@2'], undefined, 'a1b'],
    ['newest: whatever was pushed last', { newest: 'pushed' }, ['a@1', 'b@3', 'c@2'], 'a@1', 'b'],
    [
      'ignore: what signs an image',
      { newest: 'pushed' },
      ['sha256-ab.sig@9', 'a.att@8', 'a.sbom@7', 'sha256-ab@6', 'a@1'],
      undefined,
      'a',
    ],
    ['ignore: always wins', { semver: '*', ignore: ['2.*'] }, ['1.0.0', '2.0.0'], undefined, '1.0.0'],
    ['ignore: everything', { semver: '*', ignore: ['*'] }, ['1.0.0'], undefined, 'none: ignored'],
    [
      'ignore: what runs is compared all the same',
      { semver: '*', ignore: ['2.*'] },
      ['1.0.0'],
      '2.0.0',
      'none: not newer',
    ],
    [
      'allowDowngrade: versions',
      { semver: '^1', allowDowngrade: true },
      ['1.0.0', '1.1.0'],
      '2.0.0',
      '1.1.0',
    ],
    [
      'allowDowngrade: not for an equal version',
      { semver: '^1', allowDowngrade: true },
      ['v1.0.0'],
      '1.0.0',
      'none: not newer',
    ],
    ['allowDowngrade: bumps', { bump: 'minor', allowDowngrade: true }, ['1.0.0', '2.0.0'], '1.1.0', '1.0.0'],
    [
      'allowDowngrade: pushes',
      { glob: 'main-*', allowDowngrade: true },
      ['main-99@1'],
      'main-100@2',
      'main-99',
    ],
    [
      'allowDowngrade: pushes need no times',
      { glob: 'main-*', allowDowngrade: true },
      ['main-99'],
      'main-100',
      'main-99',
    ],
    ['no tags', { semver: '*' }, [], '1.0.0', 'none: no tags'],
    [
      'a tag listed twice counts with its latest push',
      { newest: 'pushed' },
      ['a@1', 'b@2', 'a', 'a@3', 'a@1'],
      undefined,
      'a',
    ],
  ])('%s', ([, source, tags, current, expected]) => {
    expect(choice(source, tags, current)).toBe(expected);
    expect(choice(source, tags.toReversed(), current)).toBe(expected);
  });
});
