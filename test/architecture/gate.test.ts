import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { plant } from './plant.ts';

const pieces = ['lint', 'words', 'types', 'deps', 'dead', 'budgets', 'coverage'];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

describe('the gate', () => {
  const passing = Object.fromEntries(pieces.map((piece) => [piece, `echo ${piece} ran`]));
  const red = plant([], { 'package.json': JSON.stringify({ scripts: { ...passing, types: 'exit 3' } }) });
  const green = plant([], { 'package.json': JSON.stringify({ scripts: passing }) });
  afterAll(() => {
    red.remove();
    green.remove();
  });
  const check = (cwd: string, ...asked: string[]) => {
    const args = [resolve('scripts/check.ts'), ...asked];
    return spawnSync('node', args, {
      cwd,
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, NO_COLOR: '1' },
    });
  };

  it('runs every piece', () => {
    const run = check(green.path);
    for (const piece of pieces) expect(run.stdout).toContain(`${piece} ran`);
    expect(run.stdout).toContain('The gate is green.');
    expect(run.status).toBe(0);
  });

  it('is red when a piece fails, and runs the others all the same', () => {
    const run = check(red.path);
    expect(run.stdout).toContain('coverage ran');
    expect(run.stdout).toContain('The gate is red: types');
    expect(run.status).toBe(1);
  });

  it('is red when it was asked for nothing that it has', () => {
    const run = check(green.path, 'everything');
    expect(run.stderr).toContain('no such piece');
    expect(run.status).toBe(1);
  });

  it('lets warnings fail where a tool would pass them', () => {
    expect(scripts['lint']).toBe('biome check --error-on-warnings . && oxlint --deny-warnings');
    expect(scripts['dead']).toContain('--treat-config-hints-as-errors');
  });

  it('is what the public workflow runs, and a part of what a fresh clone is put through', () => {
    const steps = [...readFileSync('.ci/run', 'utf8').matchAll(/^step '.+' \d+ (.+)$/gm)].map(
      ([, command]) => command,
    );
    expect(steps).toEqual([
      'npm ci',
      'npm start -- --once',
      'npm test',
      'npm run check',
      'npm run test:local-aws',
      'npm run simulate -- --seeds 20000',
      'npm run bench:calls',
      'npm run bench:fan-out -- 10 100 1000',
    ]);
    expect(readFileSync('.github/workflows/ci.yml', 'utf8')).toMatch(/- run: \.ci\/run\n/);
  });
});
