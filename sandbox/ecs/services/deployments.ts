import { after, arnOf, type Core, span, touch } from '../core.ts';
import type { Deployment, Revision, Service, ServiceDeployment, ServiceRevision } from '../state.ts';
import { scheduling } from '../timing.ts';
import { breaker, configuration, shiftsTraffic } from './limits.ts';
import { announce } from './say.ts';
import { isLive, tasksOf } from './tally.ts';
import { requestPass, requestPassAt } from './wake.ts';

/** Starts a deployment of the service as it is set now. The ones before it drain. */
export function openDeployment(core: Core, service: Service): Deployment {
  const deployment = addDeployment(core, service, reviseService(core, service));
  superseded(core, service);
  const record = serviceDeployment(core, deployment);
  service.serviceDeployments = [record, ...service.serviceDeployments];
  after(core, scheduling.serviceDeploymentStarts, () => begin(core, record));
  return deployment;
}

/** A new row in front of the others. Its rollout state is announced. */
export function addDeployment(
  core: Core,
  service: Service,
  options: ServiceRevision | { revision: ServiceRevision; reason: string },
): Deployment {
  const serviceRevision = 'reason' in options ? options.revision : options;
  const id = `ecs-svc/${'reason' in options ? core.random.digits(19) : serviceRevision.number}`;
  const now = core.clock.now();
  const deployment: Deployment = {
    id,
    service,
    serviceRevision,
    createdAt: now,
    launchType: launchTypeOf(service),
    status: 'PRIMARY',
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason:
      'reason' in options ? `${options.reason} ${id}.` : `ECS deployment ${id} in progress.`,
    desiredCount: 0,
    failedTasks: 0,
    unbooked: 0,
    failedRounds: 0,
    roundFailed: false,
    lastLaunchAt: now,
    launchNotBefore: now + span(core, core.random.pick(scheduling.firstLaunch)),
    tasks: new Set(),
    stalled: false,
    rollingBack: 'reason' in options,
    healthySince: undefined,
    complained: false,
  };
  for (const row of service.deployments) row.status = 'ACTIVE';
  service.deployments = [deployment, ...service.deployments];
  service.steady = false;
  sweepRows(core, service);
  announce(core, deployment, 'IN_PROGRESS');
  requestPassAt(core, service, deployment.launchNotBefore);
  return deployment;
}

/** Rows go when their tasks are gone; a completed one stays as the way back until its successor has completed. */
export function sweepRows(core: Core, service: Service): void {
  const [primary, ...others] = service.deployments;
  if (primary === undefined) return;
  const completed = primary.rolloutState === 'COMPLETED';
  const untilTaskFree = core.switches.finishedRowsStay === 'until task-free';
  const kept = others.filter((row) => {
    if (completed) return tasksOf(row).some(isLive);
    return row.rolloutState === 'COMPLETED' || !untilTaskFree || row.tasks.size > 0;
  });
  service.deployments = [primary, ...kept];
}

export function launchTypeOf(service: Service): 'FARGATE' | 'EC2' | undefined {
  const { launchType, capacityProviderStrategy } = service.settings;
  if (capacityProviderStrategy !== undefined) return undefined;
  return launchType === 'FARGATE' ? 'FARGATE' : 'EC2';
}

export function currentServiceDeployment(service: Service): ServiceDeployment | undefined {
  return service.serviceDeployments[0];
}

function reviseService(core: Core, service: Service): ServiceRevision {
  const number = core.random.digits(19);
  const made: ServiceRevision = {
    arn: arnOf(core, `service-revision/${service.cluster.name}/${service.name}/${number}`),
    service,
    number,
    revision: service.revision,
    createdAt: core.clock.now(),
    settings: service.settings,
    digests: new Map(resolved(core, service.revision)),
  };
  service.revisions.push(made);
  return made;
}

/** A revision runs the digests that its tags had when it was made. */
function resolved(core: Core, { body }: Revision): [string, string][] {
  const containers = (body['containerDefinitions'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  return containers.flatMap(({ name, image, versionConsistency }): [string, string][] => {
    const found = versionConsistency === 'disabled' ? undefined : core.resolveImage(String(image));
    return found === undefined ? [] : [[String(name), found.digest]];
  });
}

function serviceDeployment(core: Core, deployment: Deployment): ServiceDeployment {
  const { service } = deployment;
  const now = core.clock.now();
  return {
    arn: arnOf(core, `service-deployment/${service.cluster.name}/${service.name}/${core.random.word(21)}`),
    deployment,
    createdAt: now,
    updatedAt: now,
    sources: service.deployments.filter((row) => row !== deployment && row.rolloutState === 'COMPLETED'),
    configuration: configuration(service),
    status: 'PENDING',
    stage: -1,
    pauses: [],
    triggeredAlarms: [],
    breakerStatus: breaker(service).enabled ? 'MONITORING' : 'DISABLED',
  };
}

function begin(core: Core, record: ServiceDeployment): void {
  if (record.status !== 'PENDING') return;
  touch(core, record.deployment.service);
  record.status = 'IN_PROGRESS';
  record.startedAt = core.clock.now();
  record.updatedAt = core.clock.now();
  record.lifecycleStage = 'SCALE_UP';
  if (shiftsTraffic(record.deployment.service)) requestPass(core, record.deployment.service, 0);
}

const open: ReadonlySet<string> = new Set([
  'PENDING',
  'IN_PROGRESS',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
]);

/** A newer deployment stops the service deployments before it a moment later. */
function superseded(core: Core, service: Service): void {
  for (const record of service.serviceDeployments.filter(({ status }) => open.has(status))) {
    record.status = 'STOP_REQUESTED';
    after(core, scheduling.superseded, () => {
      const now = core.clock.now();
      Object.assign(record, { status: 'STOPPED', stoppedAt: now, finishedAt: now, updatedAt: now });
      record.statusReason = 'Service deployment was superseded by a newer service deployment.';
      touch(core, service);
    });
  }
}
