import type { JsonObject, JsonValue } from '../../../shared/domain/lossless-json.ts';
import { tagList } from '../arn.ts';
import { type Core, seconds } from '../core.ts';
import { compact } from '../input.ts';
import type { Deployment, Service } from '../state.ts';
import { retention } from '../timing.ts';
import { currentServiceDeployment } from './deployments.ts';
import { configuration, percents } from './limits.ts';
import { allTasks, counts, tasksOf } from './tally.ts';

/** A service as CreateService, UpdateService and DescribeServices show it, without its tags. */
export function describeService(core: Core, service: Service): JsonObject {
  repeatSteadyState(core, service);
  const { running, pending } = counts(allTasks(service));
  const { settings } = service;
  const ecs = service.controller === 'ECS';
  return compact({
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: running,
    pendingCount: pending,
    taskDefinition: service.revision.arn,
    ...placementView(settings),
    deploymentConfiguration: configurationView(service),
    deployments: ecs ? service.deployments.map(deploymentView) : [],
    ...(ecs ? {} : { taskSets: [] }),
    ...(service.schedulingStrategy === 'DAEMON'
      ? {}
      : { availabilityZoneRebalancing: settings['availabilityZoneRebalancing'] ?? 'ENABLED' }),
    events: service.events.map(({ createdAt, ...event }) => ({ ...event, createdAt: seconds(createdAt) })),
    createdAt: seconds(service.createdAt),
    createdBy: service.createdBy,
    ...(ecs ? current(service) : {}),
    healthCheckGracePeriodSeconds: settings['healthCheckGracePeriodSeconds'] ?? graceOf(settings),
    schedulingStrategy: service.schedulingStrategy,
    resourceManagementType: service.managedByEcs ? 'ECS' : undefined,
    deploymentController: { type: service.controller },
    enableECSManagedTags: settings['enableECSManagedTags'] ?? false,
    propagateTags: settings['propagateTags'] ?? 'NONE',
    enableExecuteCommand: settings['enableExecuteCommand'] ?? false,
  });
}

export function withTags(core: Core, service: Service, view: JsonObject): JsonObject {
  return { ...view, tags: tagList(core, service.arn) };
}

function placementView(settings: JsonObject): JsonObject {
  const strategy = settings['capacityProviderStrategy'];
  const fargate = settings['launchType'] === 'FARGATE';
  return {
    loadBalancers: settings['loadBalancers'] ?? [],
    serviceRegistries: settings['serviceRegistries'] ?? [],
    placementConstraints: settings['placementConstraints'] ?? [],
    placementStrategy: settings['placementStrategy'] ?? [],
    networkConfiguration: settings['networkConfiguration'],
    roleArn: settings['role'],
    ...(strategy === undefined
      ? { launchType: settings['launchType'] ?? 'EC2' }
      : { capacityProviderStrategy: strategy }),
    ...(fargate ? { platformVersion: settings['platformVersion'] ?? 'LATEST', platformFamily: 'Linux' } : {}),
  };
}

function graceOf(settings: JsonObject): JsonValue | undefined {
  const { loadBalancers } = settings;
  return Array.isArray(loadBalancers) && loadBalancers.length > 0 ? 0 : undefined;
}

function configurationView(service: Service): JsonObject {
  const { minimum, maximum } = percents(service);
  return {
    deploymentCircuitBreaker: { enable: false, rollback: false },
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...configuration(service),
    maximumPercent: maximum,
    minimumHealthyPercent: minimum,
  };
}

function deploymentView(deployment: Deployment): JsonObject {
  const { running, pending } = counts(tasksOf(deployment));
  const { settings } = deployment.serviceRevision;
  const fargate = deployment.launchType === 'FARGATE';
  return compact({
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.serviceRevision.revision.arn,
    desiredCount: deployment.desiredCount,
    pendingCount: pending,
    runningCount: running,
    failedTasks: deployment.failedTasks,
    createdAt: seconds(deployment.createdAt),
    updatedAt: seconds(deployment.updatedAt),
    capacityProviderStrategy: settings['capacityProviderStrategy'],
    launchType: deployment.launchType,
    ...(fargate ? { platformVersion: settings['platformVersion'] ?? '1.4.0', platformFamily: 'Linux' } : {}),
    networkConfiguration: settings['networkConfiguration'],
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  });
}

function current(service: Service): JsonObject {
  return {
    currentServiceDeployment: currentServiceDeployment(service)?.arn,
    currentServiceRevisions: service.deployments
      .filter((row) => row.status === 'PRIMARY' || row.tasks.size > 0)
      .map((row) => revisionSummary(row)),
  };
}

export function revisionSummary(deployment: Deployment): JsonObject {
  const { running, pending } = counts(tasksOf(deployment));
  return {
    arn: deployment.serviceRevision.arn,
    requestedTaskCount: deployment.desiredCount,
    runningTaskCount: running,
    pendingTaskCount: pending,
  };
}

/** ECS says every six hours that nothing happens. Written when somebody reads, so that a quiet world stays quiet. */
function repeatSteadyState(core: Core, service: Service): void {
  if (!service.steady) return;
  const due = Math.min(100, Math.floor((core.clock.now() - service.steadyAt) / retention.steadyRepeatMs));
  const message = `(service ${service.name}) has reached a steady state.`;
  for (let count = 0; count < due; count += 1) {
    service.steadyAt += retention.steadyRepeatMs;
    const repeated = { id: core.random.uuid(), createdAt: service.steadyAt, message };
    service.events = [repeated, ...service.events].slice(0, 100);
  }
}
