import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { World } from '../stories/world.ts';

const WorldFile = z.object({
  pid: z.int().positive(),
  state: z.enum(['touring', 'ready']),
  world: z.enum(['embedded', 'local-aws']),
  endpoints: z.object({ ecs: z.url(), registry: z.url(), inbox: z.url(), aws: z.url().optional() }),
});
export type WorldFile = z.infer<typeof WorldFile>;

function worldFilePath(folder: string): string {
  return join(folder, 'world.json');
}

/** The world that runs here. One whose process is dead, or whose file is damaged, counts as none. */
export async function readWorldFile(folder: string): Promise<WorldFile | undefined> {
  const text = await readFile(worldFilePath(folder), 'utf8').catch(() => '');
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

/** Another world began to run here at the same time. */
export class WorldRunsHere extends Error {
  override readonly name = 'WorldRunsHere';

  constructor({ world, pid }: WorldFile) {
    super(`A world (${world}, process ${pid}) runs here already: stop it first. It was not touched.`);
  }
}

/** Whole or not at all: readers never see half a file, and nobody else's is replaced. Throws WorldRunsHere. */
export async function writeWorldFile(
  folder: string,
  state: WorldFile['state'],
  { name, endpoints }: World,
): Promise<void> {
  const path = worldFilePath(folder);
  const content = WorldFile.parse({ pid: process.pid, state, world: name, endpoints });
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`);
  try {
    if (await isOurs(folder)) await rename(draft, path);
    else await claim(folder, draft);
  } finally {
    await rm(draft, { force: true });
  }
}

/** A link is made by one process alone. */
async function claim(folder: string, draft: string): Promise<void> {
  const path = worldFilePath(folder);
  for (let tries = 1; ; tries += 1) {
    const running = await readWorldFile(folder);
    if (running !== undefined) throw new WorldRunsHere(running);
    await rm(path, { force: true });
    try {
      return await link(draft, path);
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

async function isOurs(folder: string): Promise<boolean> {
  return (await readWorldFile(folder))?.pid === process.pid;
}

export async function removeWorldFile(folder: string): Promise<void> {
  if (await isOurs(folder)) await rm(worldFilePath(folder), { force: true });
}
