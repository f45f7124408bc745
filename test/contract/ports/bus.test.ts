import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sandbox/clock.ts';
import { matches } from '../../../sandbox/embedded/event-pattern.ts';
import type { MemoryQueue } from '../../../sandbox/embedded/memory-queue.ts';
import { eventBusOver, makeQueues } from '../../../sandbox/embedded/plumbing.ts';
import type { BusEvent } from '../../../sandbox/world-types.ts';
import { busCases, contracts, functionOf, isPuttable, operatorCases, patternOf } from './bus-cases.ts';

describe('the rules in memory', () => {
  it.each(busCases)('$name: heard by $heardBy', ({ event, heardBy }) => {
    expect(contracts.filter((contract) => matches(patternOf(contract), event))).toEqual(
      heardBy === undefined ? [] : [heardBy],
    );
  });

  it.each(operatorCases)('$filter matches what EventBridge would', ({ filter, values, expected }) => {
    const found = values.map((value) => matches({ detail: { value: [filter] } }, { detail: { value } }));
    expect(found).toEqual(expected);
  });

  it.each([
    [{ detail: 'text' }, /detail must be a list or an object/],
    [{ source: [{ wildcard: '*' }] }, /no operator wildcard/],
    [{ source: [{}] }, /no operator/],
  ])('refuses %j rather than mean something else by it', (pattern, problem) => {
    expect(() => matches(pattern, { source: 'aws.ecr' })).toThrow(problem);
  });

  it('put each event into the queue of its rule, as it is', () => {
    const queues = makeQueues(new VirtualClock(), 1);
    const emit = eventBusOver(queues);
    const puttable = busCases.filter(isPuttable);
    for (const { event } of puttable) emit(event as unknown as BusEvent);
    const heard = (name: string) =>
      puttable.flatMap(({ event, heardBy }) => (heardBy && functionOf[heardBy] === name ? event : []));
    expect(bodiesIn(queues.pushes)).toEqual(heard('image-pushed'));
    expect(bodiesIn(queues.deployments)).toEqual(heard('deployment-changed'));
    expect(queues.rollouts.length + queues.unpublished.length + queues.slack.length).toBe(0);
  });
});

function bodiesIn(queue: MemoryQueue): readonly unknown[] {
  const bodies: unknown[] = [];
  for (let taken = queue.receive(); taken !== undefined; taken = queue.receive())
    bodies.push(JSON.parse(taken.body));
  return bodies;
}
