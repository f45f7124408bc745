import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Cancel } from '../clock.ts';

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

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

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

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOPPED'
  | 'STOP_REQUESTED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

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
  rollback?: { readonly reason: string; readonly startedAt: number; readonly target: ServiceRevision };
  breakerStatus: 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED';
}

export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
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
}

/** What a read gave at a moment, kept for reads that lag. */
export interface Snapshot {
  readonly at: number;
  readonly service: JsonObject;
  readonly deployments: ReadonlyMap<string, JsonObject>;
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
