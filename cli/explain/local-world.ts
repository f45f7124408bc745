import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Terminal } from '../output.ts';

const endpoint = z.url({ protocol: /^https?$/ });
const WorldFile = z.object({
  pid: z.int().positive(),
  world: z.enum(['embedded', 'local-aws']),
  endpoints: z.object({ ecs: endpoint, registry: endpoint, aws: endpoint.optional() }),
});

export type LocalWorld = z.infer<typeof WorldFile>;

/** One account and Region in every local world. */
export const localHome = { account: '000000000000', region: 'eu-west-1' };
export const localCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

const worldFile = new URL('../../.local/world.json', import.meta.url);

/** The world that `npm start` runs. One whose process is dead, or whose file is damaged, counts as none. */
export async function findWorld({ env }: Terminal): Promise<LocalWorld | undefined> {
  const text = await readFile(env['SLIPWAY_WORLD'] ?? worldFile, 'utf8').catch(() => '');
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
