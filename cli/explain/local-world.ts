import { fileURLToPath } from 'node:url';
import { readWorldFile, type WorldFile, worldFolder } from '../../shared/local-world.ts';
import type { Terminal } from '../output.ts';

export const localCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The world that `npm start` runs. */
export function findWorld({ env }: Terminal): Promise<WorldFile | undefined> {
  return readWorldFile(worldFolder(root, env));
}
