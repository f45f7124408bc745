import { describe, expect, it } from 'vitest';
import { aDeploymentEvent, aPushEvent } from '../builders/events.ts';
import { aDeployment, aRollout, arn, aService, aTarget, digest } from '../builders/rollouts.ts';
import { Crash, crashAt, type Watch } from '../fakes/around.ts';
import { FakeWorld, taken } from '../fakes/fake-world.ts';

interface Case {
  readonly what: string;
  readonly given: (world: FakeWorld) => unknown;
  readonly run: (world: FakeWorld, watch?: Watch) => Promise<void>;
  /** Whether somebody is nudged at least once. */
  readonly nudges: boolean;
  readonly said: readonly string[];
}

const done = aDeployment({ id: 'ecs-svc/2', taskDefinition: arn(2), rolloutState: 'COMPLETED' });
const failed = aDeployment({
  id: 'ecs-svc/2',
  status: 'ACTIVE',
  taskDefinition: arn(2),
  rolloutState: 'FAILED',
});
const completed = aDeploymentEvent('SERVICE_DEPLOYMENT_COMPLETED');

const cases: readonly Case[] = [
  {
    what: 'accepts a push',
    given: () => undefined,
    run: (world, watch) => world.push(aPushEvent(), watch),
    nudges: true,
    said: [],
  },
  {
    what: 'accepts a push that the event only leads to',
    given: ({ images }) => images.push('shop/web', '1.1.0', { digit: 'c' }),
    run: (world, watch) => world.push(aPushEvent({ 'image-digest': digest('b') }), watch),
    nudges: true,
    said: [],
  },
  {
    what: 'writes down that a rollout is complete',
    given: async (world) => {
      await world.given(aTarget(aRollout()));
      world.services.put(aService({ deployments: [done] }));
    },
    run: (world, watch) => world.deployment(completed, watch),
    nudges: false,
    said: ['completed'],
  },
  {
    what: 'writes down how two rollouts ended',
    given: async (world) => {
      await world.given(aTarget(aRollout({ generation: 2, revision: arn(3) }), aRollout()));
      world.services.put(
        aService({ deployments: [{ ...done, id: 'ecs-svc/3', taskDefinition: arn(3) }, failed] }),
      );
    },
    run: (world, watch) => world.deployment(completed, watch),
    nudges: false,
    said: ['completed', 'failed'],
  },
];

describe.each(cases)('a process that dies while it $what', ({ given, run, nudges, said }) => {
  it.each(['before', 'after'] as const)(
    'right %s any one call of a port leaves the same end to the next',
    async (when) => {
      const clean = new FakeWorld();
      await given(clean);
      await run(clean);
      for (let n = 1; n < 50; n += 1) {
        const world = new FakeWorld();
        await given(world);
        const { watch, hit } = crashAt(n, when);
        await run(world, watch).catch((error: unknown) => expect(error).toBeInstanceOf(Crash));
        await run(world);
        expect(await world.target(), `${when} call ${n}`).toEqual(await clean.target());
        expect(await world.said(), `${when} call ${n}`).toEqual(said);
        expect(taken(world.rollouts), `${when} call ${n}`).toHaveLength(nudges ? 1 : 0);
        if (!hit()) return;
      }
      throw new Error('never ends');
    },
  );
});
