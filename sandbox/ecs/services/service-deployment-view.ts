import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { seconds } from '../core.ts';
import { compact, show } from '../input.ts';
import type { ServiceDeployment, ServiceRevision } from '../state.ts';
import { breaker } from './limits.ts';
import { revisionSummary } from './service-view.ts';

export function describeServiceDeployment(record: ServiceDeployment): JsonObject {
  const { deployment, rollback } = record;
  return compact({
    ...brief(record),
    targetServiceRevisionArn: undefined,
    stoppedAt: seconds(record.stoppedAt),
    updatedAt: seconds(record.updatedAt),
    sourceServiceRevisions: record.sources.map(revisionSummary),
    targetServiceRevision: revisionSummary(deployment),
    lifecycleStage: record.status === 'PENDING' ? undefined : record.lifecycleStage,
    deploymentConfiguration: record.configuration,
    rollback: rollback && {
      reason: rollback.reason,
      startedAt: seconds(rollback.startedAt),
      serviceRevisionArn: rollback.target.arn,
    },
    deploymentCircuitBreaker: {
      status: record.breakerStatus,
      failureCount: deployment.failedTasks,
      threshold: breaker(deployment.service).threshold,
    },
  });
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
