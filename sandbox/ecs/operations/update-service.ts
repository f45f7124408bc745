import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { AwsError, clientError, invalidParameter, serviceNotFound } from '../aws-error.ts';
import { canonical } from '../client-tokens.ts';
import { type Core, span, touch } from '../core.ts';
import { usableRevision } from '../definitions/find.ts';
import { compact, flag, text, whole } from '../input.ts';
import { openDeployment } from '../services/deployments.ts';
import { activeService, findService } from '../services/find.ts';
import { describeService, withTags } from '../services/service-view.ts';
import { checkCount, checkDeploymentConfiguration, checkLaunch } from '../services/settings.ts';
import { requestPass } from '../services/wake.ts';
import type { Revision, Service } from '../state.ts';
import { scheduling } from '../timing.ts';
import type { Operations } from './operation.ts';

export const updateServiceOperations: Operations = {
  UpdateService: updateService,
  DeleteService: deleteService,
};

/** A change of one of these starts a deployment. */
const deploying = [
  'platformVersion',
  'networkConfiguration',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
];

function updateService(core: Core, input: JsonObject): JsonObject {
  const service = activeService(core, input);
  const revision = wantedRevision(core, service, input);
  const settings = { ...service.settings, ...settingsOf(input) };
  const desiredCount = checkCount(whole(input, 'desiredCount') ?? service.desiredCount);
  checkDeploymentConfiguration(settings);
  if (revision !== service.revision || deploying.some((key) => input[key] !== undefined)) {
    checkLaunch(service.cluster, revision, settings);
  }
  const deploys =
    flag(input, 'forceNewDeployment') === true ||
    revision !== service.revision ||
    deploying.some((key) => canonical(settings[key]) !== canonical(service.settings[key]));
  touch(core, service);
  service.settings = settings;
  service.revision = revision;
  scale(core, service, desiredCount);
  if (deploys && service.controller !== 'EXTERNAL') openDeployment(core, service);
  return { service: withTags(core, service, describeService(core, service)) };
}

function wantedRevision(core: Core, service: Service, input: JsonObject): Revision {
  const reference = text(input, 'taskDefinition');
  if (reference === undefined) return service.revision;
  if (service.controller === 'CODE_DEPLOY') {
    throw invalidParameter(
      'Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
    );
  }
  if (service.controller === 'EXTERNAL') {
    throw invalidParameter(
      'Unable to update task definition on services with a EXTERNAL deployment controller.',
    );
  }
  return usableRevision(core, reference, clientError);
}

function settingsOf(input: JsonObject): JsonObject {
  const {
    cluster: _cluster,
    service: _service,
    taskDefinition: _definition,
    desiredCount: _count,
    forceNewDeployment: _force,
    deploymentController: _controller,
    ...settings
  } = input;
  const { capacityProviderStrategy } = settings;
  return compact({
    ...settings,
    ...(capacityProviderStrategy === undefined ? {} : { launchType: undefined }),
  });
}

function scale(core: Core, service: Service, desiredCount: number): void {
  if (service.desiredCount === desiredCount || service.schedulingStrategy === 'DAEMON') return;
  service.desiredCount = desiredCount;
  service.steady = false;
  const [primary] = service.deployments;
  if (primary !== undefined && primary.rolloutState === 'COMPLETED') primary.desiredCount = desiredCount;
  if (primary !== undefined && primary.launchNotBefore < core.clock.now()) {
    primary.launchNotBefore = core.clock.now() + span(core, core.random.between(...scheduling.scaleOut));
  }
  requestPass(core, service, core.random.between(...scheduling.scaleOut));
}

function deleteService(core: Core, input: JsonObject): JsonObject {
  const service = findService(core, input);
  if (service.status === 'INACTIVE') throw serviceNotFound();
  if (service.status === 'DRAINING') {
    throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  }
  const scaled = service.desiredCount > 0 && service.schedulingStrategy === 'REPLICA';
  if (scaled && flag(input, 'force') !== true) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  touch(core, service);
  service.status = 'DRAINING';
  service.desiredCount = 0;
  requestPass(core, service, 1);
  return { service: withTags(core, service, describeService(core, service)) };
}
