import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plant, type Tree } from './plant.ts';

/** For every switch of tsconfig.json that makes the compiler stricter: what it must refuse, and with which error. */
const canaries: Readonly<Record<string, readonly [code: string, text: string]>> = {
  strict: ['TS7006', 'export const f = (n) => n;'],
  noUncheckedIndexedAccess: [
    'TS2322',
    'declare const list: string[];\nexport const first: string = list[0];',
  ],
  exactOptionalPropertyTypes: ['TS2375', 'export const a: { n?: number } = { n: undefined };'],
  noImplicitOverride: ['TS4114', 'class A {\n  m() {}\n}\nexport class B extends A {\n  m() {}\n}'],
  noImplicitReturns: ['TS7030', 'export function f(n: number) {\n  if (n > 1) return 1;\n}'],
  noFallthroughCasesInSwitch: [
    'TS7029',
    'export function f(n: number) {\n  switch (n) {\n    case 1:\n      n += 1;\n    case 2:\n      n += 2;\n  }\n  return n;\n}',
  ],
  noUnusedLocals: ['TS6133', 'const never = 1;\nexport {};'],
  noUnusedParameters: ['TS6133', 'export const f = (never: number) => 1;'],
  allowUnreachableCode: ['TS7027', 'export function f() {\n  return 1;\n  f();\n}'],
  allowUnusedLabels: ['TS7028', 'export function f() {\n  never: for (;;) f();\n}'],
  noUncheckedSideEffectImports: ['TS2882', "import './nowhere.css';"],
  erasableSyntaxOnly: [
    'TS1294',
    'export class A {\n  constructor(private n: number) {\n    this.n = n;\n  }\n}',
  ],
  verbatimModuleSyntax: ['TS1484', "import { T } from './sibling.ts';\nexport const t: T = 1;"],
  isolatedModules: ['TS1205', "export { T } from './sibling.ts';"],
  allowImportingTsExtensions: ['TS2835', "import { n } from './sibling';\nexport const m = n;"],
};

/** They say how modules are found and where the cache lies, and make nothing stricter. */
const structural = [
  ...['target', 'lib', 'types', 'module', 'moduleResolution', 'moduleDetection', 'noEmit', 'incremental'],
  ...['tsBuildInfoFile', 'resolveJsonModule', 'skipLibCheck', 'forceConsistentCasingInFileNames'],
];

interface TsConfig {
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

const ours = JSON.parse(readFileSync('tsconfig.json', 'utf8')) as TsConfig;
let tree: Tree;
let output: string;

beforeAll(() => {
  const files = Object.entries(canaries).map(([flag, [, text]]) => [`shared/${flag}.ts`, `${text}\n`]);
  tree = plant([], {
    ...Object.fromEntries(files),
    'shared/sibling.ts': 'export type T = number;\nexport const n = 1;\n',
    'package.json': '{ "type": "module" }',
  });
  const compilerOptions = { ...ours.compilerOptions, incremental: false, tsBuildInfoFile: undefined };
  writeFileSync(join(tree.path, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['shared'] }));
  const args = ['--noEmit', '--singleThreaded', '--pretty', 'false'];
  output = spawnSync('tsc', args, { cwd: tree.path, encoding: 'utf8', timeout: 50_000 }).stdout;
});

afterAll(() => tree.remove());

describe('the compiler', () => {
  it.each(Object.entries(canaries))('refuses what %s forbids', (flag, [code]) => {
    const said = output.split('\n').filter((line) => line.startsWith(`shared/${flag}.ts(`));
    expect(said).toContainEqual(expect.stringContaining(`error ${code}:`));
  });

  it('has a canary for every switch that makes it stricter', () => {
    const flags = Object.keys(ours.compilerOptions).filter((flag) => !structural.includes(flag));
    expect(flags.toSorted()).toEqual(Object.keys(canaries).toSorted());
  });

  it('reads every folder that holds our code', () => {
    const { include } = JSON.parse(readFileSync('tsconfig.json', 'utf8')) as { include: string[] };
    const written = globSync('*/**/*.ts', {
      exclude: (path) => /^(node_modules|coverage|dist|reports)$/.test(path),
    });
    const folders = new Set(written.map((path) => path.split('/')[0]));
    expect([...folders].filter((folder) => folder !== undefined && !include.includes(folder))).toEqual([]);
  });
});
