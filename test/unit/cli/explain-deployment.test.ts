import { describe, expect, it } from 'vitest';
import { explainDeployment } from '../../../cli/explain/deployment.ts';
import { noTable } from '../../../cli/explain/no-table.ts';
import type { Surroundings } from '../../../cli/explain/surroundings.ts';
import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import type { DeploymentRecord, ServiceSnapshot } from '../../../shared/domain/service.ts';
import type { Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';

const [account, region] = ['000000000000', 'eu-west-1'];
const revision = (number: number) => `arn:aws:ecs:${region}:${account}:task-definition/web:${number}`;
const json = {
  id: 'd1',
  'detail-type': 'ECS Deployment State Change',
  source: 'aws.ecs',
  account,
  time: '2026-11-21T10:00:00Z',
  region,
  resources: [`arn:aws:ecs:${region}:${account}:service/demo/web`],
  detail: { eventName: 'SERVICE_DEPLOYMENT_FAILED', deploymentId: 'ecs-svc/2' },
};
const given = { json, envelope: { source: json.source, 'detail-type': json['detail-type'] } };

interface Standing {
  readonly rollouts?: readonly Partial<Rollout>[];
  readonly service?: Partial<ServiceSnapshot> | undefined;
  readonly records?: readonly DeploymentRecord[];
}

function rollout(overrides: Partial<Rollout>): Rollout {
  const base = {
    generation: 2,
    changes: {},
    from: {},
    base: 'running',
    acceptedAt: 0,
    startedAt: 0,
  } as const;
  return {
    ...base,
    phase: 'rolling',
    revision: revision(2),
    baseRevision: revision(1),
    deploymentId: 'ecs-svc/2',
    ...overrides,
  };
}

async function targetsOf(standing: Standing) {
  const target: Target = {
    v: 1,
    cluster: 'demo',
    service: 'web',
    generation: 2,
    wanted: {},
    rollouts: (standing.rollouts ?? []).map(rollout),
  };
  const item = { pk: 'target#demo/web', sk: 'state', version: 1, body: target as unknown as JsonObject };
  const services = {
    list: () => Promise.resolve([]),
    describe: () => Promise.resolve('service' in standing ? [] : [running(1)]),
    update: () => Promise.reject(new Error('never')),
    deploymentRecords: () => Promise.resolve(standing.records ?? []),
  };
  const table = { ...noTable, get: () => Promise.resolve(item) };
  const around = { services, table, remembers: true, home: { account, region } } as unknown as Surroundings;
  return (await explainDeployment(given, around)).targets;
}

function running(number: number): ServiceSnapshot {
  const primary = {
    id: 'ecs-svc/1',
    status: 'PRIMARY',
    taskDefinition: revision(number),
    rolloutState: 'COMPLETED',
    runningCount: 1,
  };
  const failed = {
    id: 'ecs-svc/2',
    status: 'INACTIVE',
    taskDefinition: revision(2),
    rolloutState: 'FAILED',
    runningCount: 0,
    reason: 'tasks failed to start.',
  };
  return {
    cluster: 'demo',
    service: 'web',
    status: 'ACTIVE',
    controller: 'ECS',
    managedByEcs: false,
    taskDefinition: revision(number),
    tags: {},
    strategy: 'ROLLING',
    rollsBack: true,
    bakeMs: 0,
    deployments: [primary, failed],
  };
}

describe('a deployment that Slipway remembers', () => {
  it.each<[string, Standing, object]>([
    [
      'an open rollout by what the service runs now',
      { rollouts: [{}] },
      {
        decision: 'rolled-back',
        reason: 'tasks failed to start; it runs web:1 again',
        detail: 'rollout 2, this deployment',
      },
    ],
    [
      'a rollout that waits for its turn',
      { rollouts: [{ generation: 3, phase: 'registering', deploymentId: undefined }] },
      { decision: 'registering', detail: 'rollout 3, another deployment' },
    ],
    [
      'a rollout whose deployment is gone by its record',
      {
        rollouts: [{ revision: revision(7), deploymentId: 'ecs-svc/7' }],
        records: [{ arn: 'x', targetServiceRevisionArn: 'x/7', status: 'IN_PROGRESS' }],
      },
      { decision: 'rolling', reason: 'ECS is still at it', detail: 'rollout 2, another deployment' },
    ],
    [
      'no open rollout, and the last one',
      { rollouts: [{ phase: 'completed' }] },
      { decision: 'nothing', detail: 'the service runs web:1, COMPLETED; rollout 2 is completed' },
    ],
    [
      'a service that never was rolled',
      {},
      { decision: 'nothing', detail: 'the service runs web:1, COMPLETED' },
    ],
    [
      'a service that is gone',
      { rollouts: [{}], service: undefined },
      { decision: 'failed', reason: 'the service no longer exists' },
    ],
  ])('is explained by %s', async (_what, standing, expected) => {
    expect(await targetsOf(standing)).toMatchObject([{ cluster: 'demo', service: 'web', ...expected }]);
  });
});
