import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../sandbox/world-types.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import { aRule } from '../builders/config.ts';
import { addService, breaker } from './given.ts';
import { byDigest, minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });

type OnTheWay = (event: BusEvent) => readonly BusEvent[];

function isDeployment(event: BusEvent): boolean {
  return event['detail-type'] === 'ECS Deployment State Change';
}

/** As ECS documents the same names among its service actions: without a word on what else is in there. */
function asAction(event: BusEvent): BusEvent {
  const { deploymentId: _id, updatedAt: createdAt, reason: _reason, ...detail } = event.detail;
  return { ...event, 'detail-type': 'ECS Service Action', detail: { ...detail, createdAt } };
}

function asFullAction(event: BusEvent): BusEvent {
  return { ...event, 'detail-type': 'ECS Service Action' };
}

function withoutCluster(event: BusEvent): BusEvent {
  const { clusterArn: _cluster, ...detail } = event.detail;
  return { ...event, detail };
}

function ofUnknownId(event: BusEvent): BusEvent {
  return { ...event, detail: { ...event.detail, deploymentId: 'ecs-svc/9999999999999999999' } };
}

const deploymentsAs =
  (make: (event: BusEvent) => readonly BusEvent[]): OnTheWay =>
  (event) =>
    isDeployment(event) ? make(event) : [event];

const ways: readonly [string, OnTheWay][] = [
  ['as deployment state changes', (event) => [event]],
  ['as service actions alone', deploymentsAs((event) => [asFullAction(event)])],
  ['as service actions without a deployment id', deploymentsAs((event) => [asAction(event)])],
  ['under both types', deploymentsAs((event) => [event, asAction(event), asFullAction(event), event])],
  ['without the cluster’s ARN', deploymentsAs((event) => [withoutCluster(event)])],
  ['with a deployment id that nobody knows', deploymentsAs((event) => [ofUnknownId(event)])],
  ['not at all', () => []],
];

const stories = [
  { what: 'a good image', image: {}, said: ['rollout.started', 'rollout.completed'] },
  {
    what: 'a bad image',
    image: { behaviour: 'cannot-start' },
    said: ['rollout.started', 'rollout.rolled-back', 'target.quarantined'],
  },
] as const;

describe.each(ways)('events of deployments that come %s', (way, onTheWay) => {
  const isHeard = way !== 'not at all';

  it.each(stories)('$what is told once, as what it was', async ({ image, said }) => {
    const world = new World();
    world.put();
    addService(world, 'web', { service: { deploymentConfiguration: breaker(true) } });
    const slipway = await world.install({ deploy: [latest] });
    world.onTheWay = onTheWay;
    world.push(image);
    await world.until(() => slipway.isAtRest && slipway.said('web').length >= said.length, 60 * minute);
    expect(slipway.said('web')).toEqual(said);
    expect(lateness(world, slipway.announced)).toBeLessThan(isHeard ? 30_000 : 60 * minute);
    expect(slipway.sent('UpdateService')).toHaveLength(1);
    expect(slipway.wrong).toEqual([]);
  });
});

/** How long after ECS's last word the rollout's end is told. */
function lateness(world: World, announced: readonly Notice[]): number {
  const told = announced.find(({ kind }) => kind === 'rollout.completed' || kind === 'rollout.rolled-back');
  const words = world.events.filter(({ detail }) => detail['eventName'] === 'SERVICE_DEPLOYMENT_COMPLETED');
  return (told?.at ?? Number.POSITIVE_INFINITY) - Date.parse(words.at(-1)?.time ?? '');
}

describe('a roll-service that dies right after UpdateService', () => {
  it.each(ways)(
    'leaves a deployment that is adopted by its task definition: events come %s',
    async (_way, onTheWay) => {
      const world = new World();
      world.put();
      addService(world, 'web');
      const slipway = await world.install({ deploy: [latest] });
      world.onTheWay = onTheWay;
      slipway.faults.plan(/^roll-service:services\.update$/, 'crash after');
      const digest = world.push();
      await world.until(() => slipway.isAtRest && slipway.said('web').length >= 2, 30 * minute);
      expect(slipway.faults.struck).toHaveLength(1);
      expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.completed']);
      expect(slipway.sent('RegisterTaskDefinition')).toHaveLength(1);
      expect(slipway.sent('UpdateService')).toHaveLength(1);
      expect(world.images('web')).toEqual({ app: byDigest(digest) });
      const [{ id } = { id: '' }] = world.service('web')['deployments'] as unknown as readonly {
        readonly id: string;
      }[];
      expect(slipway.rollout('web', 1)?.deploymentId).toBe(id);
      expect(slipway.wrong).toEqual([]);
    },
  );

  it('that dies whenever it writes down what it did is adopted all the same', async () => {
    const world = new World();
    world.put();
    addService(world, 'web');
    const slipway = await world.install({ deploy: [latest] });
    slipway.faults.plan(/^roll-service:services\.update$/, 'crash after');
    slipway.faults.plan(/^roll-service:table\.write$/, 'crash before', 2);
    const digest = world.push();
    await world.until(() => slipway.isAtRest && slipway.said('web').length >= 2, 60 * minute);
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.completed']);
    expect(slipway.sent('UpdateService')).toHaveLength(1);
    expect(world.images('web')).toEqual({ app: byDigest(digest) });
  });
});
