import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';
import { indexSettings } from './pip-settings.ts';

const run = promisify(execFile);

const oldest = { major: 3, minor: 10 };
const candidates = [
  'python3',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python3.14',
  'python',
];
const probeMs = 10_000;
const makeMs = 60_000;
const installMs = 300_000;
const lockMs = makeMs + installMs;

/** The local AWS cannot be had on this machine as it is. The message says what to install. */
export class PythonMissing extends Error {
  override readonly name = 'PythonMissing';
}

interface Python {
  readonly command: string;
  readonly version: string;
}

export interface PythonPlace {
  /** The project's own folder: `.local` is below it. */
  readonly root: string;
  readonly say?: ((line: string) => void) | undefined;
}

/** What to install: every package with its hashes. */
export interface Packages {
  readonly name: string;
  readonly requirements: string;
}

const ministack: Packages = {
  name: 'ministack',
  requirements: join(import.meta.dirname, 'requirements.txt'),
};

/** A private Python with these packages in it, made on first use. Answers with the path of its interpreter. */
export async function ensurePython(place: PythonPlace, packages = ministack): Promise<string> {
  const { root, say = () => {} } = place;
  const { name, requirements } = packages;
  const home = join(root, '.local', `venv-${name}`);
  const python = join(home, 'bin', 'python');
  const stamp = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const isMade = async () => (await readStamp(home)) === stamp && (await exists(python));
  if (await isMade()) return python;

  await mkdir(join(root, '.local'), { recursive: true });
  await withLock({ path: `${home}.lock`, waitMs: lockMs }, async () => {
    if (await isMade()) return;
    const found = await findPython();
    say(`Installing ${name} into .local/venv-${name} with Python ${found.version}: once, some 20 seconds …`);
    await rm(home, { recursive: true, force: true });
    await makeEnvironment(found, home);
    await install(python, packages);
    await writeFile(join(home, 'stamp'), stamp);
  });
  return python;
}

async function findPython(): Promise<Python> {
  const seen: string[] = [];
  for (const command of candidates) {
    const version = await versionOf(command);
    if (version === undefined) continue;
    if (isNewEnough(version)) return { command, version };
    seen.push(version);
  }
  const found = seen.length === 0 ? 'none was found' : `found only ${[...new Set(seen)].join(', ')}`;
  throw new PythonMissing(
    `The local AWS needs Python ${oldest.major}.${oldest.minor} or newer on the PATH (${found}). ${howToInstall}`,
  );
}

const howToInstall =
  'Install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python; ' +
  'elsewhere: https://www.python.org/downloads/), or use the embedded world: npm start.';

async function versionOf(command: string): Promise<string | undefined> {
  try {
    const script = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
    const { stdout } = await run(command, ['-c', script], { timeout: probeMs });
    return /^\d+\.\d+\.\d+$/m.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === oldest.major && minor >= oldest.minor;
}

async function makeEnvironment({ command, version }: Python, home: string): Promise<void> {
  try {
    await run(command, ['-m', 'venv', home], { timeout: makeMs });
  } catch (cause) {
    throw new PythonMissing(
      `Python ${version} cannot make a virtual environment: its venv or ensurepip module is missing. ` +
        'Debian, Ubuntu: apt install python3-venv.',
      { cause },
    );
  }
}

async function install(python: string, { name, requirements }: Packages): Promise<void> {
  const options = ['--require-hashes', '--only-binary=:all:', '--no-input', '--disable-pip-version-check'];
  const env = { ...(await indexSettings(python)), PIP_CONFIG_FILE: devNull };
  try {
    await run(python, ['-m', 'pip', 'install', '--quiet', ...options, '-r', requirements], {
      timeout: installMs,
      env,
    });
  } catch (cause) {
    throw new PythonMissing(
      `${name} could not be installed from PyPI: ${lastLine(cause)} ` +
        'It needs the network once; a mirror is taken from PIP_INDEX_URL or pip.conf. ' +
        'Without it use the embedded world: npm start.',
      { cause },
    );
  }
}

function lastLine(cause: unknown): string {
  const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
  const errors = stderr.split('\n').filter((line) => line.startsWith('ERROR:'));
  return errors.at(-1) ?? 'pip gave no reason (no network?).';
}

async function readStamp(home: string): Promise<string | undefined> {
  try {
    return await readFile(join(home, 'stamp'), 'utf8');
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
