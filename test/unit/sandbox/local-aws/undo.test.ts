import { describe, expect, it } from 'vitest';
import { building, undoList } from '../../../../sandbox/local-aws/undo.ts';

describe('building in steps', () => {
  it('undoes the steps that were made, the newest first, when one fails', async () => {
    const undone: string[] = [];
    const build = building(async (undos) => {
      undos.add(() => undone.push('first'));
      undos.add(() => undone.push('second'));
      throw new Error('third failed');
    });
    await expect(build).rejects.toThrow('third failed');
    expect(undone).toEqual(['second', 'first']);
  });

  it('undoes nothing when all is well', async () => {
    const undone: string[] = [];
    await expect(
      building(async (undos) => {
        undos.add(() => undone.push('first'));
        return 7;
      }),
    ).resolves.toBe(7);
    expect(undone).toEqual([]);
  });

  it('goes on after an undo that fails, says so, and does nothing twice', async () => {
    const undos = undoList();
    const undone: string[] = [];
    undos.add(() => undone.push('first'));
    undos.add(() => {
      throw new Error('stuck');
    });
    await expect(undos.run()).rejects.toThrow('Not everything could be stopped.');
    await undos.run();
    expect(undone).toEqual(['first']);
  });
});
