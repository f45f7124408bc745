import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { type Core, seconds } from '../core.ts';
import { compact, show } from '../input.ts';
import type { ServiceDeployment, ServiceRevision } from '../state.ts';
import type { StageHook } from '../state-parts.ts';
import { alarms, breaker, shiftsTraffic } from './limits.ts';
import { revisionSummary } from './service-view.ts';
import { productionWeight } from './stages.ts';

export function describeServiceDeployment(core: Core, record: ServiceDeployment): JsonObject {
  const { deployment, rollback } = record;
  return compact({
    ...brief(record),
    targetServiceRevisionArn: undefined,
    stoppedAt: seconds(record.stoppedAt),
    updatedAt: seconds(record.updatedAt),
    ...traffic(core, record),
    lifecycleStage: record.status === 'PENDING' ? undefined : record.lifecycleStage,
    deploymentConfiguration: record.configuration,
    rollback: rollback && {
      reason: rollback.reason,
      startedAt: seconds(rollback.startedAt),
      serviceRevisionArn: rollback.target.arn,
    },
    lifecycleHookDetails: record.pauses.length === 0 ? undefined : record.pauses.map(pauseView),
    deploymentCircuitBreaker: {
      status: record.breakerStatus,
      failureCount: deployment.failedTasks,
      threshold: breaker(deployment.service).threshold,
    },
    alarms: alarmsView(record),
  });
}

/** Only strategies that shift traffic show who has how much of it. */
function traffic(core: Core, record: ServiceDeployment): JsonObject {
  const { sources, deployment } = record;
  if (!shiftsTraffic(deployment.service)) {
    return {
      sourceServiceRevisions: sources.map(revisionSummary),
      targetServiceRevision: revisionSummary(deployment),
    };
  }
  const back = record.rollback !== undefined;
  const weight = back ? 0 : productionWeight(core, record);
  return {
    sourceServiceRevisions: sources.map((source) => ({
      ...revisionSummary(source),
      requestedProductionTrafficWeight: 100 - weight,
    })),
    targetServiceRevision: { ...revisionSummary(deployment), requestedProductionTrafficWeight: weight },
  };
}

function pauseView({ hookId, status, expiresAt, timeoutAction }: StageHook): JsonObject {
  return { hookId, targetType: 'PAUSE', status, expiresAt: seconds(expiresAt), timeoutAction };
}

function alarmsView({ deployment, status, triggeredAlarms }: ServiceDeployment): JsonObject | undefined {
  const { enabled, names } = alarms(deployment.service);
  if (!enabled) return undefined;
  const watching = status === 'PENDING' || status === 'IN_PROGRESS' ? 'MONITORING' : 'MONITORING_COMPLETE';
  return {
    status: triggeredAlarms.length > 0 ? 'TRIGGERED' : watching,
    alarmNames: names,
    triggeredAlarmNames: triggeredAlarms,
  };
}

export function brief(record: ServiceDeployment): JsonObject {
  const { service, serviceRevision } = record.deployment;
  return compact({
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: seconds(record.createdAt),
    startedAt: seconds(record.startedAt),
    finishedAt: seconds(record.finishedAt),
    targetServiceRevisionArn: serviceRevision.arn,
    status: record.status,
    statusReason: record.statusReason,
  });
}

export function describeServiceRevision(made: ServiceRevision): JsonObject {
  const { service, settings, revision } = made;
  const containers = (revision.body['containerDefinitions'] ?? []) as readonly JsonObject[];
  const strategy = settings['capacityProviderStrategy'];
  return compact({
    serviceRevisionArn: made.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: revision.arn,
    capacityProviderStrategy: strategy,
    launchType: strategy === undefined ? (settings['launchType'] ?? 'EC2') : undefined,
    platformVersion:
      settings['launchType'] === 'FARGATE' ? (settings['platformVersion'] ?? '1.4.0') : undefined,
    platformFamily: settings['launchType'] === 'FARGATE' ? 'Linux' : undefined,
    loadBalancers: settings['loadBalancers'] ?? [],
    networkConfiguration: settings['networkConfiguration'],
    containerImages: containers.map(({ name, image }) =>
      compact({ containerName: name, imageDigest: made.digests.get(show(name)), image }),
    ),
    guardDutyEnabled: false,
    createdAt: seconds(made.createdAt),
  });
}
