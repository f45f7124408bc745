import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const endpoint = z.url({ protocol: /^https?$/ });

/** What a running local world says of itself. Anybody may read it; the world alone writes it. */
export const WorldFile = z.object({
  pid: z.int().positive(),
  state: z.enum(['touring', 'ready']),
  world: z.enum(['embedded', 'local-aws']),
  endpoints: z.object({
    ecs: endpoint,
    registry: endpoint,
    inbox: endpoint,
    /** The local AWS alone has one for everything. */
    aws: endpoint.optional(),
    /** The embedded world's table and queue of rollouts. Its path is a secret of whoever may read the file. */
    state: endpoint.optional(),
  }),
});
export type WorldFile = z.infer<typeof WorldFile>;

/** One account and Region in every local world. */
export const localHome = { account: '000000000000', region: 'eu-west-1' };

/** The stack of a local AWS. */
export const localStack = 'slipway-local';

/** `.local` of the project, unless SLIPWAY_WORLD_FOLDER names another folder. */
export function worldFolder(root: string, environment: NodeJS.ProcessEnv): string {
  const named = environment['SLIPWAY_WORLD_FOLDER'];
  return named === undefined || named === '' ? join(root, '.local') : resolve(named);
}

export function worldFilePath(folder: string): string {
  return join(folder, 'world.json');
}

/** The world that runs there. One whose process is dead, or whose file is damaged, counts as none. */
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
