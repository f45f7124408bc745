import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { member } from '../arn.ts';
import { invalidParameter } from '../aws-error.ts';
import type { Cluster, Revision } from '../state.ts';
import { capacityFor } from './strategy.ts';

/** What ECS refuses of a service's or a task's launch settings. */
export function checkLaunch(cluster: Cluster, revision: Revision, settings: JsonObject): void {
  if (
    (settings['launchType'] ?? undefined) !== undefined &&
    (settings['capacityProviderStrategy'] ?? undefined) !== undefined
  ) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  const { launchType } = capacityFor(cluster, settings);
  const compatible = revision.body['compatibilities'];
  if (launchType === 'FARGATE' && !(Array.isArray(compatible) && compatible.includes('FARGATE'))) {
    throw invalidParameter('Task definition does not support launch_type FARGATE');
  }
  checkNetwork(revision, settings);
}

function checkNetwork(revision: Revision, settings: JsonObject): void {
  const given = (settings['networkConfiguration'] ?? undefined) !== undefined;
  const networked = revision.body['networkMode'] === 'awsvpc';
  if (networked && !given) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (!networked && given) {
    throw invalidParameter(
      'Network Configuration is not valid for the given networkMode of this task definition.',
    );
  }
  const { subnets } = member(member(settings, 'networkConfiguration'), 'awsvpcConfiguration');
  if (networked && !(Array.isArray(subnets) && subnets.length > 0)) {
    throw invalidParameter('subnets can not be empty.');
  }
}

export function checkDeploymentConfiguration(settings: JsonObject): void {
  const { minimumHealthyPercent, maximumPercent } = member(settings, 'deploymentConfiguration');
  if (minimumHealthyPercent === 100 && maximumPercent === 100) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments',
    );
  }
}

export function checkCount(count: number): number {
  if (count >= 0) return count;
  throw invalidParameter('Desired count cannot be negative.');
}
