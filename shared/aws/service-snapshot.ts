import type { DeploymentConfiguration, Service, Deployment as Shown } from '@aws-sdk/client-ecs';
import type { Deployment, ServiceSnapshot, Strategy } from '../domain/service.ts';

/** A service as ECS describes it, in our words. */
export function snapshot(cluster: string, service: Service): ServiceSnapshot {
  const { serviceName = '', status = 'INACTIVE', deploymentController, taskDefinition } = service;
  const { deploymentConfiguration = {} } = service;
  return {
    cluster,
    service: serviceName,
    status,
    controller: deploymentController?.type ?? 'ECS',
    managedByEcs: service.resourceManagementType === 'ECS',
    taskDefinition,
    tags: Object.fromEntries((service.tags ?? []).map(({ key = '', value = '' }) => [key, value])),
    deployments: (service.deployments ?? []).map(deployment),
    strategy: strategyOf(deploymentConfiguration),
    rollsBack: rollsBack(deploymentConfiguration),
    bakeMs: bakeMinutes(deploymentConfiguration) * 60_000,
  };
}

function deployment(one: Shown): Deployment {
  return {
    id: one.id ?? '',
    status: one.status ?? '',
    taskDefinition: one.taskDefinition ?? '',
    rolloutState: one.rolloutState,
    reason: one.rolloutStateReason,
    runningCount: one.runningCount ?? 0,
    createdAt: one.createdAt?.getTime(),
  };
}

const shifting: ReadonlySet<string> = new Set(['BLUE_GREEN', 'LINEAR', 'CANARY'] satisfies Strategy[]);

function strategyOf({ strategy = 'ROLLING' }: DeploymentConfiguration): Strategy {
  return shifting.has(strategy) ? strategy : 'ROLLING';
}

function rollsBack({ deploymentCircuitBreaker: breaker, alarms }: DeploymentConfiguration): boolean {
  return [breaker, alarms].some((one) => one?.enable === true && one.rollback === true);
}

/** What ECS takes where nothing is said. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
const stepDefault = { percent: 10, minutes: 6 };
const canaryMinutes = 10;

function bakeMinutes(configuration: DeploymentConfiguration): number {
  const { bakeTimeInMinutes: bake = 0, canaryConfiguration: canary } = configuration;
  switch (strategyOf(configuration)) {
    case 'CANARY':
      return bake + (canary?.canaryBakeTimeInMinutes ?? canaryMinutes);
    case 'LINEAR':
      return bake + stepMinutes(configuration);
    default:
      return bake;
  }
}

/** After the last step, with all of the traffic, comes the bake time alone. */
function stepMinutes({ linearConfiguration: linear }: DeploymentConfiguration): number {
  const percent = Math.max(1, linear?.stepPercent ?? stepDefault.percent);
  const steps = Math.max(0, Math.ceil(100 / percent) - 1);
  return steps * (linear?.stepBakeTimeInMinutes ?? stepDefault.minutes);
}
