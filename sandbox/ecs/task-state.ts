import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Cancel } from '../clock.ts';
import type { Cluster, Deployment, Revision } from './state.ts';

export interface Container {
  readonly arn: string;
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly definition: JsonObject;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  imageDigest?: string;
  runtimeId?: string;
  exitCode?: number;
  reason?: string;
  health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  networkBindings: readonly JsonObject[];
}

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export interface NetworkInterface {
  readonly attachmentId: string;
  readonly subnet: string;
  readonly id: string;
  readonly mac: string;
  readonly address: string;
  readonly dnsName: string;
}

export interface Unhealthy {
  readonly stoppedReason: string;
  /** What the service says of it in its events. */
  readonly event: string;
}

export interface Task {
  readonly arn: string;
  readonly id: string;
  readonly cluster: Cluster;
  readonly revision: Revision;
  readonly launchType: 'FARGATE' | 'EC2';
  readonly capacityProvider: string | undefined;
  readonly platformVersion: string | undefined;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly deployment: Deployment | undefined;
  readonly overrides: JsonObject;
  readonly containers: readonly Container[];
  readonly createdAt: number;
  readonly availabilityZone: string;
  readonly instance: Instance | undefined;
  readonly network: NetworkInterface | undefined;
  readonly enableExecuteCommand: boolean;
  readonly balanced: boolean;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  version: number;
  updatedAt: number;
  connectivityAt?: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: string;
  stoppedReason?: string;
  health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  /** Counts towards the minimum of healthy tasks. */
  counted: boolean;
  /** Failed a health check: to be replaced. */
  unhealthy: Unhealthy | undefined;
  targets: 'none' | 'registered' | 'deregistered';
  /** Its service has taken note of its end. */
  accounted: boolean;
  timers: Cancel[];
}

export interface Instance {
  readonly arn: string;
  readonly ec2InstanceId: string;
  readonly cluster: Cluster;
  readonly registeredAt: number;
  readonly capacityProvider: string | undefined;
  readonly cpu: number;
  readonly memory: number;
  readonly ports: readonly string[];
  readonly attributes: readonly JsonObject[];
  agentConnected: boolean;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  version: number;
}
