import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../sandbox/world-types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import { aContainer, addInstance, addService, breaker, configure, onInstances } from './given.ts';
import { byDigest, minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });
const rolledBack = ['rollout.started', 'rollout.rolled-back'];
const quarantined = 'target.quarantined';
const undone = ['rollout.started', 'rollout.completed'];

interface Failure {
  readonly what: string;
  readonly configuration?: JsonObject;
  readonly definition?: JsonObject;
  readonly service?: JsonObject;
  readonly behaviour?: Behaviour;
  readonly after3Minutes?: (world: World) => void;
  readonly said: readonly string[];
}

const checked = { containerDefinitions: [aContainer({ healthCheck: { command: ['CMD', '/check'] } })] };
const daemon = {
  launchType: 'EC2',
  networkConfiguration: undefined,
  schedulingStrategy: 'DAEMON',
  desiredCount: undefined,
};

const failures: readonly Failure[] = [
  { what: 'a breaker that rolls back', configuration: breaker(true), said: [...rolledBack, quarantined] },
  {
    what: 'a breaker that does not roll back',
    configuration: breaker(false),
    said: ['rollout.started', 'rollout.failed', quarantined, ...undone],
  },
  { what: 'no breaker', said: ['rollout.started', 'rollout.timed-out', quarantined, ...undone] },
  {
    what: 'no breaker, and crashes once it runs',
    behaviour: 'exits',
    said: ['rollout.started', 'rollout.timed-out', quarantined, ...undone],
  },
  {
    what: 'a breaker that does not see a crash once it runs',
    configuration: breaker(true),
    behaviour: 'exits',
    said: ['rollout.started', 'rollout.timed-out', quarantined, ...undone],
  },
  {
    what: 'a breaker and a health check that fails',
    definition: checked,
    configuration: breaker(true),
    behaviour: 'never-healthy',
    said: [...rolledBack, quarantined],
  },
  {
    what: 'an alarm that goes off, of an image that runs well',
    configuration: {
      alarms: { enable: true, rollback: true, alarmNames: ['errors'] },
      bakeTimeInMinutes: 10,
    },
    behaviour: 'fine',
    after3Minutes: (world) => world.model.hooks.fireAlarm('web'),
    said: rolledBack,
  },
  {
    what: 'DAEMON without breaker',
    definition: onInstances,
    service: daemon,
    said: ['rollout.started', 'rollout.timed-out', quarantined, ...undone],
  },
];

describe('an image that fails is undone, and what is left behind is good', () => {
  it.each(failures)(
    '$what',
    async ({ said, definition = {}, service = {}, configuration = {}, ...story }) => {
      const world = new World();
      const good = world.put();
      addInstance(world);
      addService(world, 'web', { definition, service });
      await configure(world, configuration);
      const slipway = await world.install({ deploy: [latest] });
      world.push({ behaviour: story.behaviour ?? 'cannot-start' });
      await world.pass(3 * minute);
      story.after3Minutes?.(world);
      await world.until(() => slipway.isAtRest && slipway.said('web').length >= said.length, 90 * minute);
      expect(slipway.said('web')).toEqual(said);
      expect(newest(world)).toEqual(byDigest(good));
      expect(slipway.sent('RegisterTaskDefinition')).toHaveLength(2);
      expect(runs(world)).toEqual({ desired: world.service('web')['desiredCount'], rows: 1 });
      expect(slipway.wrong).toEqual([]);
    },
  );
});

/** The image of the newest revision of the family: what the next deployment by any hand would clone. */
function newest(world: World): unknown {
  const containers = world.definition('web')['containerDefinitions'] as readonly JsonObject[];
  return containers[0]?.['image'];
}

function runs(world: World): unknown {
  return { desired: world.service('web')['runningCount'], rows: world.deployments('web').length };
}
