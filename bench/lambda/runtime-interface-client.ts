import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = join(import.meta.dirname, '..', 'cold-start');
const client = join(folder, 'node_modules', 'aws-lambda-ric');
const buildMs = 10 * 60_000;

/** The entry of Lambda's own client of the Runtime API. Compiled on first use, from a package of its own. */
export async function runtimeInterfaceClient(root: string): Promise<string> {
  if (!(await isBuilt())) await build(root);
  return join(client, 'index.mjs');
}

function isBuilt(): Promise<boolean> {
  return access(join(client, 'rapid-client.node')).then(
    () => true,
    () => false,
  );
}

async function build(root: string): Promise<void> {
  console.error('Compiling aws-lambda-ric, once: this takes a minute or two.');
  const headers = join(root, 'node_modules', `node-linux-${process.arch}`);
  const env = { ...process.env, npm_config_nodedir: headers };
  try {
    await run('npm', ['ci'], { cwd: folder, env, timeout: buildMs, maxBuffer: 64 * 1024 * 1024 });
  } catch (cause) {
    throw new Error(needs(lastLines(cause)), { cause });
  }
  if (!(await isBuilt())) throw new Error(needs('npm ci left no rapid-client.node'));
}

function needs(words: string): string {
  return [
    'aws-lambda-ric could not be compiled. It needs Linux and these tools:',
    '  apt-get install cmake g++ make autoconf automake libtool xz-utils python3',
    `npm said: ${words}`,
  ].join('\n');
}

function lastLines(error: unknown): string {
  const text: unknown = error instanceof Error ? Reflect.get(error, 'stderr') : undefined;
  return typeof text === 'string' ? text.trim().split('\n').slice(-5).join('\n  ') : String(error);
}
