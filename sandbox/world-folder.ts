import { fileURLToPath } from 'node:url';
import { worldFolder as folderUnder } from '../shared/local-world.ts';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** Where a running world says so. */
export function worldFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return folderUnder(projectRoot, environment);
}
