import { afterEach, describe, expect, it, vi } from 'vitest';
import { closest } from '../../../shared/config/closest.ts';
import { compiledConfig } from '../../../shared/config/compiled.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import { pathText, quoted } from '../../../shared/config/problem.ts';

describe('closest', () => {
  it.each([
    ['servces', 'services'],
    ['Services', 'services'],
    ['sevrices', 'services'],
    ['serv', 'services'],
    ['tag', 'tags'],
    ['mdoe', 'mode'],
    ['modes', 'mode'],
    ['tagz', 'tags'],
    ['zebra', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%s → %s', (written, meant) => {
    expect(closest(written, ['mode', 'services', 'tabs', 'tags'])).toBe(meant);
  });
});

describe('the compiled configuration', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is what was parsed when the stack was packaged', () => {
    const parsed = parseConfig('version: 1\nclusters: [prod]');
    if (!parsed.ok) throw new Error('a good file was refused');
    vi.stubGlobal('SLIPWAY_CONFIG', JSON.stringify(parsed.config));
    expect(compiledConfig()).toEqual(parsed.config);
  });

  it('is missed with a word on how to get it', () => {
    expect(() => compiledConfig()).toThrow('serverless package');
  });
});

describe('places and values in words', () => {
  it.each([
    [[], ''],
    [['deploy', 0, 'tags', 'semver'], 'deploy[0].tags.semver'],
    [['a b'], '[`a b`]'],
    [['x', 'a\nb'], 'x[`a\\u{a}b`]'],
  ])('%j is %s', (path, text) => {
    expect(pathText(path)).toBe(text);
  });

  it('long values are cut', () => {
    expect(quoted('x'.repeat(100))).toBe(`\`${'x'.repeat(60)}…\``);
    expect(quoted({ a: 1 })).toBe('`{"a":1}`');
  });
});
