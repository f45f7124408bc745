import { readWorldFile } from '../../shared/local-world.ts';
import { worldFolder } from '../world-folder.ts';

/** Nobody runs a world here, or what stands in its file is stale. */
class NoWorld extends Error {
  override readonly name = 'NoWorld';
}

/** The registry of the world that `npm start` runs. */
export async function findRegistry(folder: string = worldFolder()): Promise<string> {
  const running = await readWorldFile(folder);
  if (running !== undefined) return running.endpoints.registry;
  throw new NoWorld(
    'No world is running: start one with `npm start`, or name a registry with --registry URL.',
  );
}
