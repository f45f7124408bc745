import { generate } from './generate.ts';
import { judge } from './invariants.ts';
import { perform } from './perform.ts';
import type { Options } from './scene.ts';
import { World } from './world.ts';

export interface Result {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Names of the faults that struck. */
  readonly struck: readonly string[];
  readonly deeds: readonly string[];
  readonly outcomes: readonly string[];
  readonly virtualMs: number;
}

const minute = 60_000;
const restMaxMs = 5 * 60 * minute;

/** One schedule, from its seed alone. */
export async function run(seed: number, options: Options): Promise<Result> {
  const given = generate(seed);
  const world = new World(given, options);
  const { scene } = world;
  const { faults, clock } = scene;
  const { steps: _, ...described } = given;
  scene.say(`GIVEN ${JSON.stringify(described)}`);
  await world.until(clock.now() + 3 * minute);
  const zero = clock.now();
  const steps = given.steps.filter((_, number) => !options.without.has(`step${number}`));
  for (const { at, deed } of steps) clock.after(at, () => perform(world, deed));
  const { throttledAt } = given;
  if (throttledAt !== undefined && !options.without.has('minute of throttling'))
    clock.after(throttledAt, () => world.throttleForAMinute());
  faults.on = true;
  const last = Math.max(given.activeMs, ...steps.map(({ at }) => at));
  await world.until(zero + last + minute);
  faults.on = false;
  world.stale.on = false;
  scene.say('FAULTS STOP');
  await rest(world);
  judge(scene);
  return {
    seed,
    violations: scene.violations,
    struck: faults.struck,
    deeds: steps.map(({ deed }) => deed.do),
    outcomes: scene.announced.map(({ notice }) => notice.kind),
    virtualMs: clock.now() - zero,
  };
}

/** Until nothing is left to be done, and reconcile has been there twice. */
async function rest(world: World): Promise<void> {
  const { clock, given } = world.scene;
  const from = clock.now();
  const patience = from + 45 * minute;
  const soonest = from + 2 * given.reconcileMs + 5 * minute;
  for (let at = from + minute; at < from + restMaxMs; at += minute) {
    await world.until(at);
    if (at >= soonest && world.isAtRest() && (at > patience || world.isSteady())) return;
  }
}
