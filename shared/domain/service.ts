import type { ServiceName } from './arn.ts';

export interface Deployment {
  readonly id: string;
  readonly status: string;
  readonly taskDefinition: string;
  readonly rolloutState?: string | undefined;
  /** ECS's own words. */
  readonly reason?: string | undefined;
  readonly runningCount: number;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number | undefined;
}

export type Strategy = 'ROLLING' | 'BLUE_GREEN' | 'LINEAR' | 'CANARY';

/** What Slipway reads of an ECS service, in our words. Fresh when read, never stored. */
export interface ServiceSnapshot extends ServiceName {
  readonly status: string;
  readonly controller: string;
  /** An Express Mode service: ECS drives it, nobody else may. */
  readonly managedByEcs: boolean;
  /** ARN of the revision that the service is set to. Undefined for controllers that use task sets. */
  readonly taskDefinition?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly deployments: readonly Deployment[];
  readonly strategy: Strategy;
  /** ECS rolls back by itself: its circuit breaker or its alarms are set to. */
  readonly rollsBack: boolean;
  /** How long ECS itself waits on purpose during a deployment: bake times, and the steps of a strategy. Milliseconds. */
  readonly bakeMs: number;
}

/** One entry of ListServiceDeployments: what ECS remembers of a deployment that DescribeServices no longer shows. */
export interface DeploymentRecord {
  readonly arn: string;
  readonly targetServiceRevisionArn: string;
  readonly status: string;
  readonly reason?: string | undefined;
  /** Only of one that goes on, where ECS names a stage. */
  readonly lifecycleStage?: string | undefined;
  /** A PAUSE hook waits for a person, as long as it was told to: no progress is to be expected. */
  readonly paused?: boolean | undefined;
}

export const holdTag = 'slipway:hold';
export const policyTag = 'slipway:tags';

export function primaryOf({ deployments }: ServiceSnapshot): Deployment | undefined {
  return deployments.find(({ status }) => status === 'PRIMARY');
}

/** Why Slipway may not touch a service just now, in the order in which an operator would ask. */
export type Obstacle =
  | 'on hold'
  | 'service inactive'
  | 'managed by ECS Express Mode'
  | 'controller is not ECS'
  | 'no task definition';

export function obstacle(
  service: Pick<ServiceSnapshot, 'tags' | 'status' | 'managedByEcs' | 'controller' | 'taskDefinition'>,
): Obstacle | undefined {
  if (service.tags[holdTag] !== undefined) return 'on hold';
  if (service.status !== 'ACTIVE') return 'service inactive';
  if (service.managedByEcs) return 'managed by ECS Express Mode';
  if (service.controller !== 'ECS') return 'controller is not ECS';
  return service.taskDefinition === undefined ? 'no task definition' : undefined;
}
