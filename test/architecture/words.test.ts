import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scan } from '../../scripts/words/rules.ts';
import { plant } from './plant.ts';

const rulesAt = (path: string, text: string) => scan(path, text).map(({ rule }) => rule);

describe('a suppression', () => {
  it.each([
    ['// biome-ignore lint/style/noEnum: no'],
    ['// biome-ignore-all lint/suspicious/noConsole: speaks'],
    ['// biome-ignore lint/style/noEnum:'],
    ['/* v8 ignore next */'],
    ['/* v8 ignore next -- @preserve */'],
    ['/* v8 ignore start */'],
    ['/* c8 ignore next 3 */'],
    ['/* istanbul ignore else */'],
    ['/* node:coverage disable */'],
    ['// oxlint-disable-next-line typescript/no-floating-promises'],
    ['// oxlint-disable-next-line typescript/no-floating-promises -- later'],
    ['/* eslint-disable */'],
    ['// @ts-expect-error'],
    ['// @ts-expect-error sorry'],
    ['// Stryker disable next-line all'],
    ['// Stryker disable next-line all: no'],
    ['/** @knipignore */'],
  ])('without a reason is found: %s', (text) => {
    expect(rulesAt('shared/a.ts', text)).toEqual(['suppression-without-reason']);
  });

  it.each([
    ['x = y  # noqa: E501'],
    ['x = y  # type: ignore'],
    ['# shellcheck disable=SC2086'],
    ['# pylint: disable=no-member'],
  ])('without a reason is found in scripts: %s', (text) => {
    expect(rulesAt('sandbox/local-aws/launch.py', text)).toEqual(['suppression-without-reason']);
  });

  it.each([
    ['// biome-ignore lint/style/noEnum: the generated client wants an enum'],
    ['// biome-ignore-end lint/style/noEnum: x'],
    ['/* v8 ignore next -- @preserve the compiler proves it unreachable */'],
    ['/* v8 ignore stop */'],
    ['// oxlint-disable-next-line typescript/no-floating-promises -- ends with the process'],
    ['// @ts-expect-error the library types this as a string'],
    ['// Stryker disable next-line all: equal for every input'],
    ['const text = "nothing is ignored here";'],
  ])('with a reason passes: %s', (text) => {
    expect(rulesAt('shared/a.ts', text)).toEqual([]);
  });

  it.each([['@ts-ignore the types are wrong here'], ['@ts-nocheck nobody checks this file']])(
    'of all types is never allowed: %s',
    (text) => {
      expect(rulesAt('shared/a.ts', `// ${text}`)).toEqual(['no-ts-ignore']);
    },
  );
});

describe('a rule that a configuration switches off', () => {
  it('needs a comment above it', () => {
    expect(rulesAt('biome.jsonc', '{\n  "noEnum": "off"\n}')).toEqual(['switched-off-without-reason']);
    expect(rulesAt('knip.jsonc', '{\n  "ignore": ["a.ts"]\n}')).toEqual(['switched-off-without-reason']);
    expect(rulesAt('.oxlintrc.jsonc', '{\n  // no\n  "ignorePatterns": []\n}')).toEqual([
      'switched-off-without-reason',
    ]);
  });

  it('or a comment above its override', () => {
    const override =
      '    // Tests may say what they think.\n    "includes": ["test/**"],\n    "noEnum": "off"\n';
    expect(rulesAt('biome.jsonc', `{\n  "overrides": [{\n${override}  }]\n}`)).toEqual([]);
    expect(rulesAt('biome.jsonc', `{\n  "overrides": [{\n${override.replace(/.*\n/, '')}  }]\n}`)).toEqual([
      'switched-off-without-reason',
    ]);
  });

  it('has its reason in every configuration of this project', () => {
    for (const path of ['biome.jsonc', 'knip.jsonc', '.oxlintrc.jsonc']) {
      expect(scan(path, readFileSync(path, 'utf8'))).toEqual([]);
    }
  });
});

describe('a text', () => {
  it.each([
    ['no-unfinished-work', 'shared/a.ts', '// TODO: page'],
    ['no-unfinished-work', 'docs/operations.md', 'FIXME later'],
    ['no-focused-or-skipped-tests', 'test/unit/a.test.ts', "it.only('is', f);"],
    ['no-focused-or-skipped-tests', 'test/unit/a.test.ts', "describe.skip('is', f);"],
    ['no-focused-or-skipped-tests', 'test/unit/a.test.ts', "it.todo('is');"],
    ['conditional-test-without-reason', 'test/unit/a.test.ts', "it.skipIf(bare)('is', f);"],
    ['conditional-test-without-reason', 'test/unit/a.test.ts', "// no\ndescribe.runIf(linux)('is', f);"],
    ['no-focused-or-skipped-tests', 'test/unit/a.test.ts', "it.concurrent.only('is', f);"],
    ['no-foreign-paths', 'README.md', 'see /work/main/README.md'],
    ['no-foreign-paths', 'sandbox/a.ts', "spawn('/root/bin/python3')"],
    ['no-foreign-paths', 'sandbox/a.ts', "spawn('/home/ann/bin/python3')"],
    ['no-foreign-paths', 'sandbox/a.ts', "'file:///Users/ann/slipway'"],
    ['no-foreign-registries', 'package-lock.json', '  "resolved": "https://registry.example/zod.tgz",'],
    [
      'no-foreign-registries',
      'bench/cold-start/package-lock.json',
      '  "resolved": "http://10.0.0.1/zod.tgz",',
    ],
    ['no-foreign-registries', '.npmrc', 'registry=https://registry.example/'],
    [
      'no-foreign-registries',
      'sandbox/local-aws/requirements.txt',
      '--index-url https://pypi.example/simple',
    ],
    ['no-name-that-says-nothing', 'shared/utils.ts', ''],
    ['no-name-that-says-nothing', 'cli/helpers/table.ts', ''],
  ])('is caught by %s: %s: %s', (rule, path, text) => {
    expect(rulesAt(path, text)).toEqual([rule]);
  });

  it.each([
    ['shared/a.ts', "import { a } from '../domain/work/a.ts';"],
    ['README.md', 'https://example.org/work/root/page'],
    ['package-lock.json', '  "integrity": "sha512-abc=="'],
    ['.npmrc', 'omit-lockfile-registry-resolved=true'],
    ['test/unit/a.test.ts', "// Needs a second Node beside ours.\nit.skipIf(bare)('is', f);"],
    ['test/unit/a.test.ts', 'expect(only.skip).toBe(todo)'],
  ])('passes: %s: %s', (path, text) => {
    expect(rulesAt(path, text)).toEqual([]);
  });
});

describe('the scan', () => {
  const tree = plant([], { 'shared/a.ts': '// TODO\n', 'README.md': 'fine\n' });
  afterAll(() => tree.remove());

  it('reads what git knows or would take in, and refuses to pass blind', () => {
    spawnSync('git', ['init', '--quiet'], { cwd: tree.path });
    const run = spawnSync('node', [resolve('scripts/words.ts')], {
      cwd: tree.path,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(run.stderr).toContain('no-unfinished-work: shared/a.ts:1: // TODO');
    expect(run.stderr).toMatch(/blind: \d files were read/);
    expect(run.status).toBe(1);
  });
});
