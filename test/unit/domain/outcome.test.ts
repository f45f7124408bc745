import { describe, expect, it } from 'vitest';
import { judge, judgeByRecord } from '../../../shared/domain/outcome.ts';
import type { Deployment } from '../../../shared/domain/service.ts';
import { aDeployment, aRollout, arn, aService, at } from '../../builders/rollouts.ts';

const oldId = 'ecs-svc/0000000000000000001';
const ourId = 'ecs-svc/0000000000000000002';
const breaker = 'ECS deployment circuit breaker: tasks failed to start.';

const ours = (overrides: Partial<Deployment> = {}) =>
  aDeployment({
    id: ourId,
    taskDefinition: arn(2),
    rolloutState: 'IN_PROGRESS',
    reason: undefined,
    ...overrides,
  });
const old = (overrides: Partial<Deployment> = {}) => aDeployment({ id: oldId, ...overrides });

const rolling = { kind: 'rolling' };
const gone = { kind: 'gone' };
const over = (outcome: string, reason: string) => ({ kind: 'ended', outcome, reason });
const wentBack = (reason: string, runs = arn(1)) => ({ ...over('rolled-back', reason), runs });
const stoppedOn = (reason: string) => ({ ...over('stopped', reason), runs: arn(1) });
const replaced = (reason: string, by: string | undefined) => ({ ...over('superseded', reason), by });

interface Case {
  readonly what: string;
  readonly deployments: readonly Deployment[];
  readonly phase?: 'rolling-back';
  readonly verdict: object;
}

/** The rows of facts on deployments: what DescribeServices shows in each phase of a rollout. */
const cases: readonly Case[] = [
  { what: 'on the way', deployments: [ours(), old({ status: 'ACTIVE' })], verdict: rolling },
  {
    what: 'a state that ECS has yet to invent',
    deployments: [ours({ rolloutState: 'BAKING' })],
    verdict: rolling,
  },
  {
    what: 'complete',
    deployments: [ours({ rolloutState: 'COMPLETED', reason: `ECS deployment ${ourId} completed.` })],
    verdict: over('completed', `ECS deployment ${ourId} completed.`),
  },
  {
    what: 'complete without a word',
    deployments: [ours({ rolloutState: 'COMPLETED' })],
    verdict: over('completed', ''),
  },
  {
    what: 'failed, and nobody rolls back',
    deployments: [ours({ rolloutState: 'FAILED', reason: breaker }), old({ status: 'ACTIVE' })],
    verdict: { ...over('failed', breaker), undo: true },
  },
  {
    what: 'rolling back to the old deployment, id and all',
    deployments: [
      old({ rolloutState: 'IN_PROGRESS' }),
      ours({ status: 'ACTIVE', rolloutState: 'FAILED', reason: breaker }),
    ],
    verdict: { kind: 'rolling back', reason: breaker },
  },
  {
    what: 'rolled back, the failed row still shown',
    deployments: [old(), ours({ status: 'ACTIVE', rolloutState: 'FAILED', reason: breaker })],
    verdict: wentBack('ECS deployment circuit breaker: tasks failed to start; it runs web:1 again'),
  },
  {
    what: 'rolled back, the failed row gone, the roll-back seen before',
    deployments: [old()],
    phase: 'rolling-back',
    verdict: wentBack('seen before; it runs web:1 again'),
  },
  {
    what: 'rolled back under a new id, as in 2022',
    deployments: [
      old({ id: 'ecs-svc/3' }),
      ours({ status: 'ACTIVE', rolloutState: 'FAILED', reason: breaker }),
    ],
    verdict: wentBack('ECS deployment circuit breaker: tasks failed to start; it runs web:1 again'),
  },
  {
    what: 'rolled back to an older revision than the one that was cloned',
    deployments: [
      old({ taskDefinition: arn(9) }),
      ours({ status: 'ACTIVE', rolloutState: 'FAILED', reason: breaker }),
    ],
    verdict: wentBack('ECS deployment circuit breaker: tasks failed to start; it runs web:9 now', arn(9)),
  },
  {
    what: 'the roll-back fails too',
    deployments: [
      old({ rolloutState: 'FAILED', reason: 'no room' }),
      ours({ status: 'ACTIVE', rolloutState: 'FAILED', reason: breaker }),
    ],
    verdict: {
      ...over(
        'failed',
        'ECS deployment circuit breaker: tasks failed to start; web:1 failed as well: no room',
      ),
      undo: true,
    },
  },
  {
    what: 'the roll-back fails without a word, and so did we',
    deployments: [
      old({ rolloutState: 'FAILED', reason: undefined }),
      ours({ status: 'ACTIVE', rolloutState: 'FAILED' }),
    ],
    verdict: {
      ...over('failed', 'the deployment failed; web:1 failed as well: ECS says no more'),
      undo: true,
    },
  },
  { what: 'only the old one, COMPLETED: no success of ours', deployments: [old()], verdict: gone },
  {
    what: 'another hand updated in the middle',
    deployments: [aDeployment({ id: 'ecs-svc/3', taskDefinition: arn(8) }), ours({ status: 'ACTIVE' })],
    verdict: gone,
  },
  {
    what: 'no deployment at all',
    deployments: [],
    verdict: over('failed', 'the service has no primary deployment'),
  },
];

describe('how a rollout stands, by what DescribeServices shows', () => {
  it.each(cases)('$what', ({ deployments, phase, verdict }) => {
    const rollout = phase === undefined ? aRollout() : aRollout({ phase, reason: 'seen before' });
    expect(judge(aService({ deployments }), rollout, { at: at(60) })).toEqual(verdict);
  });

  it('a service that is going down fails it', () => {
    expect(judge(aService({ status: 'DRAINING' }), aRollout(), { at: at(60) })).toEqual(
      over('failed', 'the service is DRAINING'),
    );
  });

  it('a roll-back whose reason nobody saw is told without one', () => {
    const verdict = judge(aService(), aRollout({ phase: 'rolling-back' }), { at: at(60) });
    expect(verdict).toEqual(wentBack('the deployment failed; it runs web:1 again'));
  });
});

const late = at(600);
const soon = at(60);
const back = aService();
const elsewhere = aService({ deployments: [aDeployment({ id: 'ecs-svc/3', taskDefinition: arn(8) })] });

describe('how a rollout stands that DescribeServices no longer shows', () => {
  it.each([
    ['SUCCESSFUL', elsewhere, over('superseded', 'it succeeded; then the service was set to web:8')],
    ['ROLLBACK_SUCCESSFUL', back, wentBack('threshold exceeded; it runs web:1 now')],
    ['ROLLBACK_FAILED', back, { ...over('failed', 'threshold exceeded'), undo: true }],
    ['ROLLBACK_REQUESTED', back, { kind: 'rolling back', reason: 'threshold exceeded' }],
    ['ROLLBACK_IN_PROGRESS', back, { kind: 'rolling back', reason: 'threshold exceeded' }],
    ['STOPPED', back, stoppedOn('the service is back on web:1; ECS says: threshold exceeded')],
    [
      'STOPPED',
      elsewhere,
      replaced('another deployment set the service to web:8; ECS says: threshold exceeded', arn(8)),
    ],
    ['PENDING', back, rolling],
    ['IN_PROGRESS', back, rolling],
    ['STOP_REQUESTED', back, rolling],
  ])('%s', (status, service, verdict) => {
    const record = {
      arn: 'x',
      targetServiceRevisionArn: `arn:aws:ecs:eu-west-1:1:service-revision/prod/web/0000000000000000002`,
      status,
      reason: 'threshold exceeded.',
    };
    const other = {
      arn: 'y',
      targetServiceRevisionArn: 'arn:aws:ecs:eu-west-1:1:service-revision/prod/web/7',
      status: 'FAILED',
    };
    expect(judgeByRecord(service, aRollout(), { records: [other, record], at: late })).toEqual(verdict);
  });

  it.each([
    ['ROLLBACK_SUCCESSFUL', wentBack('ECS rolled back; it runs web:1 now')],
    ['ROLLBACK_FAILED', { ...over('failed', 'the rollback failed'), undo: true }],
    ['ROLLBACK_IN_PROGRESS', { kind: 'rolling back', reason: 'ECS is rolling back' }],
    ['STOPPED', stoppedOn('the service is back on web:1')],
  ])('%s without a word of ECS', (status, verdict) => {
    const records = [{ arn: 'x', targetServiceRevisionArn: 'x/0000000000000000002', status }];
    expect(judgeByRecord(back, aRollout(), { records, at: late })).toEqual(verdict);
  });

  it.each(['SUCCESSFUL', 'STOPPED', 'unknown to ECS'])(
    '%s, and so young that the reads may be older than it is: not yet over',
    (status) => {
      const records = [{ arn: 'x', targetServiceRevisionArn: 'x/0000000000000000002', status }].filter(
        () => status !== 'unknown to ECS',
      );
      expect(judgeByRecord(back, aRollout(), { records, at: soon })).toEqual(rolling);
    },
  );

  it('rolled back, and a newer rollout of ours took its place: it did not go back there', () => {
    const records = [
      { arn: 'x', targetServiceRevisionArn: 'x/0000000000000000002', status: 'ROLLBACK_SUCCESSFUL' },
    ];
    expect(judgeByRecord(elsewhere, aRollout(), { records, at: late, newer: [arn(8)] })).toEqual(
      over('failed', 'ECS rolled back; web:8 took its place'),
    );
  });

  it('unknown to ECS for long: what runs instead tells', () => {
    expect(judgeByRecord(elsewhere, aRollout(), { records: [], at: late })).toEqual(
      replaced('another deployment set the service to web:8', arn(8)),
    );
  });

  it('a service without a revision of its own runs another one', () => {
    const service = aService({ taskDefinition: undefined, deployments: [] });
    expect(judgeByRecord(service, aRollout(), { records: [], at: late })).toEqual(
      replaced('another deployment set the service to another revision', undefined),
    );
  });

  it('takes no record for its own while it has no id', () => {
    const records = [{ arn: 'x', targetServiceRevisionArn: 'x/', status: 'ROLLBACK_FAILED' }];
    expect(judgeByRecord(back, aRollout({ deploymentId: undefined }), { records, at: late })).toMatchObject({
      outcome: 'stopped',
    });
  });

  it('a rollout without a beginning is still on its way', () => {
    expect(judgeByRecord(back, aRollout({ startedAt: undefined }), { records: [], at: late })).toEqual(
      rolling,
    );
  });
});

describe('a deployment that ECS has failed, with its breaker or alarms set to roll back', () => {
  const shown = aService({
    deployments: [ours({ rolloutState: 'FAILED', reason: breaker })],
    rollsBack: true,
  });

  it.each([
    ['is seen for the first time', {}, { kind: 'failing', reason: breaker }],
    ['has not had its two minutes', { failedAt: at(0) }, { kind: 'failing', reason: breaker }],
    ['was not rolled back in time', { failedAt: at(-60) }, { ...over('failed', breaker), undo: true }],
  ])('%s', (_what, rollout, verdict) => {
    expect(judge(shown, aRollout(rollout), { at: at(60) })).toEqual(verdict);
  });
});

it('an older rollout that failed while a younger one runs did not go back to it', () => {
  const failed = ours({ status: 'ACTIVE', rolloutState: 'FAILED', reason: breaker });
  const younger = aDeployment({ id: 'ecs-svc/3', taskDefinition: arn(3) });
  const service = aService({ deployments: [younger, failed] });
  expect(judge(service, aRollout(), { at: at(60), newer: [arn(3)] })).toEqual(
    over('failed', 'ECS deployment circuit breaker: tasks failed to start; web:3 took its place'),
  );
});
