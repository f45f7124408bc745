import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plant, type Tree } from './plant.ts';

const untested = 'export const f = (n: number) => {\n  if (n > 1) {\n    return 2;\n  }\n  return 1;\n};\n';

let tree: Tree;
let output: string;
let status: number | null;

beforeAll(() => {
  tree = plant(['vitest.config.ts', 'tsconfig.json', 'package.json'], {
    'shared/domain/half-tested.ts': untested,
    'functions/a/decide.ts': untested,
    'functions/b/decide/never-loaded.ts': untested,
    'test/unit/a.test.ts':
      "import { expect, it } from 'vitest';\nimport { f } from '../../shared/domain/half-tested.ts';\nit('is one', () => expect(f(1)).toBe(1));\n",
  });
  const env = { ...process.env, NO_COLOR: '1' };
  const args = ['run', '--coverage', '--root', tree.path];
  const run = spawnSync('vitest', args, { cwd: tree.path, encoding: 'utf8', env, timeout: 50_000 });
  output = run.stdout + run.stderr;
  status = run.status;
}, 60_000);

afterAll(() => tree.remove());

describe('the coverage thresholds', () => {
  it.each(['shared/domain/**', 'functions/*/decide.ts', 'functions/*/decide/**'])(
    'refuse an untested line and branch in %s',
    (glob) => {
      const refused = output.matchAll(
        /ERROR: Coverage for (\w+) \(.*\) does not meet "(.+)" threshold \(100%\)/g,
      );
      const kinds = [...refused].filter((match) => match[2] === glob).map((match) => match[1]);
      expect(kinds.toSorted()).toEqual(['branches', 'lines']);
    },
  );

  it('fail the run although every test passes', () => {
    expect(output).toMatch(/Tests\s+1 passed/);
    expect(status).toBe(1);
  });
});
