import { parentPort } from 'node:worker_threads';
import { addTo, type Mix, mixOf } from './mix.ts';
import { run } from './run.ts';

export interface Range {
  readonly from: number;
  readonly seeds: number;
}

export interface Report {
  readonly seeds: number;
  readonly mix: Mix;
  readonly failed: readonly { readonly seed: number; readonly violations: readonly string[] }[];
}

/** Runs the ranges of seeds that it is sent, one after the other. */
parentPort?.on('message', (range: Range) => {
  void runRange(range).then((report) => parentPort?.postMessage(report));
});

export async function runRange({ from, seeds }: Range): Promise<Report> {
  const mix: Mix = {};
  const failed: { seed: number; violations: readonly string[] }[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await run(seed, { without: new Set() });
    addTo(mix, mixOf(result));
    if (result.violations.length > 0) failed.push({ seed, violations: result.violations });
  }
  return { seeds, mix, failed };
}
