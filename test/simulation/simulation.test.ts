import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { runMany } from './many.ts';
import { run } from './run.ts';

const minutes = 60_000;

describe('the simulation', () => {
  it('finds no violation in three hundred schedules, and reaches its faults', {
    timeout: 5 * minutes,
  }, async () => {
    const { failed, mix, seeds } = await runMany({ from: 1, seeds: 300, workers: 2 });
    expect(failed).toEqual([]);
    expect(seeds).toBe(300);
    expect(Object.keys(mix['faults'] ?? {}).length).toBeGreaterThan(12);
    expect(mix['announced']?.['rollout.completed']).toBeGreaterThan(100);
  });

  it('is the same schedule each time for the same seed', async () => {
    const story = async () => {
      const lines: string[] = [];
      await run(7, { without: new Set(), story: (at, text) => lines.push(`${at} ${text}`) });
      return lines;
    };
    expect(await story()).toEqual(await story());
  });

  it.each([['--seeds', '0'], ['--seed', 'x'], []])('asks for a number: %s %s', (...args) => {
    expect(() => readArguments(args)).toThrow(RangeError);
  });
});
