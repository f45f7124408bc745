import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Cancel } from '../clock.ts';
import type {
  NetworkInterface,
  RolloutState,
  ServiceDeploymentStatus,
  ServiceEvent,
  Snapshot,
  StageHook,
  TaskStatus,
  Unhealthy,
} from './state-parts.ts';

/** Everything the model remembers. Times are milliseconds since the epoch. */
export interface Store {
  readonly clusters: Map<string, Cluster>;
  readonly families: Map<string, Revision[]>;
  readonly tags: Map<string, Map<string, string>>;
  /** Whether Fargate has room, by capacity provider. */
  readonly capacity: Map<string, boolean>;
}

export interface Cluster {
  readonly arn: string;
  readonly name: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: readonly JsonObject[];
  configuration: JsonObject | undefined;
  serviceConnectDefaults: JsonObject | undefined;
  capacityProviders: readonly string[];
  defaultStrategy: readonly JsonObject[];
  readonly services: Map<string, Service>;
  readonly tasks: Map<string, Task>;
  readonly instances: Map<string, Instance>;
  readonly tokens: Map<string, UsedToken>;
  /** Tasks by who started them, as long as they are remembered. */
  readonly startedBy: Map<string, Set<Task>>;
}

export interface UsedToken {
  readonly request: string;
  readonly answer: JsonObject;
  readonly tasks: readonly Task[];
  readonly usedAt: number;
}

export interface Revision {
  readonly arn: string;
  readonly family: string;
  readonly number: number;
  readonly body: JsonObject;
  readonly registeredAt: number;
  readonly registeredBy: string;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS' | 'DELETED';
  deregisteredAt?: number;
  deleteRequestedAt?: number;
}

export interface Deployment {
  readonly id: string;
  readonly service: Service;
  readonly serviceRevision: ServiceRevision;
  readonly createdAt: number;
  readonly launchType: 'FARGATE' | 'EC2' | undefined;
  status: 'PRIMARY' | 'ACTIVE';
  updatedAt: number;
  rolloutState: RolloutState;
  rolloutStateReason: string;
  desiredCount: number;
  /** As booked and shown; failures that no launch has booked yet are in `unbooked`. */
  failedTasks: number;
  unbooked: number;
  failedRounds: number;
  /** A start since the last launch has failed. */
  roundFailed: boolean;
  lastLaunchAt: number;
  launchNotBefore: number;
  /** Tasks that have not stopped yet. */
  readonly tasks: Set<Task>;
  /** The breaker said no: nothing is launched any more. */
  stalled: boolean;
  /** This row is the target of a rollback that is on its way. */
  rollingBack: boolean;
  healthySince: number | undefined;
  complained: boolean;
}

export interface ServiceRevision {
  readonly arn: string;
  readonly service: Service;
  readonly number: string;
  readonly revision: Revision;
  readonly createdAt: number;
  readonly settings: JsonObject;
  /** Container name → digest, once a tag was resolved for this revision. */
  readonly digests: Map<string, string>;
}

export interface ServiceDeployment {
  readonly arn: string;
  readonly deployment: Deployment;
  readonly createdAt: number;
  readonly sources: readonly Deployment[];
  readonly configuration: JsonObject;
  status: ServiceDeploymentStatus;
  updatedAt: number;
  startedAt?: number;
  finishedAt?: number;
  stoppedAt?: number;
  statusReason?: string;
  lifecycleStage?: string;
  /** Of a strategy that shifts traffic: how far it has come; below 0, it has not begun. */
  stage: number;
  stageEndsAt?: number;
  readonly pauses: StageHook[];
  triggeredAlarms: readonly string[];
  rollback?: { readonly reason: string; readonly startedAt: number; readonly target: ServiceRevision };
  breakerStatus: 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED';
}

export interface Service {
  readonly arn: string;
  readonly name: string;
  readonly cluster: Cluster;
  readonly createdAt: number;
  readonly createdBy: string;
  /** The request, to tell a repeated one. */
  readonly createdWith: string;
  readonly controller: string;
  /** An Express Mode service. */
  managedByEcs: boolean;
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON';
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  inactiveAt?: number;
  desiredCount: number;
  revision: Revision;
  /** The members as given by CreateService and UpdateService: network, load balancers, deployment configuration … */
  settings: JsonObject;
  deployments: Deployment[];
  serviceDeployments: ServiceDeployment[];
  readonly revisions: ServiceRevision[];
  events: ServiceEvent[];
  steady: boolean;
  steadyAt: number;
  pass: { readonly at: number; readonly cancel: Cancel } | undefined;
  readonly snapshots: Snapshot[];
  /** Every task of its deployments that is remembered, stopped ones too. */
  readonly tasks: Set<Task>;
  /** Its place in lists, whose order AWS does not tell. */
  readonly rank: string;
}

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
