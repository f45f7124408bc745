export interface Canary {
  readonly rule: string;
  readonly path: string;
  readonly text: string;
}

const lines = (count: number): string => Array.from({ length: count }, (_, n) => `  n += ${n};\n`).join('');
const loops = (count: number): string =>
  `${'if (n) {\n'.repeat(count)}n += 1;\n${'}\n'.repeat(count)}return n;\n`;
const many = (count: number): string =>
  Array.from({ length: count }, (_, n) => `export const n${n} = ${n};\n`).join('');

/** One violation for every rule that biome.jsonc turns on by name. */
export const ruleCanaries: readonly Canary[] = [
  {
    rule: 'complexity/noExcessiveCognitiveComplexity',
    path: 'shared/complex.ts',
    text: `export function f(n: number) {\n${loops(6)}}\n`,
  },
  {
    rule: 'complexity/noExcessiveCognitiveComplexity',
    path: 'functions/a/handler.ts',
    text: `export function f(n: number) {\n${loops(2)}}\n`,
  },
  {
    rule: 'complexity/noExcessiveLinesPerFunction',
    path: 'shared/long.ts',
    text: `export function f() {\n  let n = 0;\n${lines(60)}  return n;\n}\n`,
  },
  {
    rule: 'complexity/useMaxParams',
    path: 'shared/params.ts',
    text: 'export const f = (a: number, b: number, c: number, d: number) => a + b + c + d;\n',
  },
  {
    rule: 'correctness/useImportExtensions',
    path: 'shared/extension.ts',
    text: "import { n1 } from './target';\nexport const m = n1;\n",
  },
  {
    rule: 'correctness/noUndeclaredDependencies',
    path: 'shared/undeclared.ts',
    text: "import { x } from 'left-pad';\nexport const m = x;\n",
  },
  {
    rule: 'correctness/noUnusedImports',
    path: 'shared/unused-import.ts',
    text: "import { n1 } from './target.ts';\nexport const m = 1;\n",
  },
  {
    rule: 'correctness/noUnusedVariables',
    path: 'shared/unused-variable.ts',
    text: 'const m = 1;\nexport const o = 1;\n',
  },
  {
    rule: 'correctness/noUnusedFunctionParameters',
    path: 'shared/unused-parameter.ts',
    text: 'export function f(n: number) {\n  return 1;\n}\n',
  },
  {
    rule: 'correctness/noUnusedPrivateClassMembers',
    path: 'shared/unused-member.ts',
    text: 'export class A {\n  #never = 1;\n}\n',
  },
  {
    rule: 'correctness/noGlobalDirnameFilename',
    path: 'shared/dirname.ts',
    text: 'export const here = __dirname;\n',
  },
  {
    rule: 'nursery/useExhaustiveSwitchCases',
    path: 'shared/switch.ts',
    text: "type K = 'a' | 'b';\nexport function f(k: K) {\n  switch (k) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
  },
  {
    rule: 'performance/noBarrelFile',
    path: 'shared/barrel.ts',
    text: "export { n1 } from './target.ts';\nexport { n2 } from './target.ts';\n",
  },
  { rule: 'performance/noReExportAll', path: 'shared/all.ts', text: "export * from './target.ts';\n" },
  { rule: 'style/noCommonJs', path: 'shared/common.ts', text: "export const fs = require('node:fs');\n" },
  { rule: 'style/noDefaultExport', path: 'shared/default.ts', text: 'export default 1;\n' },
  { rule: 'style/noEnum', path: 'shared/enum.ts', text: 'export enum E {\n  A,\n}\n' },
  {
    rule: 'style/noParameterProperties',
    path: 'shared/parameter-property.ts',
    text: 'export class A {\n  constructor(readonly n: number) {}\n}\n',
  },
  {
    rule: 'style/noParameterAssign',
    path: 'shared/parameter-assign.ts',
    text: 'export function f(n: number) {\n  n = 2;\n  return n;\n}\n',
  },
  {
    rule: 'style/noNestedTernary',
    path: 'shared/ternary.ts',
    text: 'export const f = (n: number) => (n > 1 ? (n > 2 ? 3 : 2) : 1);\n',
  },
  {
    rule: 'style/noNonNullAssertion',
    path: 'shared/bang.ts',
    text: 'export const f = (n?: { m: number }) => n!.m;\n',
  },
  {
    rule: 'style/noProcessEnv',
    path: 'shared/environment.ts',
    text: 'export const home = process.env;\n',
  },
  { rule: 'style/noExcessiveLinesPerFile', path: 'shared/long-file.ts', text: many(260) },
  { rule: 'style/noExcessiveLinesPerFile', path: 'sandbox/long-file.ts', text: many(410) },
  { rule: 'style/noExcessiveLinesPerFile', path: 'test/unit/long-file.ts', text: many(410) },
  { rule: 'style/noExcessiveLinesPerFile', path: 'functions/b/handler.ts', text: many(30) },
  {
    rule: 'style/useErrorCause',
    path: 'shared/cause.ts',
    text: "export function f(g: () => void) {\n  try {\n    g();\n  } catch (error) {\n    throw new Error('no');\n  }\n}\n",
  },
  {
    rule: 'style/useThrowOnlyError',
    path: 'shared/throw.ts',
    text: "export function f() {\n  throw 'no';\n}\n",
  },
  {
    rule: 'style/useImportType',
    path: 'shared/import-type.ts',
    text: "import { T } from './target.ts';\nexport const f = (t: T) => t;\n",
  },
  {
    rule: 'style/useNodejsImportProtocol',
    path: 'shared/protocol.ts',
    text: "import { join } from 'path';\nexport const p = join('a');\n",
  },
  {
    rule: 'style/useConsistentArrayType',
    path: 'shared/array.ts',
    text: 'export const a: Array<number> = [];\n',
  },
  {
    rule: 'style/useReadonlyClassProperties',
    path: 'shared/readonly.ts',
    text: 'export class A {\n  #n = 1;\n  get n() {\n    return this.#n;\n  }\n}\n',
  },
  { rule: 'style/useFilenamingConvention', path: 'shared/camelCase.ts', text: 'export const m = 1;\n' },
  {
    rule: 'style/noRestrictedImports',
    path: 'shared/zod-named.ts',
    text: "import { z } from 'zod';\nexport const m = z;\n",
  },
  {
    rule: 'style/noRestrictedImports',
    path: 'shared/npm-semver.ts',
    text: "import { satisfies } from 'semver';\nexport const m = satisfies;\n",
  },
  { rule: 'suspicious/noConsole', path: 'shared/console.ts', text: "console.log('hello');\n" },
  {
    rule: 'suspicious/noEvolvingTypes',
    path: 'shared/evolving.ts',
    text: 'export function f() {\n  let n;\n  n = 1;\n  return n;\n}\n',
  },
  { rule: 'suspicious/noExplicitAny', path: 'shared/any.ts', text: 'export const f = (n: any) => n;\n' },
  {
    rule: 'suspicious/noFocusedTests',
    path: 'test/unit/focused.test.ts',
    text: "import { it } from 'vitest';\nit.only('is alone', () => {});\n",
  },
  {
    rule: 'suspicious/noSkippedTests',
    path: 'test/unit/skipped.test.ts',
    text: "import { it } from 'vitest';\nit.skip('is left out', () => {});\n",
  },
  {
    rule: 'suspicious/noImportCycles',
    path: 'shared/cycle-one.ts',
    text: "import { two } from './cycle-two.ts';\nexport const one = () => two;\n",
  },
  {
    rule: 'suspicious/noTsIgnore',
    path: 'shared/ignore.ts',
    text: `// ${'@ts-'}ignore\nexport const m: string = 1;\n`,
  },
  {
    rule: 'suspicious/useAwait',
    path: 'shared/await.ts',
    text: 'export async function f() {\n  return 1;\n}\n',
  },
];

/** Each pattern of each *.grit file, with the words in which it speaks, in a folder where it has to hold. */
export const patternCanaries: readonly (Canary & { readonly says: string })[] = [
  ...['logger.info(`rolled`)'].map((text, n) => pattern('biome-log.grit', `shared/log-${n}.ts`, text)),
  ...["vi.mock('./a.ts')", "vi.doMock('./a.ts')", 'list.sort()', 'list.sort((a, b) => a - b)'].map(
    (text, n) => pattern('biome-plain.grit', `functions/a/plain-${n}.ts`, text),
  ),
  ...['class RolloutManager {}', 'class UserService {}', 'class ArnHelper extends Object {}'].map((text, n) =>
    pattern('biome-names.grit', `cli/names-${n}.ts`, text),
  ),
  ...impure([
    'Date.now()',
    'new Date()',
    'Math.random()',
    'crypto.randomUUID()',
    'performance.now()',
    'process.pid',
  ]),
  ...timely([
    'Date.now()',
    'new Date()',
    'Math.random()',
    'crypto.randomUUID()',
    'randomUUID()',
    'performance.now()',
  ]),
  ...timely(['setTimeout(f, 10)', 'setInterval(f, 10)']),
  pattern('biome-plain.grit', 'shared/domain/also-plain.ts', 'list.sort()'),
  pattern('biome-names.grit', 'sandbox/ecs/also-names.ts', 'class TaskManager {}'),
];

export const siblings: Readonly<Record<string, string>> = {
  'shared/target.ts':
    'export const n1 = 1;\nexport const n2 = 2;\nexport interface T {\n  readonly n: number;\n}\n',
  'shared/cycle-two.ts': "import { one } from './cycle-one.ts';\nexport const two = () => one;\n",
  'shared/unformatted.ts': 'export const  m = [1,2 ]\n',
  'shared/unordered.ts':
    "import { n1 } from './target.ts';\nimport { join } from 'node:path';\nexport const m = [n1, join];\n",
};

function pattern(rule: string, path: string, text: string): Canary & { readonly says: string } {
  const says = {
    'biome-log.grit': 'Log messages are static',
    'biome-plain.grit': text.startsWith('vi.') ? 'No mocks of our own modules' : 'toSorted',
    'biome-names.grit': "Names are the domain's",
    'biome-pure.grit': 'Decisions are pure',
    'biome-clock.grit': 'Time and chance are handed in',
  }[rule];
  if (says === undefined) throw new Error(`${rule} has no words here`);
  return { rule, path, text: `export const planted = ${text};\n`, says };
}

function impure(texts: readonly string[]) {
  return texts.flatMap((text, n) =>
    ['shared/domain/impure', 'functions/a/decide/impure'].map((path) =>
      pattern('biome-pure.grit', `${path}-${n}.ts`, text),
    ),
  );
}

function timely(texts: readonly string[]) {
  return texts.flatMap((text) =>
    ['functions/a/flow', 'sandbox/ecs', 'sandbox/embedded', 'sandbox/registry'].map((path) =>
      pattern('biome-clock.grit', `${path}/own-${text.replaceAll(/\W+/g, '-').toLowerCase()}x.ts`, text),
    ),
  );
}
