import { describe, expect, it } from 'vitest';
import { parseRange, satisfies } from '../../../shared/domain/semver/range.ts';
import { parseVersion } from '../../../shared/domain/semver/version.ts';
import { readVectors } from '../../vectors/read-vectors.ts';

interface Line {
  readonly c: string;
  readonly v: string;
  readonly r: boolean | null;
}

function answer({ c, v }: Line): boolean | null {
  const [range, version] = [parseRange(c), parseVersion(v)];
  return range === undefined || version === undefined ? null : satisfies(version, range);
}

describe('Masterminds/semver v3', () => {
  it.each([
    ['semver-ranges.jsonl', 213],
    ['semver-grammar.jsonl', 722],
  ])('agrees with every line of %s: %i of them', (file, count) => {
    const lines = readVectors<Line>(file);
    expect(lines.map((line) => ({ ...line, r: answer(line) }))).toEqual(lines);
    expect(lines).toHaveLength(count);
  });
});
