import type { JsonObject } from '../../shared/domain/lossless-json.ts';

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

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

/** A lifecycle hook of type PAUSE that a service deployment has come to. */
export interface StageHook {
  readonly hookId: string;
  status: 'AWAITING_ACTION' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly expiresAt: number;
  readonly timeoutAction: 'CONTINUE' | 'ROLLBACK';
}

export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

/** What a read gave at a moment, kept for reads that lag. */
export interface Snapshot {
  readonly at: number;
  readonly service: JsonObject;
  readonly deployments: ReadonlyMap<string, JsonObject>;
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
