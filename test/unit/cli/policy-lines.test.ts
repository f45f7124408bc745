import { describe, expect, it } from 'vitest';
import { answerPolicyLine } from '../../../cli/policy-lines.ts';

function answer(input: unknown): unknown {
  return JSON.parse(answerPolicyLine(JSON.stringify(input)));
}

const JAN = '2026-01-01T00:00:00Z';
const FEB = '2026-02-01T01:00:00+01:00';

describe('slipway policy', () => {
  it.each([
    [{ policy: { semver: '^1' }, tags: ['1.0.0', { tag: '1.1.0' }, '2.0.0'] }, { chosen: '1.1.0' }],
    [
      { policy: { semver: '^1' }, tags: ['1.1.0'], current: '1.1.0' },
      { chosen: null, reason: 'already running' },
    ],
    [{ policy: { semver: '^1' }, tags: ['1.1.0'], current: null }, { chosen: '1.1.0' }],
    [
      { policy: { semver: '^1' }, tags: [] },
      { chosen: null, reason: 'no tags' },
    ],
    [{ policy: { bump: 'minor' }, tags: ['1.3.0'], current: '1.2.3' }, { chosen: '1.3.0' }],
    [
      {
        policy: { glob: 'main-*' },
        tags: [
          { tag: 'main-1', pushedAt: FEB },
          { tag: 'main-2', pushedAt: JAN },
        ],
      },
      { chosen: 'main-1' },
    ],
    [
      {
        policy: { glob: '*' },
        tags: [
          { tag: 'a', pushedAt: JAN },
          { tag: 'b', pushedAt: FEB },
        ],
        current: 'b',
      },
      { chosen: null, reason: 'already running' },
    ],
    [
      {
        policy: { glob: 'main-*' },
        tags: [
          { tag: 'main-1', pushedAt: JAN },
          { tag: 'dev', pushedAt: FEB },
        ],
        current: 'dev',
      },
      { chosen: null, reason: 'not newer' },
    ],
    [
      {
        policy: { glob: '*' },
        tags: [{ tag: 'a', pushedAt: JAN }],
        current: { tag: 'b', pushedAt: '2026-01-02' },
      },
      { chosen: null, reason: 'not newer' },
    ],
    [
      { policy: { glob: '*' }, tags: [{ tag: 'a', pushedAt: FEB }], current: { tag: 'a', pushedAt: JAN } },
      { chosen: 'a' },
    ],
    [
      { policy: { glob: '*' }, tags: ['a', 'b'] },
      { error: 'pushedAt of a is missing: this policy compares when tags were pushed' },
    ],
    [{ policy: { numerical: 'ascending' }, tags: ['1', 'x'] }, { error: 'no number: x' }],
    [
      { policy: { semver: 'nope' }, tags: [] },
      { error: 'policy.semver is no version range: "nope". Write ^1.4, ~1.4.2, 1.x or >=1.0.0 <2.0.0' },
    ],
    [{ policy: 'semver', tags: [] }, { error: 'policy must be a policy like { semver: "^1.4" }' }],
    [{ policy: { semver: '1' } }, { error: 'tags must be a list, like ["1.4.2"]' }],
    [{ policy: { semver: '1' }, tags: [1] }, { error: 'tags[0] must be an object with tag, pushedAt' }],
    [{ policy: { semver: '1' }, tags: [''] }, { error: 'tags[0] must be text of 1 to 256 characters' }],
    [
      { policy: { semver: '1' }, tags: ['1', { tag: 'x'.repeat(257) }] },
      { error: 'tags[1].tag must be text of 1 to 256 characters' },
    ],
    [
      { policy: { semver: '1' }, tags: [{ tag: 'x', pushed: JAN }] },
      { error: 'tags[0] has an unknown key: pushed' },
    ],
    [{ policy: { semver: '1' }, tags: [], curent: '1' }, { error: 'the line has an unknown key: curent' }],
    [
      { policy: { semver: '1' }, tags: [], current: 1 },
      { error: 'current must be an object with tag, pushedAt' },
    ],
    [[], { error: 'the line must be an object with policy, tags, current' }],
    [null, { error: 'the line must be an object with policy, tags, current' }],
  ])('answers %j with %j', (input, expected) => {
    expect(answer(input)).toEqual(expected);
  });

  it.each(['yesterday', '2026-01-01T00:00:00', '2026-13-01', 1_767_225_600_000, null, ''])(
    'refuses the time %j',
    (pushedAt) => {
      expect(answer({ policy: { newest: 'pushed' }, tags: [{ tag: 'a', pushedAt }] })).toEqual({
        error: 'tags[0].pushedAt must be a date like "2026-01-31T12:00:00Z"',
      });
    },
  );

  it('answers a line that is no JSON, and one that is too long', () => {
    expect(JSON.parse(answerPolicyLine('{"policy"'))).toEqual({
      error: expect.stringContaining('the line is no JSON'),
    });
    expect(JSON.parse(answerPolicyLine(' '.repeat(4 * 1024 * 1024 + 1)))).toEqual({
      error: 'the line is longer than 4 MiB',
    });
  });

  it('prints one line', () => {
    expect(answerPolicyLine('{"policy":{"exact":"latest"},"tags":["latest"],"current":"latest"}')).toBe(
      '{"chosen":"latest"}',
    );
  });
});
