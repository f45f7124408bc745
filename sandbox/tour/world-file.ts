import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { readWorldFile, WorldFile, worldFilePath } from '../../shared/local-world.ts';
import type { World } from '../stories/world.ts';

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
