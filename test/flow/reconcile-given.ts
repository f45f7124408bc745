import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { targetsRunning } from '../../shared/records/inventory-record.ts';
import { registry } from '../builders/rollouts.ts';
import type { Watch } from '../fakes/around.ts';
import { type FakeWorld, taken } from '../fakes/fake-world.ts';

export const all = { v: 1, kind: 'all' };
export const web = { registry, repository: 'shop/web' };

/** Everything that one pass leads to, page after page. What it has image-pushed select. */
export async function aPass(world: FakeWorld, watch?: Watch): Promise<readonly JsonObject[]> {
  await world.reconcile(all, watch);
  await drained(world, watch);
  return taken(world.pushes);
}

export async function drained(world: FakeWorld, watch?: Watch): Promise<void> {
  for (let messages = taken(world.reconciles); messages.length > 0; messages = taken(world.reconciles)) {
    for (const message of messages) await world.reconcile(message, watch);
  }
}

/** Services that the inventory has for a repository. */
export async function running(world: FakeWorld, repository = web): Promise<readonly string[]> {
  return (await targetsRunning(world.table, repository)).map(({ service }) => service);
}
