import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export type Asked =
  | {
      readonly kind: 'many';
      readonly seeds: number;
      readonly from: number;
      readonly workers: number;
      readonly untilFailed: boolean;
    }
  | { readonly kind: 'one'; readonly seed: number; readonly without: readonly string[] }
  | { readonly kind: 'shrink'; readonly seed: number };

export const usage = `node test/simulation/main.ts --seeds N [--from K] [--workers W] [--until-failed]   N schedules; the last line sums up; exit 1 on any violation
node test/simulation/main.ts --seed K [--without 'a,b']             one of them, with its story; without these faults and steps
node test/simulation/main.ts --shrink K                             the least of a failing schedule that still fails`;

const options = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  workers: { type: 'string' },
  'until-failed': { type: 'boolean' },
  seed: { type: 'string' },
  without: { type: 'string' },
  shrink: { type: 'string' },
} as const;

/** Throws TypeError or RangeError with what is wrong. */
export function readArguments(args: readonly string[]): Asked {
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const { seeds, seed, shrink, from = '1', workers = String(availableParallelism()), without = '' } = values;
  if (shrink !== undefined) return { kind: 'shrink', seed: whole('--shrink', shrink) };
  if (seed !== undefined) {
    return {
      kind: 'one',
      seed: whole('--seed', seed),
      without: without.split(',').filter((one) => one !== ''),
    };
  }
  if (seeds === undefined) throw new RangeError('say --seeds, --seed or --shrink');
  return {
    kind: 'many',
    seeds: whole('--seeds', seeds),
    from: whole('--from', from),
    workers: whole('--workers', workers),
    untilFailed: values['until-failed'] ?? false,
  };
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new RangeError(`${name} must be a whole number above 0, not ${text}`);
}
