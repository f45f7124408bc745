import { describe, expect, it } from 'vitest';
import { look, nudge, pump, wake } from '../../../shared/domain/nudge.ts';
import type { Due, Message } from '../../../shared/ports.ts';
import { looksDue, pausedDue, targetsDue } from '../../../shared/records/target-record.ts';
import { remind, wakeup } from '../../../shared/records/timers.ts';
import { aTarget, at, name } from '../../builders/rollouts.ts';

const now = at(0);
const message = pump('abc').body;

describe('a timer', () => {
  it.each([
    ['now', 0, 0],
    ['long ago', -60_000, 0],
    ['to the second, never before', 1_001, 2],
    ['in a quarter of an hour', 900_000, 900],
  ])('that is due %s is hidden until then', (_when, ms, delaySeconds) => {
    expect(wakeup(message, now + ms, now)).toEqual({ body: wake({ at: now + ms, message }), delaySeconds });
  });

  it('that is due later than SQS hides a message is left to tick', () => {
    expect(wakeup(message, now + 900_001, now)).toBeUndefined();
  });
});

describe('a target that was written', () => {
  async function reminded(due: Due | undefined): Promise<readonly Message[]> {
    const sent: Message[] = [];
    const wakeups = { send: (one: Message) => Promise.resolve(void sent.push(one)) };
    const clock = { now: () => now, pause: () => Promise.resolve() };
    await remind({ wakeups, clock }, { target: { ...aTarget(), generation: 4 }, due });
    return sent;
  }

  it('is nudged at its time', async () => {
    const body = nudge({ ...name, generation: 4 }).body;
    expect(await reminded({ list: targetsDue, at: now + 5_000 })).toEqual([
      { body: wake({ at: now + 5_000, message: body }), delaySeconds: 5 },
    ]);
  });

  it('is looked at in its time', async () => {
    const body = look({ ...name, tries: 0 });
    expect(await reminded({ list: looksDue, at: now + 5_000 })).toEqual([
      { body: wake({ at: now + 5_000, message: body }), delaySeconds: 5 },
    ]);
  });

  it.each<[string, Due | undefined]>([
    ['nothing is due', undefined],
    ['it is due much later', { list: targetsDue, at: now + 3_600_000 }],
    ['it waits for the end of a pause', { list: pausedDue, at: now }],
  ])('is left alone where %s', async (_why, due) => {
    expect(await reminded(due)).toEqual([]);
  });
});
