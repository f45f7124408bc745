import { describe, expect, it } from 'vitest';
import { parseVersion } from '../../../shared/domain/semver/version.ts';
import { compareBytes } from '../../../shared/domain/tag-policy/bytes.ts';
import { chooseTag } from '../../../shared/domain/tag-policy/choose.ts';
import { compileFilter } from '../../../shared/domain/tag-policy/filter.ts';
import { parseTagPolicy } from '../../../shared/domain/tag-policy/parse.ts';
import type { Candidate } from '../../../shared/domain/tag-policy/policy.ts';
import { readVectors } from '../../vectors/read-vectors.ts';
import { choice } from './tag-policy-given.ts';

interface Line {
  readonly peer: 'keel' | 'flux';
  readonly policy?: string;
  readonly current?: string;
  readonly new?: string;
  readonly update?: boolean;
  readonly filter_in?: readonly string[];
  readonly tags?: readonly string[];
  readonly latest?: string;
  readonly semver?: string;
  readonly numerical?: 'ASC' | 'DESC';
  readonly alphabetical?: 'ASC' | 'DESC';
  readonly pattern?: string;
  readonly extract?: string;
  readonly map?: Readonly<Record<string, string>>;
}

const lines = readVectors<Line>('policies.jsonl');
const DIRECTION = { ASC: 'ascending', DESC: 'descending' } as const;

function pick(source: unknown, candidates: readonly Candidate[], current?: Candidate): string {
  const parsed = parseTagPolicy(source);
  const choice = parsed.ok ? chooseTag(parsed.policy, candidates, current) : undefined;
  return choice?.kind === 'chosen' ? choice.tag : '';
}

function keelSource(policy: string): unknown {
  if (['all', 'major', 'minor', 'patch'].includes(policy)) return { bump: policy };
  if (policy.startsWith('glob:')) return { glob: policy.slice('glob:'.length) };
  return policy.startsWith('regexp:') ? { regex: policy.slice('regexp:'.length) } : undefined;
}

/** Keel asks about a tag that is being pushed now, so later than what runs. */
function judgeKeel({
  policy = '',
  current = '',
  new: pushed = '',
  update,
  filter_in: filtered,
}: Line): string {
  const source = keelSource(policy);
  if (source === undefined || filtered !== undefined) return 'no equivalent';
  const chosen = pick(source, [{ tag: pushed, pushedAt: 2 }], { tag: current, pushedAt: 1 });
  if ((chosen === pushed) === update) return 'agrees';
  return 'bump' in Object(source) && parseVersion(current) === undefined
    ? 'current is no version'
    : 'disagrees';
}

function fluxSource({ semver, numerical, alphabetical }: Line): unknown {
  if (numerical !== undefined) return { numerical: DIRECTION[numerical] };
  return alphabetical === undefined ? { semver } : { alphabetical: DIRECTION[alphabetical] };
}

function judgeFlux(line: Line): string {
  const tags = line.tags ?? [];
  const source = fluxSource(line);
  const candidates = tags.map((tag) => ({ tag }));
  const chosen = pick(source, candidates);
  if (pick(source, candidates.toReversed()) !== chosen) return 'depends on order';
  if (chosen === line.latest) return 'agrees';
  if (line.numerical !== undefined && tags.some((tag) => /nan|inf|e/i.test(tag))) return 'exact arithmetic';
  return tags.some((tag) => /^v?\d+(\.\d+)?$/.test(tag)) ? 'coerced versions' : 'disagrees';
}

/** Every key leads to its tag, and the policy picks the tag of the greatest key. */
function judgeFilter({ pattern = '', extract = '', tags = [], map }: Line): string {
  const filter = compileFilter(pattern, extract);
  if (!filter.ok) {
    if (map === undefined) return 'agrees';
    return '' in map ? 'extract must tell tags apart' : 'disagrees';
  }
  const keys = Object.keys(map ?? {});
  const ours = Object.fromEntries(
    tags.map((tag) => [filter.value(tag), tag]).filter(([key]) => key !== undefined),
  );
  const greatest = keys.toSorted(compareBytes).at(-1) ?? '';
  const chosen = pick(
    { alphabetical: 'ascending', pattern, extract },
    tags.map((tag) => ({ tag })),
  );
  return JSON.stringify(ours) === JSON.stringify(map) && chosen === map?.[greatest] ? 'agrees' : 'disagrees';
}

function judge(line: Line): string {
  if (line.peer === 'keel') return judgeKeel(line);
  return line.pattern === undefined ? judgeFlux(line) : judgeFilter(line);
}

function count(some: readonly Line[]): Readonly<Record<string, number>> {
  const verdicts = some.map(judge);
  return Object.fromEntries(
    [...new Set(verdicts)]
      .toSorted()
      .map((verdict) => [verdict, verdicts.filter((one) => one === verdict).length]),
  );
}

describe('the policies of other tools', () => {
  it('agree with bump, or differ where what runs is no version', () => {
    expect(count(lines.filter(({ policy = '' }) => /^(all|major|minor|patch)$/.test(policy)))).toEqual({
      agrees: 218,
      'current is no version': 32,
      'no equivalent': 4,
    });
  });

  it("agree with Keel's glob and regexp for a tag that is pushed now", () => {
    expect(count(lines.filter(({ policy = '' }) => /^(glob|regexp):/.test(policy)))).toEqual({
      agrees: 120,
      'no equivalent': 1,
    });
  });

  it("have no equivalent of Keel's force, matchTag and matchPreRelease", () => {
    expect(count(lines.filter(({ policy = '' }) => /force|matchPreRelease/.test(policy)))).toEqual({
      'no equivalent': 178,
    });
  });

  it("agree with Flux's orders and filters, but for the listed deviations", () => {
    expect(count(lines.filter(({ peer }) => peer === 'flux'))).toEqual({
      agrees: 32,
      'coerced versions': 2,
      'exact arithmetic': 4,
      'extract must tell tags apart': 1,
    });
  });

  it.for([
    ['no downgrade', { glob: 'main-*' }, ['main-99@1'], 'main-100@2', 'none: not newer'],
    ['no downgrade', { regex: String.raw`^main-\d+$` }, ['main-99@1'], 'main-100@2', 'none: not newer'],
    ['ties do not depend on order', { semver: '1.x' }, ['1.0.0', 'v1.0.0'], undefined, 'v1.0.0'],
    ['ties do not depend on order', { numerical: 'ascending' }, ['1', '001'], undefined, '1'],
  ] as const)('differ on purpose where no line shows it: %s, %j', ([, source, tags, current, expected]) => {
    expect(choice(source, tags, current)).toBe(expected);
    expect(choice(source, tags.toReversed(), current)).toBe(expected);
  });

  it('are 592 lines', () => {
    expect(lines).toHaveLength(592);
    expect(count(lines)).toEqual({
      agrees: 370,
      'coerced versions': 2,
      'current is no version': 32,
      'exact arithmetic': 4,
      'extract must tell tags apart': 1,
      'no equivalent': 183,
    });
  });
});
