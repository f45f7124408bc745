import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../../shared/domain/tag-policy/bytes.ts';
import { chooseTag } from '../../../shared/domain/tag-policy/choose.ts';
import { compareDecimals, parseDecimal } from '../../../shared/domain/tag-policy/decimal.ts';
import type { Candidate } from '../../../shared/domain/tag-policy/policy.ts';
import { policy } from './tag-policy-given.ts';

const POLICIES = [
  { semver: '*' },
  { semver: '>=0.0.0-0' },
  { semver: '^1' },
  ...['patch', 'minor', 'major', 'all'].map((bump) => ({ bump })),
  ...['ascending', 'descending'].flatMap((order) => [{ numerical: order }, { alphabetical: order }]),
  { numerical: 'ascending', pattern: '^[0-9.]+$' },
  { glob: '[0-9]*' },
  { regex: '1' },
  { newest: 'pushed' },
].map(policy);

const tag = fc.oneof(
  fc.constantFrom(
    'latest',
    'main-1',
    'v1.0.0',
    '1.0',
    '1',
    '001',
    '1.0.0',
    '1.0.1',
    '1.1.0',
    '2.0.0',
    '1.1.0-rc.1',
    'x.sig',
  ),
  fc.stringMatching(/^v?[0-3]\.[0-3]\.[0-3]$/),
  fc.stringMatching(/^[0-9]{1,3}$/),
);
const timed: fc.Arbitrary<Candidate> = fc.record({ tag, pushedAt: fc.integer({ min: 1, max: 5 }) });
const timeless: fc.Arbitrary<Candidate> = fc.record({ tag });
const candidates = fc.array(fc.oneof({ weight: 9, arbitrary: timed }, timeless), { maxLength: 6 });
const current = fc.option(fc.oneof(timed, timeless), { nil: undefined });
const anyPolicy = fc.constantFrom(...POLICIES);

describe('every policy', () => {
  it('gives equal answers to equal inputs in any order', () => {
    const listAndShuffled = candidates.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(anyPolicy, listAndShuffled, current, (one, [list, shuffled], running) => {
        expect(chooseTag(one, shuffled, running)).toEqual(chooseTag(one, list, running));
      }),
      { numRuns: 2000 },
    );
  });

  it('stays where it went: what was chosen is not replaced by the same candidates', () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(timed, { maxLength: 6 }), current, (one, list, running) => {
        const choice = chooseTag(one, list, running);
        if (choice.kind !== 'chosen') return;
        const pushes = list
          .filter((candidate) => candidate.tag === choice.tag)
          .map(({ pushedAt }) => pushedAt ?? 0);
        const next = chooseTag(one, list, { tag: choice.tag, pushedAt: Math.max(...pushes) });
        expect(next.kind).toBe('none');
      }),
      { numRuns: 2000 },
    );
  });

  it('chooses a candidate that it would also choose alone', () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(timed, { maxLength: 6 }), current, (one, list, running) => {
        const choice = chooseTag(one, list, running);
        if (choice.kind !== 'chosen') return;
        const alone = list.filter((candidate) => candidate.tag === choice.tag);
        expect(alone.length).toBeGreaterThan(0);
        expect(chooseTag(one, alone, running)).toEqual(choice);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an order', () => {
  const total = <T>(compare: (a: T, b: T) => number, [a, b, c]: readonly [T, T, T]): void => {
    expect(Math.sign(compare(a, b)) + Math.sign(compare(b, a))).toBe(0);
    expect(compare(a, a)).toBe(0);
    if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
  };

  it('is total for bytes, and the one of Buffer.compare', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '-', 'é', '\uFFFD', '\u{1F600}', '\u{1F601}'),
      maxLength: 4,
    });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        total(compareBytes, [a, b, c]);
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('is total for numbers, and exact', () => {
    const whole = fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n });
    const near = fc.oneof(whole, fc.bigInt({ min: -12n, max: 12n }));
    const compare = (a: bigint, b: bigint): number => {
      const [left, right] = [parseDecimal(`${a}`), parseDecimal(`${b}`)];
      return left === undefined || right === undefined ? Number.NaN : compareDecimals(left, right);
    };
    fc.assert(
      fc.property(near, near, near, (a, b, c) => {
        total(compare, [a, b, c]);
        expect(compare(a, b) > 0).toBe(a > b);
      }),
      { numRuns: 2000 },
    );
  });
});
