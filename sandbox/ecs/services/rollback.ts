import { after, type Core, touch } from '../core.ts';
import type { Deployment, Service, ServiceDeployment } from '../state.ts';
import { scheduling } from '../timing.ts';
import { addDeployment, currentServiceDeployment } from './deployments.ts';
import { alarms, breaker } from './limits.ts';
import { announce, say, sayAt } from './say.ts';
import { requestPass } from './wake.ts';

export interface Failure {
  /** The failed row's reason. */
  readonly row: string;
  /** What stands before the deployment's id that is rolled back to. */
  readonly rollingBack: string;
  /** In the service's events, after "deployment failed: ". */
  readonly event: string;
  readonly statusReason: string;
  readonly rollback: boolean;
}

const circuitBreaker: Omit<Failure, 'rollback'> = {
  row: 'ECS deployment circuit breaker: tasks failed to start.',
  rollingBack: 'ECS deployment circuit breaker: rolling back to deploymentId',
  event: 'tasks failed to start.',
  statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
};

/** The breaker fires some seconds after the launch that booked the failure too many. */
export function armBreaker(core: Core, primary: Deployment): void {
  after(core, core.random.between(...scheduling.breakerFires), () => {
    const { service } = primary;
    if (service.deployments[0] !== primary || primary.rolloutState !== 'IN_PROGRESS' || primary.stalled)
      return;
    const record = currentServiceDeployment(service);
    if (record !== undefined) record.breakerStatus = 'TRIGGERED';
    failDeployment(core, primary, { ...circuitBreaker, rollback: breaker(service).rollback });
  });
}

function failDeployment(core: Core, failed: Deployment, failure: Failure): void {
  const { service } = failed;
  touch(core, service);
  const candidate = service.deployments.find((row) => row !== failed && row.rolloutState === 'COMPLETED');
  failed.stalled = true;
  failed.rolloutState = 'FAILED';
  failed.rolloutStateReason = failure.row;
  failed.updatedAt = core.clock.now();
  sayAt(core, service, {
    message: `(deployment ${failed.id}) deployment failed: ${failure.event}`,
    at: core.clock.now() - 1,
  });
  announce(core, failed, 'FAILED');
  if (failure.rollback && candidate !== undefined) rollBack(core, candidate, failure);
  else stall(core, failed, failure);
  requestPass(core, service, scheduling.rollbackStarts);
}

/** The most recently completed deployment becomes the primary one again, under its own id. */
function rollBack(core: Core, candidate: Deployment, failure: Failure): void {
  const { service } = candidate;
  const { serviceRevision } = candidate;
  service.revision = serviceRevision.revision;
  service.settings = { ...service.settings, ...networkOf(serviceRevision.settings) };
  service.steady = false;
  if (core.switches.rollbackMakesNewId) {
    const made = addDeployment(core, service, { revision: serviceRevision, reason: failure.rollingBack });
    say(core, service, `rolling back to deployment ${made.id}.`);
  } else {
    restore(core, candidate, failure);
  }
  const record = currentServiceDeployment(service);
  if (record !== undefined) showRollback(core, record, { failure, candidate });
}

function restore(core: Core, candidate: Deployment, failure: Failure): void {
  const { service } = candidate;
  for (const row of service.deployments) row.status = 'ACTIVE';
  Object.assign(candidate, {
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `${failure.rollingBack} ${candidate.id}.`,
    updatedAt: core.clock.now(),
    desiredCount: service.desiredCount,
    failedTasks: 0,
    unbooked: 0,
    failedRounds: 0,
    healthySince: undefined,
    rollingBack: true,
    launchNotBefore: core.clock.now(),
  });
  service.deployments = [candidate, ...service.deployments.filter((row) => row !== candidate)];
  say(core, service, `rolling back to deployment ${candidate.id}.`);
  announce(core, candidate, 'IN_PROGRESS');
}

function showRollback(
  core: Core,
  record: ServiceDeployment,
  { failure, candidate }: { failure: Failure; candidate: Deployment },
): void {
  const startedAt = core.clock.now();
  record.status = 'ROLLBACK_IN_PROGRESS';
  record.statusReason = failure.statusReason;
  record.updatedAt = startedAt;
  record.rollback = { reason: failure.statusReason, startedAt, target: candidate.serviceRevision };
}

/** No way back: launches stop and the old tasks stay. */
function stall(core: Core, failed: Deployment, failure: Failure): void {
  const record = currentServiceDeployment(failed.service);
  if (record === undefined) return;
  const wanted = failure.rollback || failed.rollingBack;
  const now = core.clock.now();
  record.status = wanted ? core.switches.withoutCandidate : 'STOPPED';
  record.statusReason = wanted ? 'No rollback candidate was found to run the rollback.' : stoppedBy(failure);
  record.updatedAt = now;
  record.finishedAt = now;
  if (record.status === 'STOPPED') record.stoppedAt = now;
  failed.rollingBack = false;
}

/** Without rollback the breaker has words of its own. */
function stoppedBy({ event, statusReason }: Failure): string {
  return event === circuitBreaker.event
    ? 'Service deployment stopped because the circuit breaker threshold was exceeded.'
    : statusReason;
}

/** What StopServiceDeployment asks for; the rollback itself begins a moment later. */
export function requestRollback(core: Core, service: Service, rollback: boolean): void {
  const record = currentServiceDeployment(service);
  if (record === undefined) return;
  record.status = rollback ? 'ROLLBACK_REQUESTED' : 'STOP_REQUESTED';
  record.updatedAt = core.clock.now();
  after(core, scheduling.rollbackStarts, () => {
    const [primary] = service.deployments;
    if (primary === undefined || primary !== record.deployment || primary.rolloutState !== 'IN_PROGRESS')
      return;
    if (record.breakerStatus === 'MONITORING') record.breakerStatus = 'MONITORING_COMPLETE';
    failDeployment(core, primary, {
      row: 'ECS deployment failed.',
      rollingBack: 'ECS deployment failed: rolling back to deploymentId',
      event: 'deployment failure.',
      statusReason: rollback
        ? 'Service deployment rolled back by user.'
        : 'Service deployment stopped by user.',
      rollback,
    });
  });
}

/**
 * An alarm of the service's deployment configuration went off. Outside of a deployment, and where alarms are not switched on,
 * nothing follows. The texts on the row are not recorded anywhere.
 */
export function alarmDetected(core: Core, service: Service): void {
  const { enabled, rollback, names } = alarms(service);
  const [primary] = service.deployments;
  if (!enabled || primary?.rolloutState !== 'IN_PROGRESS' || primary.stalled) return;
  const record = currentServiceDeployment(service);
  if (record !== undefined) record.triggeredAlarms = names;
  failDeployment(core, primary, {
    row: 'ECS deployment failed: alarm detected.',
    rollingBack: 'ECS deployment failed: rolling back to deploymentId',
    event: 'alarm detected.',
    statusReason: rollback
      ? 'Service deployment rolled back because an alarm was detected.'
      : 'Service deployment stopped because an alarm was detected.',
    rollback,
  });
}

function networkOf(settings: Service['settings']): Service['settings'] {
  const { networkConfiguration, loadBalancers, platformVersion } = settings;
  return { networkConfiguration, loadBalancers, platformVersion };
}
