import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import { aContainer, addInstance, addService, breaker, onInstances } from './given.ts';
import { byDigest, minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });

interface Failure {
  readonly what: string;
  readonly configuration: JsonObject;
  readonly behaviour?: 'cannot-start' | 'exits' | 'never-healthy' | 'cannot-be-pulled';
  readonly meanwhile?: (world: World) => void;
  readonly said: readonly string[];
}

const failures: readonly Failure[] = [
  {
    what: 'a breaker that rolls back',
    configuration: breaker(true),
    said: ['rollout.started', 'rollout.rolled-back', 'target.quarantined'],
  },
  {
    what: 'a breaker that does not roll back',
    configuration: breaker(false),
    said: ['rollout.started', 'rollout.failed', 'target.quarantined', 'rollout.started', 'rollout.completed'],
  },
  {
    what: 'no breaker',
    configuration: {},
    said: ['rollout.started', 'rollout.timed-out', 'target.quarantined', 'rollout.started', 'rollout.completed'],
  },
  {
    what: 'an alarm that goes off',
    configuration: { alarms: { enable: true, rollback: true, alarmNames: ['errors'] }, bakeTimeInMinutes: 10 },
    behaviour: undefined,
    meanwhile: (world) => world.model.hooks.fireAlarm('web'),
    said: ['rollout.started', 'rollout.rolled-back'],
  },
];

describe('a bad image', () => {
  it.each(failures)('under $what ends on what ran before', async ({ configuration, said, ...story }) => {
    const world = new World();
    const first = world.put();
    addService(world, 'web', { service: { deploymentConfiguration: configuration } });
    const slipway = await world.install({ deploy: [latest] });
    const bad = world.push({ behaviour: story.meanwhile === undefined ? 'cannot-start' : 'fine' });
    await world.pass(3 * minute);
    story.meanwhile?.(world);
    await world.until(() => slipway.isAtRest && slipway.said('web').length >= said.length, 90 * minute);
    expect(slipway.said('web')).toEqual(said);
    expect(Object.values(world.images('web'))[0]).not.toContain(bad);
    expect(first).not.toBe(bad);
    expect([...slipway.bugs, ...slipway.deadLetters]).toEqual([]);
  });
});
