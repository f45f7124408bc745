import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { patternCanaries, ruleCanaries, siblings } from './biome-canaries.ts';
import { parseCommented, plant, type Tree } from './plant.ts';

const grits = globSync('biome-*.grit');
const Config = z.object({
  linter: z.object({ rules: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  plugins: z.array(z.string()),
  overrides: z.array(z.object({ plugins: z.array(z.string()).default([]) })),
});
const config = Config.parse(parseCommented(readFileSync('biome.jsonc', 'utf8')));
const named = Object.entries(config.linter.rules).flatMap(([group, rules]) =>
  Object.entries(rules)
    .filter(([, level]) => level !== 'off')
    .map(([rule]) => `${group}/${rule}`),
);

interface Diagnostic {
  readonly category: string;
  readonly severity: string;
  readonly message: string;
  readonly location: { readonly path: string };
}

let tree: Tree;
let diagnostics: readonly Diagnostic[];

beforeAll(async () => {
  const planted = Object.fromEntries(
    [...ruleCanaries, ...patternCanaries].map(({ path, text }) => [path, text]),
  );
  tree = plant(['biome.jsonc', 'package.json', ...grits], { ...siblings, ...planted });
  diagnostics = await check(tree.path);
}, 60_000);

afterAll(() => tree.remove());

async function check(cwd: string): Promise<readonly Diagnostic[]> {
  const args = ['check', '--reporter=json', '--max-diagnostics=none', '.'];
  const run = promisify(execFile)('biome', args, { cwd, maxBuffer: 2 ** 26, timeout: 50_000 });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
}

const at = (path: string) =>
  diagnostics.filter(({ location, severity }) => location.path === path && severity === 'error');

describe('the linter', () => {
  it.each(ruleCanaries)('catches $rule in $path', ({ rule, path }) => {
    expect(at(path).map(({ category }) => category)).toContain(`lint/${rule}`);
  });

  it.each(patternCanaries)('catches what $rule forbids in $path', ({ path, says }) => {
    expect(at(path).map(({ message }) => message)).toContainEqual(expect.stringContaining(says));
  });

  it('has a canary for every rule that the configuration names', () => {
    expect(named.filter((rule) => !ruleCanaries.some((canary) => canary.rule === rule))).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
  });

  it('has a canary for every pattern file, and uses each of them', () => {
    const used = [config, ...config.overrides].flatMap(({ plugins }) => plugins);
    expect(grits.filter((file) => !patternCanaries.some(({ rule }) => rule === file))).toEqual([]);
    expect(grits.filter((file) => !used.includes(`./${file}`))).toEqual([]);
  });

  it('runs every pattern file without an error of its own', () => {
    expect(diagnostics.filter(({ message }) => message.includes('errored'))).toEqual([]);
  });

  it.each([
    ['format', 'shared/unformatted.ts'],
    ['assist/source/organizeImports', 'shared/unordered.ts'],
  ])('catches %s', (category, path) => {
    expect(at(path).map((diagnostic) => diagnostic.category)).toContain(category);
  });
});
