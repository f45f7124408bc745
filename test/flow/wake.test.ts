import { describe, expect, it } from 'vitest';
import { wakeUp } from '../../functions/wake/flow.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import { look, nudge, pump, wake } from '../../shared/domain/nudge.ts';
import type { Message, Queue } from '../../shared/ports.ts';
import { at, name } from '../builders/rollouts.ts';

function aWorld() {
  const rollouts: Message[] = [];
  const looks: Message[] = [];
  const entries: object[] = [];
  const into = (list: Message[]): Queue => ({
    send: (message) => {
      list.push(message);
      return Promise.resolve();
    },
  });
  const deps = {
    rollouts: into(rollouts),
    looks: into(looks),
    journal: { record: (entry: object) => void entries.push(entry) },
  };
  return { rollouts, looks, entries, run: (message: JsonValue) => wakeUp(message, deps) };
}

const turn = { plan: 'abc', index: 3, slot: at(9), mates: ['web', 'api'] };

describe('a timer that fires', () => {
  it('has a target looked at by roll-service, once however often it is told', async () => {
    const world = aWorld();
    const message = wake({ at: at(5), message: nudge({ ...name, generation: 4 }).body });
    await world.run(message);
    await world.run(message);
    expect(world.rollouts).toEqual([
      nudge({ ...name, generation: 4 }, at(5)),
      nudge({ ...name, generation: 4 }, at(5)),
    ]);
    expect(world.entries[0]).toEqual({ outcome: 'woken', kind: 'nudge', ...name, at: at(5) });
  });

  it('is another message than the nudge before it, and than the timer before it', async () => {
    const world = aWorld();
    const body = nudge({ ...name, generation: 4 }).body;
    await world.run(wake({ at: at(5), message: body }));
    await world.run(wake({ at: at(65), message: body }));
    const ids = [nudge({ ...name, generation: 4 }), ...world.rollouts].map((one) => one.deduplicationId);
    expect(new Set(ids).size).toBe(3);
  });

  it('carries the turn that a plan gave', async () => {
    const world = aWorld();
    await world.run(wake({ at: at(9), message: nudge({ ...name, generation: 4, turn }).body }));
    expect(world.rollouts[0]?.body).toEqual(nudge({ ...name, generation: 4, turn }).body);
  });

  it('has a plan go on', async () => {
    const world = aWorld();
    await world.run(wake({ at: at(5), message: pump('abc').body }));
    expect(world.rollouts).toEqual([pump('abc', at(5))]);
    expect(world.entries).toEqual([{ outcome: 'woken', kind: 'pump', plan: 'abc', at: at(5) }]);
  });

  it('has a rollout looked at by deployment-changed', async () => {
    const world = aWorld();
    await world.run(wake({ at: at(5), message: look({ ...name, tries: 2 }) }));
    expect(world.looks).toEqual([{ body: look({ ...name, tries: 2 }) }]);
    expect(world.rollouts).toEqual([]);
    expect(world.entries).toEqual([{ outcome: 'woken', kind: 'look', ...name, at: at(5) }]);
  });

  it.each<[string, JsonValue]>([
    ['nothing', null],
    ['a nudge without a timer', nudge({ ...name, generation: 1 }).body],
    ['a newer version', { ...wake({ at: 1, message: pump('abc').body }), v: 2 }],
    ['another kind', { ...wake({ at: 1, message: pump('abc').body }), kind: 'sleep' }],
    ['no time', { v: 1, kind: 'wake', message: pump('abc').body }],
    ['no message', { v: 1, kind: 'wake', at: 1 }],
    ['a message of another kind', wake({ at: 1, message: { v: 1, kind: 'dance' } })],
    ['a plan without a name', wake({ at: 1, message: { v: 1, kind: 'pump' } })],
  ])('that holds %s is rejected', async (_what, message) => {
    const world = aWorld();
    await expect(world.run(message)).rejects.toMatchObject({ name: 'RejectedInput' });
    expect([world.rollouts, world.looks]).toEqual([[], []]);
  });
});
