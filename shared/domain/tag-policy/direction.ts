import type { Checked, Direction } from './policy.ts';

/** 1: the greatest wins, -1: the least. */
export function parseDirection(word: string): Checked<1 | -1> {
  const signs: ReadonlyMap<string, 1 | -1> = new Map<Direction, 1 | -1>([
    ['ascending', 1],
    ['descending', -1],
  ]);
  const value = signs.get(word);
  return value === undefined
    ? { ok: false, problem: `must be ascending (the greatest wins) or descending, not ${word}` }
    : { ok: true, value };
}
