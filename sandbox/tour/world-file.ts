import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { World } from '../stories/world.ts';

const WorldFile = z.object({
  pid: z.int().positive(),
  state: z.enum(['touring', 'ready']),
  world: z.enum(['embedded', 'local-aws']),
  endpoints: z.object({ ecs: z.url(), registry: z.url(), inbox: z.url(), aws: z.url().optional() }),
});
export type WorldFile = z.infer<typeof WorldFile>;

export function worldFilePath(root: string): string {
  return join(root, '.local', 'world.json');
}

/** The world that runs here. One whose process is dead, or whose file is damaged, counts as none. */
export async function readWorldFile(root: string): Promise<WorldFile | undefined> {
  const text = await readFile(worldFilePath(root), 'utf8').catch(() => '');
  const parsed = WorldFile.safeParse(fromJson(text));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Signal 0 reaches nobody; a process of another user answers EPERM, and is alive. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whole or not at all: readers never see half a file. */
export async function writeWorldFile(root: string, state: WorldFile['state'], world: World): Promise<void> {
  const path = worldFilePath(root);
  const content: WorldFile = {
    pid: process.pid,
    state,
    world: world.name,
    endpoints: world.endpoints as WorldFile['endpoints'],
  };
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`);
  await rename(draft, path);
}

export async function removeWorldFile(root: string): Promise<void> {
  await rm(worldFilePath(root), { force: true });
}
