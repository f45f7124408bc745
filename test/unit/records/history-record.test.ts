import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../../../sandbox/embedded/memory-table.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import { Unavailable } from '../../../shared/faults.ts';
import { historyItems, readHistory } from '../../../shared/records/history-record.ts';
import { aRollout, aTarget, at, name } from '../../builders/rollouts.ts';

function over(generation: number, seconds: number): Target {
  return aTarget(
    aRollout({ generation, phase: 'completed', acceptedAt: at(seconds), endedAt: at(seconds + 60) }),
  );
}

describe('the history of a target', () => {
  it('is written as new: a write that is repeated adds nothing', async () => {
    const table = new MemoryTable();
    const items = historyItems(undefined, over(1, 0));
    expect(items).toMatchObject([
      {
        pk: 'target#prod/web',
        sk: 'history#1793527200000#1',
        version: 1,
        expiresAt: at(60) + 400 * 24 * 3_600_000,
      },
    ]);
    expect([await table.write(items), await table.write(items)]).toEqual(['written', 'conflict']);
    expect(await readHistory(table, name, 9)).toHaveLength(1);
  });

  it('is read newest first, as many as are asked for, and of this target alone', async () => {
    const table = new MemoryTable();
    const states = [over(9, 10), over(10, 10), over(11, 20), over(8, 0), { ...over(7, 0), service: 'web2' }];
    for (const state of states) await table.write(historyItems(undefined, state));
    const read = async (limit: number) =>
      (await readHistory(table, name, limit)).map((one) => one.generation);
    expect(await read(9)).toEqual([11, 10, 9, 8]);
    expect(await read(2)).toEqual([11, 10]);
  });

  it('that a newer version wrote is not guessed at', async () => {
    const table = new MemoryTable();
    const [item] = historyItems(undefined, over(1, 0));
    if (item !== undefined) await table.write([{ ...item, body: { v: 2 } }]);
    await expect(readHistory(table, name, 9)).rejects.toThrow(Unavailable);
  });
});
