import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const lookAgainMs = 250;

export interface Lock {
  readonly path: string;
  readonly waitMs: number;
}

/** Runs `work` in one process at a time. A lock whose process is dead is taken over. */
export async function withLock<T>({ path, waitMs }: Lock, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + waitMs;
  while (!(await take(path))) {
    if (Date.now() > until) throw new Error(`Another process has held ${path} for too long. Remove it.`);
    await sleep(lookAgainMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    if (await isStale(path)) await rm(path, { force: true });
    return false;
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(path, 'utf8'));
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

/** Whether a process with this id exists, of whatever user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}
