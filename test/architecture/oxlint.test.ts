import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCommented, plant, type Tree } from './plant.ts';

const promise = 'declare const p: Promise<number>;\n';
const leak = 'declare const leak: any;\n';

/** One violation for every rule that needs types. */
const canaries: Readonly<Record<string, string>> = {
  'await-thenable': 'export const f = async () => await 1;\n',
  'no-array-delete': 'declare const list: number[];\ndelete list[0];\n',
  'no-base-to-string': 'declare const o: { n: number };\nexport const t = String(o);\n',
  'no-deprecated': '/** @deprecated gone */\nconst old = () => 1;\nexport const now = old();\n',
  'no-floating-promises': `${promise}p.then((n) => n);\n`,
  'no-for-in-array': 'declare const list: number[];\nfor (const n in list) globalThis.name = n;\n',
  'no-misused-promises': `${promise}export const m = p ? 1 : 2;\n`,
  'no-misused-spread': `${promise}export const m = { ...p };\n`,
  'no-unnecessary-type-assertion': 'declare const n: number;\nexport const m = n as number;\n',
  'no-unsafe-argument': `${leak}export const m = Number.parseInt(leak, 10);\n`,
  'no-unsafe-assignment': `${leak}export const m = leak;\n`,
  'no-unsafe-call': `${leak}leak();\n`,
  'no-unsafe-member-access': `${leak}leak.member;\n`,
  'no-unsafe-return': `${leak}export const f = (): number => leak;\n`,
  'only-throw-error': 'declare const what: string;\nexport const f = () => {\n  throw what;\n};\n',
  'prefer-promise-reject-errors': "export const m = Promise.reject('no');\n",
  'return-await': `${promise}export const f = async () => {\n  try {\n    return p;\n  } catch {\n    return 1;\n  }\n};\n`,
  'switch-exhaustiveness-check': "declare const k: 'a' | 'b';\nswitch (k) {\n  case 'a':\n    break;\n}\n",
  'unbound-method': 'class A {\n  n = 1;\n  m() {\n    return this.n;\n  }\n}\nexport const m = new A().m;\n',
};

interface Diagnostic {
  readonly code: string;
  readonly severity: string;
  readonly filename: string;
}

let tree: Tree;
let diagnostics: readonly Diagnostic[];

beforeAll(() => {
  const files = Object.entries(canaries).map(([rule, text]) => [`shared/${rule}.ts`, `${text}export {};\n`]);
  tree = plant(['.oxlintrc.jsonc', 'tsconfig.json'], Object.fromEntries(files));
  const run = spawnSync('oxlint', ['-f', 'json'], { cwd: tree.path, encoding: 'utf8', timeout: 50_000 });
  diagnostics = (JSON.parse(run.stdout) as { diagnostics: Diagnostic[] }).diagnostics;
});

afterAll(() => tree.remove());

describe('the type-aware linter', () => {
  it.each(Object.keys(canaries))('catches %s', (rule) => {
    const caught = diagnostics.filter(({ filename }) => filename === `shared/${rule}.ts`);
    expect(caught).toContainEqual(
      expect.objectContaining({ code: `typescript(${rule})`, severity: 'error' }),
    );
  });

  it('has a canary for every rule that the configuration names', () => {
    const { rules } = parseCommented(readFileSync('.oxlintrc.jsonc', 'utf8')) as { rules: object };
    expect(Object.keys(rules).toSorted()).toEqual(
      Object.keys(canaries)
        .map((rule) => `typescript/${rule}`)
        .toSorted(),
    );
  });
});
