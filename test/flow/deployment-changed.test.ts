import { describe, expect, it } from 'vitest';
import { look } from '../../shared/domain/nudge.ts';
import type { Deployment, DeploymentRecord } from '../../shared/domain/service.ts';
import { Refused, RejectedInput } from '../../shared/faults.ts';
import { aDeploymentEvent } from '../builders/events.ts';
import { aDeployment, aRollout, arn, aService, at, aWaitingRollout, name } from '../builders/rollouts.ts';
import type { FakeWorld } from '../fakes/fake-world.ts';
import { taken } from '../fakes/fake-world.ts';
import { aWorld, rolloutOf } from './given.ts';

const oldId = 'ecs-svc/0000000000000000001';
const ourId = 'ecs-svc/0000000000000000002';
const failedToStart = 'ECS deployment circuit breaker: tasks failed to start.';
const backTo = `ECS deployment circuit breaker: rolling back to deploymentId ${oldId}.`;

const old = (overrides: Partial<Deployment> = {}) => aDeployment({ id: oldId, ...overrides });
const ours = (overrides: Partial<Deployment> = {}) =>
  aDeployment({
    id: ourId,
    taskDefinition: arn(2),
    rolloutState: 'IN_PROGRESS',
    reason: undefined,
    ...overrides,
  });
const failedRow = ours({ status: 'ACTIVE', rolloutState: 'FAILED', reason: failedToStart });

const inProgress = aDeploymentEvent('SERVICE_DEPLOYMENT_IN_PROGRESS');
const completed = aDeploymentEvent('SERVICE_DEPLOYMENT_COMPLETED');
const failed = aDeploymentEvent('SERVICE_DEPLOYMENT_FAILED', { reason: failedToStart });
const rollingBack = aDeploymentEvent('SERVICE_DEPLOYMENT_IN_PROGRESS', {
  deploymentId: oldId,
  reason: backTo,
});
const rolledBack = aDeploymentEvent('SERVICE_DEPLOYMENT_COMPLETED', { deploymentId: oldId });

interface Moment {
  readonly event: ReturnType<typeof aDeploymentEvent>;
  /** What DescribeServices shows. */
  readonly shows: readonly Deployment[];
  readonly records?: readonly DeploymentRecord[];
  readonly phase: string;
}

const started: Moment = { event: inProgress, shows: [ours(), old({ status: 'ACTIVE' })], phase: 'rolling' };
const breakerFires: readonly Moment[] = [
  {
    event: failed,
    shows: [old({ rolloutState: 'IN_PROGRESS', reason: backTo }), failedRow],
    phase: 'rolling-back',
  },
  {
    event: rollingBack,
    shows: [old({ rolloutState: 'IN_PROGRESS', reason: backTo }), failedRow],
    phase: 'rolling-back',
  },
];
const backToOld = `${failedToStart.slice(0, -1)}; it runs web:1 again`;

function record(status: string, reason?: string): DeploymentRecord {
  const revision = `arn:aws:ecs:eu-west-1:111122223333:service-revision/prod/web/${ourId.slice(8)}`;
  const deployment = 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/prod/web/x';
  return { arn: deployment, targetServiceRevisionArn: revision, status, reason };
}

async function tell(world: FakeWorld, { event, shows, records = [] }: Moment): Promise<void> {
  world.services.put(aService({ deployments: shows }));
  world.services.records = records;
  await world.deployment(event);
}

interface Story {
  readonly what: string;
  readonly moments: readonly Moment[];
  readonly said: string;
  readonly reason: string;
}

const stories: readonly Story[] = [
  {
    what: 'a good rollout',
    moments: [
      started,
      { event: completed, shows: [ours({ rolloutState: 'COMPLETED', reason: 'done.' })], phase: 'completed' },
    ],
    said: 'completed',
    reason: 'done.',
  },
  {
    what: 'a breaker’s roll-back that brings the old id back (kayac/ecspresso#732: exit 0)',
    moments: [
      started,
      ...breakerFires,
      { event: rolledBack, shows: [old(), failedRow], phase: 'rolled-back' },
    ],
    said: 'rolled-back',
    reason: backToOld,
  },
  {
    what: 'one deployment left and all tasks running (fabfuel/ecs-deploy#185: success)',
    moments: [started, ...breakerFires, { event: rolledBack, shows: [old()], phase: 'rolled-back' }],
    said: 'rolled-back',
    reason: backToOld,
  },
  {
    what: 'the service is stable again (aws-actions/amazon-ecs-deploy-task-definition#191: success)',
    moments: [
      started,
      {
        event: rolledBack,
        shows: [old()],
        records: [record('ROLLBACK_SUCCESSFUL', 'threshold exceeded.')],
        phase: 'rolled-back',
      },
    ],
    said: 'rolled-back',
    reason: 'threshold exceeded; it runs web:1 now',
  },
  {
    what: 'the waiter would return while PRIMARY is still in progress (aws/aws-cli#9275)',
    moments: [started, { event: completed, shows: [ours()], phase: 'rolling' }],
    said: '',
    reason: '',
  },
  {
    what: 'a roll-back that makes a new deployment, as in 2022',
    moments: [
      started,
      {
        event: failed,
        shows: [old({ id: 'ecs-svc/3', rolloutState: 'IN_PROGRESS' }), failedRow],
        phase: 'rolling-back',
      },
      { event: rolledBack, shows: [old({ id: 'ecs-svc/3' })], phase: 'rolled-back' },
    ],
    said: 'rolled-back',
    reason: backToOld,
  },
  {
    what: 'failed with the breaker’s roll-back switched off',
    moments: [
      started,
      {
        event: failed,
        shows: [ours({ rolloutState: 'FAILED', reason: failedToStart }), old({ status: 'ACTIVE' })],
        phase: 'failed',
      },
    ],
    said: 'failed,target.attention',
    reason: failedToStart,
  },
  {
    what: 'stopped by hand: StopServiceDeployment',
    moments: [
      started,
      {
        event: failed,
        shows: [old()],
        records: [record('ROLLBACK_IN_PROGRESS', 'Stopped by a person.')],
        phase: 'rolling-back',
      },
      { event: rolledBack, shows: [old()], phase: 'rolled-back' },
    ],
    said: 'rolled-back',
    reason: 'Stopped by a person; it runs web:1 again',
  },
];

describe('a rollout as ECS tells it', () => {
  it.each(stories)('$what', async ({ moments, said, reason }) => {
    const world = await aWorld(aRollout());
    for (const moment of moments) {
      await tell(world, moment);
      expect((await rolloutOf(world))?.phase).toBe(moment.phase);
    }
    expect((await world.said()).join()).toBe(said);
    if (said !== '') expect((await rolloutOf(world))?.reason).toBe(reason);
  });

  it.each(stories)('$what: every event twice says nothing twice', async ({ moments, said }) => {
    const world = await aWorld(aRollout());
    for (const moment of moments) {
      await tell(world, moment);
      await tell(world, moment);
    }
    expect((await world.said()).join()).toBe(said);
  });

  it.each(stories)(
    '$what: the last event alone, or all of them in reverse, end alike',
    async ({ moments, said }) => {
      const last = moments.at(-1) ?? started;
      const world = await aWorld(aRollout());
      for (const { event } of moments.toReversed()) await tell(world, { ...last, event });
      expect([said, 'rolled-back', 'superseded', 'stopped', '']).toContain((await world.said()).join());
      expect(await world.said()).not.toContain(said === 'completed' ? 'failed' : 'completed');
    },
  );
});

describe('what DescribeServices no longer shows', () => {
  const elsewhere = [aDeployment({ id: 'ecs-svc/9', taskDefinition: arn(9) })];

  it.each([
    ['another hand set the service to another revision', elsewhere, [record('STOPPED')], 'superseded'],
    ['somebody set it back', [old()], [record('STOPPED')], 'stopped'],
    [
      'it succeeded, and the service was set to another revision since',
      elsewhere,
      [record('SUCCESSFUL')],
      'superseded',
    ],
    ['ECS rolled it back long ago', [old()], [record('ROLLBACK_SUCCESSFUL')], 'rolled-back'],
    ['its roll-back failed', [old()], [record('ROLLBACK_FAILED')], 'failed'],
    ['ECS remembers nothing of it', elsewhere, [], 'superseded'],
  ] as const)('%s', async (...[, shows, records, outcome]) => {
    const world = await aWorld(aRollout());
    world.virtual.advance(600_000);
    await tell(world, { event: completed, shows, records, phase: outcome });
    expect((await world.said())[0]).toBe(outcome);
  });

  it.each(['STOPPED', 'SUCCESSFUL'])(
    'a young one that is %s may be an old read: it is looked at again',
    async (status) => {
      const world = await aWorld(aRollout({ startedAt: at(90) }));
      await tell(world, { event: completed, shows: [old()], records: [record(status)], phase: 'rolling' });
      expect(await world.said()).toEqual([]);
      world.virtual.advance(15_000);
      expect(taken(world.looks)).toEqual([look({ ...name, tries: 1 })]);
    },
  );

  it('a service that is gone has failed its rollout', async () => {
    const world = await aWorld(aRollout());
    world.services.remove(name);
    await world.deployment(completed);
    expect((await rolloutOf(world))?.reason).toBe('the service no longer exists');
    expect(await world.said()).toEqual(['failed']);
  });
});

describe('an event whose end the reads do not show yet', () => {
  async function looksAfter(message: Parameters<FakeWorld['deployment']>[0]) {
    const world = await aWorld(aRollout());
    world.services.put(aService({ deployments: [ours(), old({ status: 'ACTIVE' })] }));
    await world.deployment(message);
    expect(taken(world.looks)).toEqual([]);
    world.virtual.advance(15_000);
    return taken(world.looks);
  }

  it('is looked at again a quarter of a minute later, and so on, but not for ever', async () => {
    expect(await looksAfter(completed)).toEqual([look({ ...name, tries: 1 })]);
    expect(await looksAfter(look({ ...name, tries: 1 }))).toEqual([look({ ...name, tries: 2 })]);
    expect(await looksAfter(look({ ...name, tries: 8 }))).toEqual([]);
  });

  it('is not looked at again where it claims no end', async () => {
    expect(await looksAfter(inProgress)).toEqual([]);
    expect(await looksAfter(look({ ...name, tries: 0 }))).toEqual([]);
  });
});

describe('rollouts beside each other', () => {
  it('the one that a newer one did not take up is brought to its own end', async () => {
    const newer = aRollout({
      generation: 2,
      baseRevision: arn(1),
      revision: arn(3),
      deploymentId: 'ecs-svc/3',
    });
    const world = await aWorld(newer, aRollout());
    const shows = [aDeployment({ id: 'ecs-svc/3', taskDefinition: arn(3) }), failedRow];
    await tell(world, { event: completed, shows, phase: '' });
    expect(await world.said()).toEqual(['completed', 'failed']);
    expect((await rolloutOf(world))?.reason).toBe(`${failedToStart.slice(0, -1)}; web:3 took its place`);
  });

  it('the one that a newer one carries on is left to that, which is about to be written down', async () => {
    const newer = aWaitingRollout({
      generation: 2,
      phase: 'registered',
      revision: arn(3),
      carries: [1],
    });
    const world = await aWorld(newer, aRollout());
    world.virtual.advance(10 * 60_000);
    const shows = [aDeployment({ id: 'ecs-svc/3', taskDefinition: arn(3) })];
    await tell(world, { event: completed, shows, phase: '' });
    expect(await rolloutOf(world)).toMatchObject({ phase: 'rolling' });
    expect((await world.target())?.lookAt).toBeGreaterThan(world.clock.now());
    await tell(world, { event: completed, shows: [aDeployment({ taskDefinition: arn(9) })], phase: '' });
    expect(await rolloutOf(world)).toMatchObject({ phase: 'superseded' });
  });

  it('one that waits is nudged, for ECS may know it already', async () => {
    const world = await aWorld(aWaitingRollout());
    await world.deployment(inProgress);
    await world.deployment(inProgress);
    expect(taken(world.rollouts)).toEqual([{ v: 1, kind: 'nudge', ...name, generation: 1 }]);
    world.virtual.advance(6 * 60_000);
    await world.deployment(look({ ...name, tries: 0 }));
    expect(taken(world.rollouts)).toHaveLength(1);
  });

  it('one that rolls is no reason for a nudge', async () => {
    const world = await aWorld(aRollout());
    await tell(world, started);
    expect(taken(world.rollouts)).toEqual([]);
  });
});

describe('events of others', () => {
  it('of a service that Slipway never rolled are nothing', async () => {
    const world = await aWorld(aRollout());
    const resources = ['arn:aws:ecs:eu-west-1:111122223333:service/prod/api'];
    await world.deployment({ ...completed, resources });
    expect(world.outcomes()).toEqual(['no open rollout']);
  });

  it('of a service whose rollouts are over are nothing', async () => {
    const world = await aWorld(aRollout({ phase: 'completed' }));
    await world.deployment(completed);
    expect(world.outcomes()).toEqual(['no open rollout']);
  });

  it('in the format without a cluster in the ARN name it beside', async () => {
    const world = await aWorld(aRollout());
    const resources = ['arn:aws:ecs:eu-west-1:111122223333:service/web'];
    await tell(world, { ...started, event: { ...completed, resources } });
    expect(world.outcomes()).toEqual(['rollout on its way']);
  });

  it.each([
    ['nothing', null],
    ['a look of a later version', { ...look({ ...name, tries: 0 }), v: 2 }],
    ['no service', { ...completed, resources: ['arn:aws:ecs:eu-west-1:111122223333:cluster/prod'] }],
  ])('that are %s are rejected', async (_what, message) => {
    await expect((await aWorld(aRollout())).deployment(message)).rejects.toThrow(RejectedInput);
  });

  it('are judged no more where AWS refuses for an hour to show the service', async () => {
    const world = await aWorld(aRollout());
    world.virtual.advance(3_600_000);
    const refuse = (method: string, call: () => unknown) =>
      method === 'services.describe'
        ? Promise.reject(new Refused('ClusterNotFoundException', 'gone'))
        : call();
    await world.deployment(completed, refuse);
    expect((await rolloutOf(world))?.reason).toBe('nobody can tell: ClusterNotFoundException: gone');
    expect(await world.said()).toEqual(['failed']);
  });

  it('cannot be judged while AWS refuses to show the service', async () => {
    const world = await aWorld(aRollout());
    const refuse = (method: string, call: () => unknown) =>
      method === 'services.describe' ? Promise.reject(new Refused('AccessDeniedException', 'no')) : call();
    await expect(world.deployment(completed, refuse)).rejects.toThrow(Refused);
    expect((await rolloutOf(world))?.phase).toBe('rolling');
  });
});
