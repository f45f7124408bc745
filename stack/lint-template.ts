import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnLintMissing, lint } from './cfn-lint.ts';
import { PackagingFailed, packageStack, templatesIn } from './package.ts';

const project = join(import.meta.dirname, '..');

/** Where the private Python environment of cfn-lint is kept; git ignores it. */
export const cfnLintHome = join(project, '.local', 'venv-cfn-lint');

/** Packages a configuration and lints both templates that come of it. Empty: nothing found. */
export async function lintPackaged(config: string): Promise<string> {
  const to = await mkdtemp(join(tmpdir(), 'slipway-lint-'));
  try {
    await packageStack({ config, to });
    return await lint(cfnLintHome, templatesIn(to));
  } finally {
    await rm(to, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  try {
    const findings = await lintPackaged(process.argv[2] ?? join(project, 'slipway.yml'));
    console.log(findings === '' ? 'cfn-lint finds nothing.' : findings);
    return findings === '' ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CfnLintMissing || error instanceof PackagingFailed)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main();
