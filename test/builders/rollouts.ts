import type { Push } from '../../functions/image-pushed/decide.ts';
import { ecrRegistry } from '../../shared/domain/image-ref.ts';
import type { RolloutNotice } from '../../shared/domain/notice.ts';
import { rolloutNotice } from '../../shared/domain/notice.ts';
import type { Deployment, ServiceSnapshot } from '../../shared/domain/service.ts';
import type { StoppedTask } from '../../shared/domain/stop-cause.ts';
import type { Good, Rollout, Wanted } from '../../shared/domain/target/rollout.ts';
import type { Seen, Target } from '../../shared/domain/target/state.ts';

export const account = '111122223333';
export const region = 'eu-west-1';
export const registry = ecrRegistry(account, region);
export const name = { cluster: 'prod', service: 'web' } as const;

/** 2026-11-01T10:00:00Z, and so many seconds later. */
export function at(seconds: number): number {
  return Date.UTC(2026, 10, 1, 10) + seconds * 1_000;
}

/** A digest of one repeated hexadecimal digit. */
export function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

export function arn(revision: number, family = 'web'): string {
  return `arn:aws:ecs:${region}:${account}:task-definition/${family}:${revision}`;
}

export function pinnedImage(digit: string, repository = 'shop/web'): string {
  return `${registry}/${repository}@${digest(digit)}`;
}

export function aWanted(overrides: Partial<Wanted> = {}): Wanted {
  return {
    registry,
    repository: 'shop/web',
    tag: '1.1.0',
    digest: digest('b'),
    pushedAt: at(0),
    rule: 'semver ^1',
    ...overrides,
  };
}

export function aProxy(overrides: Partial<Wanted> = {}): Wanted {
  return aWanted({ repository: 'shop/proxy', tag: '2.0.0', digest: digest('e'), ...overrides });
}

/** ECS rolls it since a quarter of a minute. */
export function aRollout(overrides: Partial<Rollout> = {}): Rollout {
  return {
    generation: 1,
    phase: 'rolling',
    changes: { app: aWanted() },
    from: { app: pinnedImage('a') },
    base: 'running',
    acceptedAt: at(1),
    registeringSince: at(2),
    baseRevision: arn(1),
    carries: [],
    revision: arn(2),
    deploymentId: 'ecs-svc/0000000000000000002',
    startedAt: at(3),
    ...overrides,
  };
}

/** Accepted, and not yet looked at. */
export function aWaitingRollout(overrides: Partial<Rollout> = {}): Rollout {
  const { generation, changes, from, base, acceptedAt } = aRollout();
  return { generation, phase: 'accepted', changes, from, base, acceptedAt, ...overrides };
}

/** Its generation and its wanted images follow from its rollouts. */
export function aTarget(...newestFirst: readonly Rollout[]): Target {
  const wanted = Object.assign({}, ...newestFirst.toReversed().map(({ changes }) => changes));
  const generation = newestFirst[0]?.generation ?? 0;
  return { v: 1, ...name, generation, wanted, rollouts: newestFirst };
}

export function aDeployment(overrides: Partial<Deployment> = {}): Deployment {
  return {
    id: 'ecs-svc/0000000000000000001',
    status: 'PRIMARY',
    taskDefinition: arn(1),
    rolloutState: 'COMPLETED',
    reason: 'ECS deployment ecs-svc/0000000000000000001 completed.',
    runningCount: 1,
    ...overrides,
  };
}

/** A steady service on revision 1. Given deployments, it is set to the first one's revision. */
export function aService(overrides: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  const deployments = overrides.deployments ?? [aDeployment()];
  return {
    ...name,
    status: 'ACTIVE',
    controller: 'ECS',
    managedByEcs: false,
    taskDefinition: deployments[0]?.taskDefinition,
    tags: {},
    strategy: 'ROLLING',
    rollsBack: false,
    bakeMs: 0,
    ...overrides,
    deployments,
  };
}

/** prod/web as it was last looked at: two containers on revision 1. */
export function aSeen(overrides: Partial<Seen> = {}): Seen {
  return {
    at: at(0),
    status: 'ACTIVE',
    controller: 'ECS',
    managedByEcs: false,
    revision: arn(1),
    containers: [
      { name: 'app', image: `${registry}/shop/web:1.0.0` },
      { name: 'proxy', image: `${registry}/shop/proxy:1.9.0` },
    ],
    platform: { os: 'linux', architecture: 'amd64' },
    tags: {},
    ...overrides,
  };
}

export function aGood(overrides: Partial<Good> = {}): Good {
  const images = { app: pinnedImage('a'), proxy: pinnedImage('9', 'shop/proxy') };
  return { revision: arn(1), images, at: at(0), ...overrides };
}

/** Its only container ended by itself with exit code 1. */
export function aStoppedTask(overrides: Partial<StoppedTask> = {}): StoppedTask {
  return {
    arn: `arn:aws:ecs:${region}:${account}:task/prod/${'0'.repeat(32)}`,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'app', exitCode: 1 }],
    ...overrides,
  };
}

export function aPush(overrides: Partial<Push> = {}): Push {
  return {
    registry,
    repository: 'shop/web',
    tag: '1.1.0',
    digest: digest('b'),
    pushedAt: at(0),
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    ...overrides,
  };
}

export function aNotice(overrides: Partial<RolloutNotice> = {}): RolloutNotice {
  const rollout = aRollout();
  return {
    ...rolloutNotice(aTarget(rollout), rollout, { kind: 'rollout.started', at: at(3) }),
    ...overrides,
  };
}
