import { generate } from './generate.ts';
import { type Result, run } from './run.ts';

export interface Shrunk {
  readonly without: readonly string[];
  readonly result: Result;
}

/** What is left out of a failing schedule while it still fails in the same way. Undefined: it does not fail. */
export async function shrink(seed: number): Promise<Shrunk | undefined> {
  const whole = await run(seed, { without: new Set() });
  const [first] = whole.violations;
  if (first === undefined) return undefined;
  const way = wayOf(first);
  let left: Shrunk = { without: [], result: whole };
  for (const some of groups(seed, whole)) {
    left = await leaveOut(seed, left, { way, candidates: some });
  }
  return leaveOut(seed, left, { way, candidates: left.result.struck });
}

/** A violation's kind: what stands before its colon. */
function wayOf(violation: string): string {
  return violation.split(':')[0] ?? violation;
}

function groups(seed: number, { struck }: Result): readonly (readonly string[])[] {
  const kinds = [...new Set(struck.map((name) => name.split('@')[0] ?? ''))];
  const steps = generate(seed).steps.map((_, number) => `step${number}`);
  return [['minute of throttling', 'stale reads', 'latency'], kinds, steps];
}

interface Leaving {
  readonly way: string;
  readonly candidates: readonly string[];
}

/** All at once, then halves, then one by one. */
async function leaveOut(seed: number, from: Shrunk, { way, candidates }: Leaving): Promise<Shrunk> {
  if (candidates.length === 0) return from;
  const without = [...from.without, ...candidates];
  const result = await run(seed, { without: new Set(without) });
  if (result.violations.some((one) => wayOf(one) === way)) return { without, result };
  if (candidates.length === 1) return from;
  const half = Math.ceil(candidates.length / 2);
  const first = await leaveOut(seed, from, { way, candidates: candidates.slice(0, half) });
  return leaveOut(seed, first, { way, candidates: candidates.slice(half) });
}

export function replay(seed: number, { without }: Pick<Shrunk, 'without'>): string {
  const said = without.length === 0 ? '' : ` --without '${without.join(',')}'`;
  return `node test/simulation/main.ts --seed ${seed}${said}`;
}
