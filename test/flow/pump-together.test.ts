import { describe, expect, it } from 'vitest';
import { type MatesDeps, snapshotTogether } from '../../functions/roll-service/mates.ts';
import { VirtualClock } from '../../sandbox/clock.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import type { ServiceSnapshot } from '../../shared/domain/service.ts';
import { aService, at } from '../builders/rollouts.ts';

const mates = ['web-0', 'web-1', 'web-2', 'gone'];
const turn = { plan: 'p', mates };

/** Services that answer after a while, and count how often they were asked. */
function aWorld({ answersAfterMs = 0 } = {}) {
  const virtual = new VirtualClock(at(0));
  const asked: (readonly string[])[] = [];
  const clock = {
    now: () => virtual.now(),
    pause: async (ms: number) => {
      await Promise.resolve();
      virtual.advance(ms);
    },
  };
  const describeServices = async (_cluster: string, names: readonly string[]) => {
    asked.push(names);
    if (answersAfterMs > 0) await clock.pause(answersAfterMs);
    const found = names.filter((name) => name !== 'gone');
    return found.map((service): ServiceSnapshot => aService({ service }));
  };
  const services = { describe: describeServices } as unknown as MatesDeps['services'];
  const deps: MatesDeps = { table: new MemoryTable(), services, clock };
  const look = (service: string) => snapshotTogether(turn, { cluster: 'prod', service }, deps);
  return { deps, asked, virtual, look };
}

describe('services that start together', () => {
  it('are described by the first to come, for all of them', async () => {
    const { asked, look } = aWorld();
    expect((await look('web-1'))?.service).toBe('web-1');
    expect((await look('web-2'))?.service).toBe('web-2');
    expect(await look('gone')).toBeUndefined();
    expect(asked).toEqual([mates]);
  });

  it('are described once where all come at the same moment', async () => {
    const { asked, look } = aWorld();
    const all = await Promise.all(mates.map(look));
    expect(all.map((one) => one?.service)).toEqual(['web-0', 'web-1', 'web-2', undefined]);
    expect(asked).toHaveLength(1);
  });

  it('are described again after twenty seconds', async () => {
    const { asked, look, virtual } = aWorld();
    await look('web-0');
    virtual.advance(19_999);
    await look('web-1');
    expect(asked).toHaveLength(1);
    virtual.advance(1);
    await look('web-2');
    expect(asked).toHaveLength(2);
  });

  it('are described by the next where the first one died', async () => {
    const { asked, look, deps } = aWorld();
    const dead = { ...deps, services: { describe: () => Promise.reject(new Error('dies')) } };
    const first = snapshotTogether(turn, { cluster: 'prod', service: 'web-0' }, dead as unknown as MatesDeps);
    await expect(first).rejects.toThrow('dies');
    expect((await look('web-1'))?.service).toBe('web-1');
    expect(asked).toEqual([[...mates]]);
  });

  it('are described each for itself by those who waited too long', async () => {
    const { asked, look, deps } = aWorld();
    const claimed = { pk: '', sk: '', version: 1, body: { v: 1, claimedAt: at(9_999) } };
    Object.assign(deps.table, { get: () => Promise.resolve(claimed) });
    expect((await look('web-1'))?.service).toBe('web-1');
    expect(asked).toEqual([['web-1']]);
  });

  it.each([
    ['has no mates', ['web-0']],
    ['is not among them', []],
  ])('are described alone where one %s', async (_what, names) => {
    const { asked, deps } = aWorld();
    const alone = { plan: 'p', mates: names };
    await snapshotTogether(alone, { cluster: 'prod', service: 'web-0' }, deps);
    expect(asked).toEqual([['web-0']]);
    expect(await deps.table.due('any', at(9_999), 9)).toEqual([]);
  });
});
