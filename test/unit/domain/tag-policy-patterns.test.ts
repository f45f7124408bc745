import { describe, expect, it } from 'vitest';
import { compareDecimals, parseDecimal } from '../../../shared/domain/tag-policy/decimal.ts';
import { compileFilter } from '../../../shared/domain/tag-policy/filter.ts';
import { compileGlob } from '../../../shared/domain/tag-policy/glob-pattern.ts';
import { choice, problem } from './tag-policy-given.ts';

function matches(glob: string, tag: string): boolean {
  const compiled = compileGlob(glob);
  return compiled.ok && compiled.value(tag);
}

describe('a glob', () => {
  it.each([
    ['main-*', ['main-', 'main-1.2'], ['xmain-1', 'main', 'MAIN-1']],
    ['v?.?', ['v1.2'], ['v1.', 'v12.3', 'v1x']],
    ['v[0-9a]*', ['v1', 'va'], ['vb', 'v']],
    ['[!v]*', ['a'], ['v', '']],
    ['[^v]*', ['a'], ['v']],
    ['[]x]', [']', 'x'], ['a']],
    ['[a^\\[]', ['^', '[', 'a', '\\'], ['b']],
    ['{main,release-{1,2}}-*', ['main-1', 'release-2-x'], ['release-3-x', 'main']],
    ['a,b', ['a,b'], ['a']],
    ['a\\*', ['a*'], ['ab']],
    ['a.b+(c)|$', ['a.b+(c)|$'], ['axb+(c)|$']],
    ['***', ['', 'a'], []],
  ])('%s matches %j and not %j', (glob, yes, no) => {
    expect(yes.filter((tag) => !matches(glob, tag))).toEqual([]);
    expect(no.filter((tag) => matches(glob, tag))).toEqual([]);
  });
});

describe('an extract', () => {
  it.each([
    ['$ab', 'y'],
    ['${a}b', 'xb'],
    ['$1$2', 'xy'],
    ['${1}1', 'x1'],
    ['$0', 'xyz'],
    ['$$a-$a', '$a-x'],
    ['$a$', 'x$'],
    ['${$a', '${x'],
    ['$4$a', 'x'],
  ])("%s expands as in Go: '%s'", (extract, expected) => {
    const filter = compileFilter('(?P<a>x)(?P<ab>y)(z)(q?)', extract);
    expect(filter.ok && filter.value('-xyz-')).toBe(expected);
  });

  it('gives nothing for a group that took no part', () => {
    const filter = compileFilter('a(b)?', '$1');
    expect(filter.ok && filter.value('a')).toBe('');
  });
});

describe('a number', () => {
  it.each([
    '',
    '.',
    '+',
    '-',
    'NaN',
    'inf',
    '1e3',
    '0x10',
    '1__0',
    '_1',
    '1_',
    '1_.5',
    '1._5',
    ' 1',
    '1.0.0',
    '٣',
  ])('is not %j, as in Go or by our choice', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  it('orders exactly', () => {
    const ordered = [
      '-100',
      '-99.5',
      '-.25',
      '0',
      '0.001',
      '.01',
      '5.',
      '10',
      '10.5',
      '99999999999999999999.1',
      '99999999999999999999.2',
    ];
    const compare = (a: string, b: string): number => {
      const [left, right] = [parseDecimal(a), parseDecimal(b)];
      return left === undefined || right === undefined ? Number.NaN : compareDecimals(left, right);
    };
    expect(ordered.toReversed().toSorted(compare)).toEqual(ordered);
    expect(compare('-0.0', '+00')).toBe(0);
    expect(compare('1_000.50', '01000.5')).toBe(0);
  });
});

describe('evil input', () => {
  const long = `${'a'.repeat(255)}!`;
  const fill = (unit: string): string => unit.repeat(256).slice(0, 256 - (256 % unit.length));

  it.each([
    ['glob', '*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b'],
    ['glob', fill('*a')],
    ['glob', fill('{a,b}')],
    ['glob', `${'{a,'.repeat(60)}a${'}'.repeat(60)}`],
    ['glob', fill('{')],
    ['glob', fill('[a')],
    ['glob', fill('[!a]')],
    ['regex', '(a+)+$'],
    ['regex', '(a|a)*$'],
    ['regex', '(a|aa)+$'],
    ['regex', '(.*a){40}!b'],
    ['regex', '((((a{10}){10}){10}){10}){10}'],
    ['regex', fill('(a?){1000}')],
    ['regex', fill('a{1000}')],
    ['regex', fill('(')],
    ['regex', fill('(?i)\\pL')],
    ['regex', `${'('.repeat(120)}a${')*'.repeat(60)}${')'.repeat(60)}`],
    ['pattern', '^(([a-z])+.)+[A-Z]([a-z])+$'],
  ])('cannot keep %s busy: %s', (key, text) => {
    const source = key === 'pattern' ? { semver: '*', pattern: text } : { [key]: text };
    const begin = performance.now();
    if (problem(source) === 'valid') choice(source, [long]);
    expect(performance.now() - begin).toBeLessThan(2500);
  });

  it('cannot keep a decimal busy', () => {
    const begin = performance.now();
    parseDecimal(`0.${'0'.repeat(200_000)}1`);
    parseDecimal(`${'1_'.repeat(100_000)}x`);
    expect(performance.now() - begin).toBeLessThan(500);
  });
});
