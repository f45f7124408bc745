import type { Rollout } from '../../shared/domain/target/rollout.ts';
import { readContainers } from '../../shared/domain/task-definition/revise.ts';
import { aTarget, aWaitingRollout } from '../builders/rollouts.ts';
import { FakeWorld } from '../fakes/fake-world.ts';

/** A world whose prod/web has these rollouts, newest first: one that waits, unless told otherwise. */
export async function aWorld(...rollouts: readonly Rollout[]): Promise<FakeWorld> {
  const world = new FakeWorld();
  await world.given(aTarget(...(rollouts.length === 0 ? [aWaitingRollout()] : rollouts)));
  return world;
}

export async function rolloutOf(world: FakeWorld, generation = 1): Promise<Rollout | undefined> {
  return (await world.target()).rollouts.find((one) => one.generation === generation);
}

/** Container → image, as RegisterTaskDefinition was sent them last. */
export function imagesSent({ definitions }: FakeWorld): object {
  const sent = definitions.sent.at(-1) ?? {};
  return Object.fromEntries(readContainers(sent).map(({ name: container, image }) => [container, image]));
}

export const oldProxy = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/proxy:1.9.0';
