import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const requirements = join(import.meta.dirname, 'cfn-lint-requirements.txt');
const interpreters = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const oldest = 'import sys; raise SystemExit(sys.version_info < (3, 10))';
const probeMs = 10_000;
const installMs = 300_000;
const lintMs = 120_000;
/** What its own script does; that one names the interpreter by the place where the environment was made. */
const start = 'from cfnlint import runner; runner.main()';
const command = ['-c', start, '--non-zero-exit-code', 'none', '--format', 'parseable'];
const outputMax = 16 * 1024 * 1024;

/** cfn-lint cannot be had on this machine as it is. The message says what to install. */
export class CfnLintMissing extends Error {
  override readonly name = 'CfnLintMissing';
}

/** What cfn-lint has to say of the templates; empty when nothing. `home` holds its private Python environment, made on first use. */
export async function lint(home: string, templates: readonly string[]): Promise<string> {
  const python = await environment(home);
  try {
    const { stdout } = await run(python, [...command, ...templates], {
      timeout: lintMs,
      maxBuffer: outputMax,
    });
    return stdout.trim();
  } catch (cause) {
    throw new Error(`cfn-lint could not run: ${lastLine(cause)}`, { cause });
  }
}

/** The interpreter of the environment in `home`, which is made anew when the requirements are others than when it was made. */
async function environment(home: string): Promise<string> {
  const stamp = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  if ((await readStamp(home)) === stamp) return interpreterOf(home);
  const python = await findPython();
  // Made beside its place and moved there whole: who finds it finds it complete.
  await mkdir(dirname(home), { recursive: true });
  const made = await mkdtemp(join(dirname(home), 'cfn-lint-'));
  try {
    await install(python, made);
    await writeFile(join(made, 'stamp'), stamp);
    await rm(home, { recursive: true, force: true });
    await rename(made, home);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return interpreterOf(home);
}

async function install(python: string, home: string): Promise<void> {
  try {
    await run(python, ['-m', 'venv', home], { timeout: installMs });
  } catch (cause) {
    throw new CfnLintMissing(
      'Python cannot make a virtual environment: its venv or ensurepip module is missing (Debian, Ubuntu: apt install python3-venv).',
      { cause },
    );
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  try {
    const pinned = ['--require-hashes', '--only-binary=:all:', '-r', requirements];
    await run(interpreterOf(home), [...pip, ...pinned], { timeout: installMs });
  } catch (cause) {
    throw new CfnLintMissing(`cfn-lint could not be installed from PyPI: ${lastLine(cause)}`, { cause });
  }
}

async function findPython(): Promise<string> {
  for (const interpreter of interpreters) {
    try {
      await run(interpreter, ['-c', oldest], { timeout: probeMs });
      return interpreter;
    } catch {
      // Not there, or too old: the next one.
    }
  }
  throw new CfnLintMissing(
    'cfn-lint needs Python 3.10 or newer on the PATH (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python).',
  );
}

function interpreterOf(home: string): string {
  return process.platform === 'win32' ? join(home, 'Scripts', 'python.exe') : join(home, 'bin', 'python');
}

async function readStamp(home: string): Promise<string | undefined> {
  try {
    return await readFile(join(home, 'stamp'), 'utf8');
  } catch {
    return undefined;
  }
}

function lastLine(cause: unknown): string {
  const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
  return stderr.split('\n').at(-1) || String(cause);
}
