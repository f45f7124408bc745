import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plant, type Tree } from './plant.ts';

interface Report {
  readonly issues: readonly (Readonly<Record<string, unknown>> & { readonly file: string })[];
}

let tree: Tree;
let issues: Report['issues'];

beforeAll(() => {
  tree = plant(['knip.jsonc', 'tsconfig.json'], {
    'package.json': JSON.stringify({
      name: 'planted',
      type: 'module',
      scripts: { lint: 'shellcheck .ci/run' },
      dependencies: { zod: '*', yaml: '*' },
      devDependencies: { vitest: '*' },
    }),
    'cli/main.ts':
      "import * as z from 'zod';\nimport { used } from './used.ts';\nimport * as c from 'croner';\nused(z, c);\n",
    'cli/used.ts':
      'export const used = (...n: unknown[]) => n;\nexport const neverUsed = 1;\nexport type NeverUsed = 1;\n',
    'shared/never-imported.ts': 'export const n = 1;\n',
    'test/unit/a.test.ts':
      "import { it } from 'vitest';\nimport { m } from './nowhere.ts';\nit('is', () => m);\n",
  });
  const run = spawnSync('knip', ['--reporter', 'json'], {
    cwd: tree.path,
    encoding: 'utf8',
    timeout: 50_000,
  });
  issues = (JSON.parse(run.stdout) as Report).issues;
}, 60_000);

afterAll(() => tree.remove());

describe('the search for dead code', () => {
  it.each([
    ['files', 'shared/never-imported.ts', 'shared/never-imported.ts'],
    ['exports', 'cli/used.ts', 'neverUsed'],
    ['types', 'cli/used.ts', 'NeverUsed'],
    ['dependencies', 'package.json', 'yaml'],
    ['unlisted', 'cli/main.ts', 'croner'],
    ['unresolved', 'test/unit/a.test.ts', './nowhere.ts'],
  ])('finds %s in %s: %s', (kind, file, name) => {
    const found = issues.filter((issue) => issue.file === file).flatMap((issue) => issue[kind] ?? []);
    expect(found).toContainEqual(expect.objectContaining({ name }));
  });

  it('leaves alone what is used', () => {
    expect(JSON.stringify(issues)).not.toMatch(/"name":"(zod|used|vitest)"/);
  });
});
