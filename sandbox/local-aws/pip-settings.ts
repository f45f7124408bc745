import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const readMs = 15_000;

/** Where packages come from, and nothing else: a user's `target`, `user` or `constraint` must not reach us. */
const wanted = ['index-url', 'extra-index-url', 'trusted-host', 'cert', 'client-cert', 'proxy', 'timeout'];
const passed = ['HOME', 'PATH', 'TMPDIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** The environment for pip: the user's index settings as variables, so that no configuration file is read. */
export async function indexSettings(python: string): Promise<Record<string, string>> {
  const { stdout } = await run(python, ['-m', 'pip', 'config', 'list'], { timeout: readMs });
  const kept = Object.entries(process.env).filter(([name]) => passed.includes(name) || /_proxy$/i.test(name));
  const env = Object.fromEntries(
    kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return { ...env, ...readPipSettings(stdout) };
}

/** Reads `pip config list`: lines such as `global.index-url='https://…'`, where the environment wins. */
export function readPipSettings(listing: string): Record<string, string> {
  const found = new Map<string, string>();
  const lines = listing
    .split('\n')
    .toSorted((a, b) => Number(isOfEnvironment(a)) - Number(isOfEnvironment(b)));
  for (const line of lines) {
    const [, key, value] = /^(?:global|install|:env:)\.([a-z-]+)='(.*)'$/.exec(line.trim()) ?? [];
    if (key === undefined || value === undefined || !isWanted(key)) continue;
    found.set(`PIP_${settingName(key).replaceAll('-', '_').toUpperCase()}`, value);
  }
  return Object.fromEntries(found);
}

const isOfEnvironment = (line: string): boolean => line.startsWith(':env:');
const settingName = (key: string): string => (key === 'default-timeout' ? 'timeout' : key);
const isWanted = (key: string): boolean => wanted.includes(settingName(key));
