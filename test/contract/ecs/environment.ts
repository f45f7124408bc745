import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../../../sandbox/local-aws/lock.ts';
import { indexSettings } from '../../../sandbox/local-aws/pip-settings.ts';
import { ensurePython } from '../../../sandbox/local-aws/python.ts';

const run = promisify(execFile);
const makeMs = 60_000;
const installMs = 300_000;

export const root = join(import.meta.dirname, '..', '..', '..');

/** A private Python with moto and boto3 in it, made on first use. MiniStack has one of its own: their botocores differ. */
export async function ensureMoto(): Promise<string> {
  const requirements = join(import.meta.dirname, 'moto-requirements.txt');
  const stamp = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const home = join(root, '.local', 'venv-moto');
  const python = join(home, 'bin', 'python');
  const isMade = () =>
    existsSync(python) &&
    existsSync(join(home, 'stamp')) &&
    readFileSync(join(home, 'stamp'), 'utf8') === stamp;
  if (isMade()) return python;
  await mkdir(join(root, '.local'), { recursive: true });
  await withLock({ path: `${home}.lock`, waitMs: makeMs + installMs }, async () => {
    if (isMade()) return;
    await rm(home, { recursive: true, force: true });
    // From the interpreter that MiniStack's environment was made with: found, checked and explained there.
    await run(await ensurePython({ root }), ['-m', 'venv', home], { timeout: makeMs });
    const options = ['--quiet', '--no-input', '--disable-pip-version-check'];
    const pins = ['--require-hashes', '--only-binary=:all:', '-r', requirements];
    const env = { ...(await indexSettings(python)), PIP_CONFIG_FILE: devNull };
    await run(python, ['-m', 'pip', 'install', ...options, ...pins], { timeout: installMs, env });
    await writeFile(join(home, 'stamp'), stamp);
  });
  return python;
}
