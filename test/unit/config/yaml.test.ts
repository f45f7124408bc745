import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../../shared/config/parse.ts';
import { problemLine } from '../../../shared/config/problem.ts';
import { OPTION_KEYS, RULE_KEYS } from '../../../shared/domain/tag-policy/policy.ts';
import { complaints } from './given.ts';

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...Array.from('bcdefgh', nest)].join('\n');

function nest(name: string, index: number): string {
  const before = 'abcdefg'[index] ?? '';
  return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
}

describe('what is no configuration at all', () => {
  it.each([
    ['an empty file', '', '1:1  the file is empty → begin with `version: 1`'],
    ['a file of comments', '# nothing\n', 'the file is empty'],
    ['a list', '- version: 1', '1:1  the file is a list, not a mapping'],
    ['a word', 'version', '1:1  the file is text, not a mapping'],
    ['a tab', 'a:\n\tb: 1', '2:1  a tab is used to indent → YAML indents with spaces'],
    ['a quote that never ends', 'version: 1\na: "b', '2:6  this is no valid YAML: Missing closing "quote'],
    ['a value with a colon', 'version: 1\nmode: a: b', '2:7  a value holds `: `'],
    ['two documents', 'version: 1\n---\nversion: 1', '2:1  a second document begins here'],
    ['aliases that multiply', bomb, '1:1  aliases (`*name`) multiply or contain themselves'],
    ['a crowd of aliases', `a: &a 1\n${'b: *a\n'.repeat(200)}`, '1:1  aliases (`*name`) multiply'],
    ['an alias of itself', 'a: &a [*a]', '1:1  aliases (`*name`) multiply or contain themselves'],
    ['an alias of nothing', 'a: *b', '1:1  an alias stands for nothing: `*b`'],
    ['a tag', 'version: !!binary aGk=', '1:10  YAML tags (`!name`) have no meaning here'],
    ['a directive', '%FOO bar\n---\nversion: 1', '1:1  directives (`%…`) have no meaning here'],
    ['a key that is a list', '? [a]\n: 1', '1:3  this is no key → keys are words'],
    ['a key that is a number', 'version: 1\n7: 1', '2:1  `7` is no key'],
    ['a prototype', 'version: 1\n__proto__: { mode: act }', '2:1  `__proto__` is no key'],
    ['ten thousand lists in each other', '['.repeat(10_000), 'lists or mappings are nested too deeply'],
    ['ten thousand dashes', '- '.repeat(10_000), 'lists or mappings are nested too deeply'],
  ])('%s is one clear error', (_when, text, complaint) => {
    const found = complaints(text).filter((line) => !/is missing|stands here twice/.test(line));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(complaint);
  });

  it('a key that stands twice does not hide the other mistakes', () => {
    expect(complaints('version: 1\nclusters: [a]\nclusters: [b]\nmod: act')).toEqual([
      'slipway.yml:3:1  this key stands here twice → keep one of the two',
      'slipway.yml:4:1  mod  unknown key `mod` → did you mean `mode`?',
    ]);
  });
});

it('a flood of mistakes is cut, and counted', () => {
  const keys = Array.from({ length: 1000 }, (_, index) => `k${index}: 1`);
  const found = complaints(['version: 1', 'clusters: [a]', ...keys].join('\n'));
  expect(found).toHaveLength(201);
  expect(found.at(-1)).toContain('800 more problems → repair these first');
});

describe('whatever the text', () => {
  const words = fc.constantFrom(
    ...['version', 'clusters', 'deploy', 'tags', 'image', 'semver', 'notify', 'slack', 'only', 'permissions'],
    ...[
      'version: 1',
      '- ',
      '  ',
      '\n',
      ': ',
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '!x ',
      '? ',
      '"',
      "'",
      '|',
      '>',
      '#',
    ],
    ...['%', '---', '\t', '1.10', '~', '<<', '__proto__', 'prod/web', '^1', '\u0000', '\ufeff', '\ud800'],
  );
  const texts = [
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
  ];

  it('there is a configuration, or a problem at a place of the text', () => {
    fc.assert(
      fc.property(fc.oneof(...texts), (text) => {
        isAnswered(text);
      }),
      { numRuns: 400 },
    );
  });

  it('the same holds for any value under the keys of the format', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const policyKey = fc.constantFrom(...RULE_KEYS, ...OPTION_KEYS);
    const policyText = fc.oneof(
      value,
      fc.string({ unit: fc.constantFrom(...Array.from('^$*[](){}?|\\\\<>=~,.-+1aé ')) }),
    );
    const tags = fc.dictionary(policyKey, policyText, { maxKeys: 3 });
    const rules = fc.record(
      { image: value, tags: fc.oneof(value, tags), services: value, base: value },
      { requiredKeys: [] },
    );
    const file = fc.record(
      {
        version: fc.constantFrom(1, 2, '1'),
        clusters: fc.oneof(value, fc.constant(['prod'])),
        permissions: value,
        deploy: fc.oneof(value, fc.array(fc.oneof(value, rules), { maxLength: 3 })),
        notify: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(file, (config) => {
        isAnswered(stringify(config));
      }),
      { numRuns: 200 },
    );
  });

  function isAnswered(text: string): void {
    const parsed = parseConfig(text);
    if (parsed.ok) {
      expect(JSON.parse(JSON.stringify(parsed.config))).toEqual(parsed.config);
      return;
    }
    expect(parsed.problems.length).toBeGreaterThan(0);
    const lines = text.split(/\n/).length;
    for (const problem of parsed.problems) {
      expect(problem.line).toBeLessThanOrEqual(lines);
      expect(problem.fix).not.toBe('');
      expect(problemLine('slipway.yml', problem)).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  }
});
