import { type Asked, readArguments, usage } from './arguments.ts';
import { runMany } from './many.ts';
import { mixOf, printed } from './mix.ts';
import { run } from './run.ts';
import { replay, shrink } from './shrink.ts';
import type { Report } from './thread.ts';

const shownMax = 40;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function showFailed({ failed }: Report): void {
  for (const { seed, violations } of failed) say(`seed ${seed}: ${violations[0]?.slice(0, 400) ?? ''}`);
}

async function many(asked: Extract<Asked, { kind: 'many' }>): Promise<number> {
  const start = performance.now();
  let shown = 0;
  const report = await runMany({
    ...asked,
    done: (part) => {
      if (shown < shownMax) showFailed(part);
      shown += part.failed.length;
    },
  });
  const seconds = (performance.now() - start) / 1_000;
  say(printed(report.mix));
  say(`${(report.seeds / seconds).toFixed(0)} schedules a second`);
  say(`${report.seeds} schedules, ${report.failed.length} with violations`);
  return report.failed.length;
}

async function one(seed: number, without: readonly string[]): Promise<number> {
  const result = await run(seed, {
    without: new Set(without),
    story: (at, text) => say(`${(at / 1_000).toFixed(3).padStart(10)} ${text}`),
  });
  say(printed(mixOf(result)));
  for (const violation of result.violations) say(`violation: ${violation}`);
  say(`1 schedules, ${Math.min(1, result.violations.length)} with violations`);
  return result.violations.length;
}

async function shrinking(seed: number): Promise<number> {
  const shrunk = await shrink(seed);
  if (shrunk === undefined) {
    say(`seed ${seed} violates nothing`);
    return 0;
  }
  const { struck, deeds, violations } = shrunk.result;
  say(`left: ${[...deeds, ...struck].join('; ')}`);
  for (const violation of violations) say(`violation: ${violation}`);
  say(replay(seed, shrunk));
  return violations.length;
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  if (asked.kind === 'many') return many(asked);
  return asked.kind === 'one' ? one(asked.seed, asked.without) : shrinking(asked.seed);
}

try {
  process.exitCode = (await main()) === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${usage}\n`,
  );
  process.exitCode = 2;
}
