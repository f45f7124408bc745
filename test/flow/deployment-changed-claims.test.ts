import { describe, expect, it } from 'vitest';
import { look } from '../../shared/domain/nudge.ts';
import { aDeployment, aRollout, arn, aService, name } from '../builders/rollouts.ts';
import { type FakeWorld, taken } from '../fakes/fake-world.ts';
import { aWorld } from './given.ts';

const ours = { id: 'ecs-svc/0000000000000000002', taskDefinition: arn(2) };
const goesBack = aService({
  deployments: [
    aDeployment({ rolloutState: 'IN_PROGRESS' }),
    aDeployment({ ...ours, status: 'ACTIVE', rolloutState: 'FAILED', reason: 'tasks failed to start.' }),
  ],
});
const goesOn = aService({ deployments: [aDeployment({ ...ours, rolloutState: 'IN_PROGRESS' })] });

async function told(event: 'FAILED' | 'COMPLETED', service: ReturnType<typeof aService>): Promise<FakeWorld> {
  const world = await aWorld(aRollout());
  world.services.put(service);
  await world.deployment({
    version: '0',
    id: 'x',
    'detail-type': 'ECS Deployment State Change',
    source: 'aws.ecs',
    account: '111122223333',
    time: '2026-11-01T10:01:40Z',
    region: 'eu-west-1',
    resources: ['arn:aws:ecs:eu-west-1:111122223333:service/prod/web'],
    detail: {
      eventType: 'INFO',
      eventName: `SERVICE_DEPLOYMENT_${event}`,
      deploymentId: ours.id,
      updatedAt: '2026-11-01T10:01:40Z',
      reason: 'x',
    },
  });
  world.virtual.advance(15_000);
  return world;
}

describe('a failure that ECS tells', () => {
  it('is believed where ECS is seen to roll back: nobody asks again', async () => {
    expect(taken((await told('FAILED', goesBack)).looks)).toEqual([]);
  });

  it('is looked for again where reads do not show it yet, and then no further', async () => {
    const world = await told('FAILED', goesOn);
    const [again] = taken(world.looks);
    expect(again).toEqual(look({ ...name, tries: 1, claims: 'failure' }));
    world.services.put(goesBack);
    await world.deployment(again ?? null);
    world.virtual.advance(15_000);
    expect(taken(world.looks)).toEqual([]);
  });
});

it('an end that ECS tells is looked for again while reads show a rollback on its way', async () => {
  expect(taken((await told('COMPLETED', goesBack)).looks)).toEqual([look({ ...name, tries: 1 })]);
});
