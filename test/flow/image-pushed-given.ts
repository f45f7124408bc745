import type { FakeWorld } from '../fakes/fake-world.ts';

/** What image-pushed wrote down; the look that the world takes first is left out. */
export function outcomesOf(world: FakeWorld): readonly string[] {
  return world.outcomes().filter((outcome) => !/^target (?:adopted|refreshed|gone|moved)/.test(outcome));
}
