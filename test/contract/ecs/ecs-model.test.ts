import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from './cases.ts';
import { connect } from './endpoint.ts';
import { ecsEvent } from './event-schemas.ts';
import { type ModelWorld, startModelWorld } from './model-world.ts';
import { modelFacts } from './verdict.ts';

describe.each([1, 2, 3])('our model of ECS, with seed %i, answers as AWS does', (seed) => {
  let world: ModelWorld;
  let ecs: ReturnType<typeof connect>;

  beforeAll(async () => {
    world = await startModelWorld({ seed });
    ecs = connect(world);
  });

  afterAll(() => world.close());

  it.each(scenarios)('$name', async (scenario) => {
    const facts = await scenario.run(ecs);
    const seen = Object.fromEntries(facts.map((fact) => [fact.name, fact.seen]));
    const aws = Object.fromEntries(facts.map((fact) => [fact.name, fact.aws]));
    expect(seen).toEqual(aws);
  });

  it('in nothing that AWS’s model does not know', () => {
    const unknown = modelFacts(ecs.seen).filter(({ seen }) => JSON.stringify(seen) !== '[]');
    expect(unknown).toEqual([]);
    expect(new Set(ecs.seen.map(({ operation }) => operation)).size).toBeGreaterThan(25);
  });

  it('and puts events on the bus as AWS does', () => {
    const problems = world.events.flatMap((event) => {
      const { error } = ecsEvent.safeParse(event);
      return error === undefined ? [] : [{ event, problems: error.issues }];
    });
    expect(problems).toEqual([]);
    expect(new Set(world.events.map((event) => event['detail-type'])).size).toBe(3);
  });

  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
  it('and sends no SERVICE_DESIRED_COUNT_UPDATED when a user has updated the count', () => {
    const names = world.events.map(({ detail }) => detail.eventName);
    expect(names).toContain('SERVICE_STEADY_STATE');
    expect(names).not.toContain('SERVICE_DESIRED_COUNT_UPDATED');
  });
});
