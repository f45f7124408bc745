import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { worldFolder } from '../world-folder.ts';

const worldSchema = z.object({
  pid: z.int().positive(),
  endpoints: z.object({ registry: z.url({ protocol: /^https?$/ }) }),
});

/** Nobody runs a world here, or what stands in its file is stale. */
class NoWorld extends Error {
  override readonly name = 'NoWorld';
}

/** The registry of the world that `npm start` runs. */
export async function findRegistry(file: URL | string = join(worldFolder(), 'world.json')): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new NoWorld(
      'No world is running: start one with `npm start`, or name a registry with --registry URL.',
    );
  }
  const world = parse(text);
  if (world === undefined) {
    throw new NoWorld(
      '.local/world.json cannot be read: stop the world, delete the file and `npm start` again.',
    );
  }
  if (!isAlive(world.pid)) {
    throw new NoWorld(`The world of process ${world.pid} has ended: start one with \`npm start\`.`);
  }
  return world.endpoints.registry;
}

function parse(text: string): z.output<typeof worldSchema> | undefined {
  try {
    return worldSchema.parse(JSON.parse(text));
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
