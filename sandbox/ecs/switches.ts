/**
 * What is unknown about ECS, or what only sometimes happens: the simulation varies these. The defaults are the likeliest or
 * the documented behaviour. README.md of this folder has the rows they belong to.
 */
export interface Switches {
  /** Probability that an event is delivered a second time. */
  readonly duplicateEvents: number;
  /** Probability that an event is held back for up to `disorderSeconds`, so that later ones overtake it. */
  readonly disorderedEvents: number;
  readonly disorderSeconds: number;
  /** Every event comes so much later; its `time` is that of its publication. */
  readonly delaySeconds: number;
  /** Reads of services and service deployments may be so old. */
  readonly staleReadsSeconds: number;
  /** `environment` in any order instead of a HashMap's. */
  readonly randomEnvironmentOrder: boolean;
  /** Containers and secrets in any order, as a few have seen. */
  readonly randomContainerOrder: boolean;
  /** Members that only some answers have. */
  readonly addsSystemControls: boolean;
  readonly addsFaultInjection: boolean;
  readonly addsManagedInstances: boolean;
  /** When rows of failed and superseded deployments vanish. */
  readonly finishedRowsStay: 'until task-free' | 'until primary completed';
  /** The behaviour of 2022: a rollback is a deployment with an id of its own. */
  readonly rollbackMakesNewId: boolean;
  /** The breaker counts tasks that exit after RUNNING: seen once, against the documentation. */
  readonly countExitsAfterRunning: boolean;
  readonly thirdBackOff: '300 s' | 'none within 20 min';
  /** How a deployment without a rollback candidate ends. */
  readonly withoutCandidate: 'ROLLBACK_FAILED' | 'STOPPED';
  /** What StopServiceDeployment says of a finished one. */
  readonly stopOfFinished: 'ConflictException' | 'ServiceDeploymentNotFoundException';
  /** A service deployment is SUCCESSFUL once its tasks are healthy, before the old tasks are gone. */
  readonly serviceDeploymentLeads: boolean;
  /** In a task of several containers an essential one that dies at once keeps the task from RUNNING. */
  readonly siblingsStillStart: boolean;
  /** Probability that a container ignores SIGTERM and is killed: exit code 137. */
  readonly ignoresSigterm: number;
  /** Further versions of a task for changes of its containers and its health. */
  readonly containerEvents: boolean;
  /** Whether the Spot notice has `stoppingAt` already. */
  readonly spotNoticeHasStoppingAt: boolean;
  readonly deregistrationDelaySeconds: number;
  /** AWS's request rates. */
  readonly throttling: boolean;
  /** Probability of "Too many concurrent attempts to create a new revision of the specified family." */
  readonly concurrentRegistrations: number;
  /** Pages of lists may be shorter than asked for. */
  readonly shortPages: boolean;
  /** What a service that is gone for good answers. */
  readonly purgedService: 'MISSING' | 'ServiceNotFoundException';
}

export const defaultSwitches: Switches = {
  duplicateEvents: 0,
  disorderedEvents: 0,
  disorderSeconds: 30,
  delaySeconds: 0,
  staleReadsSeconds: 0,
  randomEnvironmentOrder: false,
  randomContainerOrder: false,
  addsSystemControls: true,
  addsFaultInjection: false,
  addsManagedInstances: true,
  finishedRowsStay: 'until task-free',
  rollbackMakesNewId: false,
  countExitsAfterRunning: false,
  thirdBackOff: '300 s',
  withoutCandidate: 'ROLLBACK_FAILED',
  stopOfFinished: 'ConflictException',
  serviceDeploymentLeads: false,
  siblingsStillStart: true,
  ignoresSigterm: 0,
  containerEvents: false,
  spotNoticeHasStoppingAt: true,
  deregistrationDelaySeconds: 300,
  throttling: true,
  concurrentRegistrations: 0,
  shortPages: false,
  purgedService: 'MISSING',
};
