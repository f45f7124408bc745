import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ends the processes in which the local AWS keeps its functions warm: the next call of each starts cold. Linux alone. */
export async function coolDown(ministack: number): Promise<number> {
  const workers = (await childrenOf(ministack)).filter(({ command }) => command.includes('node'));
  for (const { pid } of workers) process.kill(pid, 'SIGKILL');
  await sleep(500);
  return workers.length;
}

interface Child {
  readonly pid: number;
  readonly command: string;
}

async function childrenOf(parent: number): Promise<readonly Child[]> {
  const threads = await readdir(`/proc/${parent}/task`);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${parent}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const pids = lists.flatMap((list) => list.trim().split(/\s+/).filter(Boolean)).map(Number);
  return Promise.all(
    pids.map(async (pid) => ({
      pid,
      command: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    })),
  );
}
