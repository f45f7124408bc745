import { configOf } from './config.ts';
import { cluster, digestOf, type Fleet, makeFleet } from './fleet.ts';
import { type BenchWorld, faultsOf, forget, type NamedImage, startBench } from './world.ts';

export interface SteadyOptions {
  /** Repository → the services that run it. */
  readonly fleets: Readonly<Record<string, Fleet>>;
}

/** What everything runs at first, and what is pushed. */
export function version(repository: string, tag: string): NamedImage {
  return { repository, tag, digest: digestOf(`${repository}:${tag}`) };
}

const adoptedWithinMs = 3_600_000;

/** All services run 1.0.0, and Slipway has seen each of them once. Nothing bounds a plan but the rates, and nobody waits for `every`. */
export async function steadyWorld({ fleets }: SteadyOptions): Promise<BenchWorld> {
  const rule = { tags: { semver: '^1' }, parallel: 10_000, every: '0s' };
  const deploy = Object.keys(fleets).map((image) => ({ image, ...rule }));
  const world = startBench(configOf({ clusters: [cluster], deploy }));
  for (const [repository, fleet] of Object.entries(fleets)) {
    const image = version(repository, '1.0.0');
    world.images.add({ ...image, at: world.time.now() });
    await makeFleet(world, fleet, image);
  }
  void world.feeds.reconciles.send({ body: { v: 1, kind: 'all' } });
  await world.time.until(() => (world.outcomes.get('pass over') ?? 0) > 0, adoptedWithinMs);
  await world.time.run(60_000);
  const services = Object.values(fleets).reduce((sum, fleet) => sum + fleet.services, 0);
  const adopted = world.outcomes.get('target adopted') ?? 0;
  if (adopted !== services) throw new Error(`${adopted} of ${services} services were seen`);
  throwIfFaulty(world);
  forget(world);
  return world;
}

/** A bench over a world in which something went wrong measures nothing. */
export function throwIfFaulty(world: BenchWorld): void {
  const [first, ...more] = faultsOf(world);
  if (first !== undefined) throw new Error(`${more.length + 1} messages failed; the first: ${first}`);
}

/** Until every service runs the image that was pushed. */
export async function rolledOut(world: BenchWorld, services: number, limitMs: number): Promise<void> {
  await world.time.until(() => (world.outcomes.get('rollout completed') ?? 0) >= services, limitMs);
  const bad = [...world.outcomes.keys()].filter((outcome) => /^rollout (?!accepted|completed)/.test(outcome));
  if (bad.length > 0) throw new Error(`not every rollout completed: ${bad.join(', ')}`);
}
