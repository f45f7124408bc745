import { describe, expect, it } from 'vitest';
import { show } from '../../sandbox/ecs/input.ts';
import type { Switches } from '../../sandbox/ecs/switches.ts';
import type { BusEvent } from '../../sandbox/world-types.ts';
import { aRule } from '../builders/config.ts';
import { addService, breaker } from './given.ts';
import type { Stack } from './stack.ts';
import { byDigest, minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });

/** What is unknown of ECS, or only sometimes so. */
const kinds: readonly [string, Partial<Switches>][] = [
  ['as it is documented', {}],
  ['whose reads lag by ten seconds', { staleReadsSeconds: 10 }],
  ['whose events come twice and in any order', { duplicateEvents: 1, disorderedEvents: 1 }],
  ['that makes a new deployment to roll back', { rollbackMakesNewId: true }],
  ['whose finished rows stay', { finishedRowsStay: 'until primary completed' }],
  ['whose service deployment succeeds first', { serviceDeploymentLeads: true }],
];

async function aWorldWith(switches: Partial<Switches>) {
  const world = new World({ switches });
  world.put();
  addService(world, 'web', { service: { deploymentConfiguration: breaker(true) } });
  return { world, slipway: await world.install({ deploy: [latest] }) };
}

async function toTheEnd(world: World, slipway: Stack): Promise<void> {
  await world.until(() => slipway.isAtRest && slipway.said('web').length >= 2, 60 * minute);
  expect(slipway.wrong).toEqual([]);
}

/** What `services-stable` waits for. */
function isStable(world: World): boolean {
  const { runningCount, desiredCount } = world.service('web');
  return world.deployments('web').length === 1 && runningCount === desiredCount;
}

describe.each(kinds)('on an ECS %s', (_kind, switches) => {
  it('a breaker’s roll-back is never told as a success (kayac/ecspresso#732: exit 0)', async () => {
    const { world, slipway } = await aWorldWith(switches);
    world.push({ behaviour: 'cannot-start' });
    await toTheEnd(world, slipway);
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.rolled-back', 'target.quarantined']);
  });

  it('one deployment with all of its tasks is no success, and what it runs stays registered (fabfuel/ecs-deploy#185)', async () => {
    const { world, slipway } = await aWorldWith(switches);
    world.push({ behaviour: 'cannot-be-pulled' });
    await toTheEnd(world, slipway);
    await world.pass(minute);
    expect(isStable(world)).toBe(true);
    expect(slipway.said('web')).not.toContain('rollout.completed');
    expect(slipway.said('web')[1]).toBe('rollout.rolled-back');
    expect(world.definition(world.revision('web'))['status']).toBe('ACTIVE');
    expect(slipway.calls.map(({ operation }) => operation)).not.toContain('DeregisterTaskDefinition');
  });

  it('a service that is stable again, of whose failure no event came, is no success (aws-actions/amazon-ecs-deploy-task-definition#191)', async () => {
    const { world, slipway } = await aWorldWith(switches);
    world.onTheWay = (event) => (isCompletion(event) ? [event] : []);
    world.push({ behaviour: 'cannot-start' });
    await toTheEnd(world, slipway);
    expect(slipway.said('web').slice(0, 2)).toEqual(['rollout.started', 'rollout.rolled-back']);
    expect(slipway.said('web')).not.toContain('rollout.completed');
  });

  it('a waiter that returns while the new deployment is on its way is not believed (aws/aws-cli#9275)', async () => {
    const { world, slipway } = await aWorldWith(switches);
    const digest = world.push();
    await world.pass(5_000);
    while (slipway.said('web').length < 2 && world.clock.now() < Date.UTC(2026, 10, 22)) {
      world.deliver(earlyCompletion(world));
      await world.pass(5_000);
      if (world.deployments('web')[0]?.rolloutState !== 'COMPLETED')
        expect(slipway.said('web')).not.toContain('rollout.completed');
    }
    await toTheEnd(world, slipway);
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.completed']);
    expect(world.images('web')).toEqual({ app: byDigest(digest) });
  });
});

function isCompletion({ detail }: BusEvent): boolean {
  return detail['eventName'] === 'SERVICE_DEPLOYMENT_COMPLETED';
}

/** The service is "stable", says somebody: of the deployment before, or of one task that runs. */
function earlyCompletion(world: World): BusEvent {
  const [{ id: deploymentId } = { id: '' }] = world.deployments('web');
  return world.event({
    source: 'aws.ecs',
    'detail-type': 'ECS Deployment State Change',
    resources: [show(world.service('web')['serviceArn'])],
    detail: { eventType: 'INFO', eventName: 'SERVICE_DEPLOYMENT_COMPLETED', deploymentId },
  });
}
