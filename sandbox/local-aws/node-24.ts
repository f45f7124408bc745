import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const probeMs = 10_000;

/** The Node that Lambda's `nodejs24.x` stands for. MiniStack runs functions on whatever `node` is first in the PATH. */
export async function findNode24(root: string): Promise<string> {
  const own = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  for (const path of [process.execPath, own]) {
    if ((await majorOf(path)) === 24) return path;
  }
  throw new Error(
    `The local AWS runs the functions on Node 24, and this is Node ${process.versions.node}. Install Node 24.`,
  );
}

async function majorOf(path: string): Promise<number | undefined> {
  if (path === process.execPath) return Number(process.versions.node.split('.')[0]);
  try {
    const { stdout } = await run(path, ['-p', 'process.versions.node'], { timeout: probeMs });
    return Number(stdout.split('.')[0]);
  } catch {
    return undefined;
  }
}
