import { describe, expect, it } from 'vitest';
import { arn, aTarget, aWaitingRollout } from '../builders/rollouts.ts';
import { Crash, crashAt } from '../fakes/around.ts';
import { FakeWorld } from '../fakes/fake-world.ts';

async function aWorld(base: 'running' | 'latest'): Promise<FakeWorld> {
  const world = new FakeWorld();
  await world.given(aTarget(aWaitingRollout({ base })));
  return world;
}

async function endOf(world: FakeWorld) {
  const [rollout] = (await world.target()).rollouts;
  return {
    rollout: { ...rollout, startedAt: undefined },
    updates: world.services.updates,
    registered: world.definitions.sent.length,
    said: await world.said(),
  };
}

const atMost = 60;

describe.each(['running', 'latest'] as const)(
  'a process that dies while it rolls a clone of what is %s',
  (base) => {
    it.each(['before', 'after'] as const)(
      'right %s any one call of a port leaves the same end to the next',
      async (when) => {
        const clean = await aWorld(base);
        await clean.roll();
        const expected = await endOf(clean);
        expect(expected).toMatchObject({ updates: [arn(2)], registered: 1, said: ['started'] });
        let died = 0;
        for (let n = 1; n <= atMost; n += 1) {
          const world = await aWorld(base);
          const { watch, hit } = crashAt(n, when);
          await world.roll(watch).catch(onlyCrashes);
          if (!hit()) break;
          died += 1;
          await world.roll();
          expect(await endOf(world), `${when} call ${n}`).toEqual(expected);
        }
        expect(died).toBeGreaterThan(10);
        expect(died).toBeLessThan(atMost);
      },
    );

    it.each(['answer lost', 'request lost'] as const)(
      'and a registration whose %s as well',
      async (fault) => {
        for (let n = 1; n <= atMost; n += 1) {
          const world = await aWorld(base);
          world.definitions.fault = fault;
          const { watch, hit } = crashAt(n, 'after');
          await world.roll(watch).catch(() => undefined);
          await world.roll().catch(() => undefined);
          await world.roll();
          const { updates, registered, said } = await endOf(world);
          expect(
            { updates, said, revisions: fault === 'answer lost' ? registered : registered - 1 },
            `call ${n}`,
          ).toEqual({
            updates: [arn(2)],
            said: ['started'],
            revisions: 1,
          });
          if (!hit()) return;
        }
        throw new Error('never ends');
      },
    );
  },
);

function onlyCrashes(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
}
