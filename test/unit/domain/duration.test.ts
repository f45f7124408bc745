import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationMs, durationObjection, durationPattern } from '../../../shared/domain/duration.ts';

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['007m', 420_000],
  ])('%s is %i ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each([
    '',
    's',
    '15',
    '1.5h',
    '-1s',
    '1h30m',
    '15 m',
    ' 15m',
    '15m\n',
    '15M',
    '1w',
    '1e3s',
    '9'.repeat(10).concat('s'),
    '١s',
  ])('is not %j', (text) => {
    expect(() => durationMs(text)).toThrow(RangeError);
    expect(new RegExp(durationPattern).test(text)).toBe(false);
    expect(durationObjection(text, { min: '0s', max: '7d' })?.problem).toBe('is no duration');
  });

  it('of any whole number and unit is so many of them', () => {
    const units = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
    const unit = fc.constantFrom('s', 'm', 'h', 'd');
    fc.assert(
      fc.property(fc.nat(999_999_999), unit, (count, one) => {
        expect(durationMs(`${count}${one}`)).toBe(count * units[one] * 1_000);
      }),
    );
  });
});

describe('the limits of a duration', () => {
  const wide = { min: '1m', max: '24h' };

  it.each([
    ['1m', wide],
    ['24h', wide],
    ['1440m', wide],
    ['90s', wide],
    ['90m', { ...wide, wholeMinutes: true }],
    ['120s', { ...wide, wholeMinutes: true }],
  ])('%s is within %j', (text, limits) => {
    expect(durationObjection(text, limits)).toBeUndefined();
  });

  it.each([
    ['59s', wide, 'is less than 1m', 'write a duration from 1m to 24h'],
    ['2d', wide, 'is more than 24h', 'write a duration from 1m to 24h'],
    ['1441m', wide, 'is more than 24h', 'write a duration from 1m to 24h'],
    [
      '90s',
      { ...wide, wholeMinutes: true },
      'is no whole number of minutes',
      'write whole minutes from 1m to 24h',
    ],
    ['1x', wide, 'is no duration', 'write a whole number and one unit, such as `90s`, `15m`, `2h` or `7d`'],
  ])('%s is not within %j', (...[text, limits, problem, fix]) => {
    expect(durationObjection(text, limits)).toEqual({ problem, fix });
  });
});
