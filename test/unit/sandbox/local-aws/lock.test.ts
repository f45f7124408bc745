import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, withLock } from '../../../../sandbox/local-aws/lock.ts';

const deadPid = 2 ** 22 + 1;

let path = '';
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'slipway-lock-')), 'lock');
});
afterEach(() => rm(join(path, '..'), { recursive: true, force: true }));

describe('a lock between processes', () => {
  it('is held while the work runs and gone afterwards', async () => {
    await withLock({ path, waitMs: 100 }, () => access(path));
    await expect(access(path)).rejects.toThrow();
  });

  it('is gone after work that failed', async () => {
    const work = () => Promise.reject(new Error('broken'));
    await expect(withLock({ path, waitMs: 100 }, work)).rejects.toThrow('broken');
    await expect(access(path)).rejects.toThrow();
  });

  it('is waited for, but not for ever', async () => {
    await writeFile(path, String(process.pid));
    await expect(withLock({ path, waitMs: 10 }, async () => 1)).rejects.toThrow(/for too long/);
  });

  it('of a dead process is taken over', async () => {
    expect(isAlive(deadPid)).toBe(false);
    await writeFile(path, String(deadPid));
    await expect(withLock({ path, waitMs: 5_000 }, async () => 'done')).resolves.toBe('done');
  });
});
