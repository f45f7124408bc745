import { Worker } from 'node:worker_threads';
import { addTo, type Mix } from './mix.ts';
import type { Range, Report } from './thread.ts';

export interface Asked extends Range {
  readonly workers: number;
  /** Told of each part that is done. */
  readonly done?: ((report: Report) => void) | undefined;
  /** Stops early: the first violation is enough. */
  readonly untilFailed?: boolean | undefined;
}

const part = 25;

/** Spreads the seeds over threads. */
export async function runMany({ from, seeds, workers, done, untilFailed = false }: Asked): Promise<Report> {
  const mix: Mix = {};
  const failed: Report['failed'][number][] = [];
  let next = from;
  let count = 0;
  const take = (): Range | undefined => {
    const size = Math.min(part, from + seeds - next);
    if (size <= 0 || (untilFailed && failed.length > 0)) return undefined;
    next += size;
    return { from: next - size, seeds: size };
  };
  const heard = (report: Report) => {
    addTo(mix, report.mix);
    failed.push(...report.failed);
    count += report.seeds;
    done?.(report);
  };
  await Promise.all(Array.from({ length: workers }, () => work(take, heard)));
  return { seeds: count, mix, failed: failed.toSorted((a, b) => a.seed - b.seed) };
}

async function work(take: () => Range | undefined, heard: (report: Report) => void): Promise<void> {
  const worker = new Worker(new URL('thread.ts', import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const next = () => {
    const range = take();
    if (range === undefined) resolve(undefined);
    else worker.postMessage(range);
  };
  worker.on('error', reject);
  worker.on('message', (report: Report) => {
    heard(report);
    next();
  });
  next();
  try {
    await promise;
  } finally {
    await worker.terminate();
  }
}
