import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** Where a running world says so: `.local` of the project, unless SLIPWAY_WORLD_FOLDER names another folder. */
export function worldFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['SLIPWAY_WORLD_FOLDER'];
  return named === undefined || named === '' ? join(projectRoot, '.local') : resolve(named);
}
