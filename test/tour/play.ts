import { resolve } from 'node:path';
import type { Ledger } from '../../sandbox/ecs/ledger.ts';
import { stories } from '../../sandbox/stories/all.ts';
import type { Story } from '../../sandbox/stories/world.ts';
import { runTour, type Step } from '../../sandbox/tour/run.ts';
import type { RunningWorld, WorldOptions } from '../../sandbox/worlds/running-world.ts';

const silent = { begins: () => undefined, ended: () => undefined };

/** What a test hands to a world; what went wrong in the background is kept for the assertion that nothing did. */
export function worldOptions(more: Partial<WorldOptions> = {}) {
  const faults: unknown[] = [];
  const options: WorldOptions = {
    root: resolve(import.meta.dirname, '../..'),
    signal: AbortSignal.timeout(120_000),
    saw: () => undefined,
    onFault: (fault) => faults.push(fault),
    ...more,
  };
  return { options, faults };
}

export function play({ world }: RunningWorld, which: readonly Story[] = stories): Promise<readonly Step[]> {
  return runTour(which, world, silent);
}

export function problemOf({ ok, detail }: Step): string | undefined {
  return ok ? undefined : String(detail['problem']);
}

/** How often each operation was called by the functions, rather than by stories and administrators. */
export function callsOfFunctions({ calls }: Ledger, from = 0): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { operation, accessKey } of calls.slice(from)) {
    if (accessKey !== 'test') sums[operation] = (sums[operation] ?? 0) + 1;
  }
  return sums;
}
