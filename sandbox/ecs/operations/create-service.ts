import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { findCluster } from '../arn.ts';
import { clientError, invalidParameter } from '../aws-error.ts';
import { canonical } from '../client-tokens.ts';
import { arnOf, type Core, touch } from '../core.ts';
import { usableRevision } from '../definitions/find.ts';
import { show, text, whole } from '../input.ts';
import { shuffledRank } from '../paging.ts';
import { openDeployment } from '../services/deployments.ts';
import { describeService, withTags } from '../services/service-view.ts';
import { checkCount, checkDeploymentConfiguration, checkLaunch } from '../services/settings.ts';
import type { Cluster, Revision, Service } from '../state.ts';
import { readTags } from '../tags.ts';
import type { Caller, Operations } from './operation.ts';

export const createServiceOperations: Operations = { CreateService: createService };

function createService(core: Core, input: JsonObject, { accessKey }: Caller): JsonObject {
  const cluster = findCluster(core, input);
  const name = text(input, 'serviceName') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid service name.');
  const repeated = repeatOf(cluster, name, input);
  if (repeated !== undefined) return { service: withTags(core, repeated, describeService(core, repeated)) };
  const revision = usableRevision(core, text(input, 'taskDefinition') ?? '', clientError);
  checkLaunch(cluster, revision, input);
  checkDeploymentConfiguration(input);
  const service = record(core, input, {
    cluster,
    revision,
    createdBy: `arn:aws:iam::${core.account}:user/${accessKey}`,
  });
  core.store.tags.set(service.arn, readTags(input));
  cluster.services.set(name, service);
  touch(core, service);
  if (service.controller !== 'EXTERNAL') openDeployment(core, service);
  return { service: withTags(core, service, describeService(core, service)) };
}

/** The same token and request again find the service that they made. */
function repeatOf(cluster: Cluster, name: string, input: JsonObject): Service | undefined {
  const known = cluster.services.get(name);
  if (known === undefined || known.status === 'INACTIVE') return undefined;
  if (known.status === 'DRAINING')
    throw invalidParameter('Unable to Start a service that is still Draining.');
  const token = text(input, 'clientToken');
  if (token !== undefined && known.createdWith === canonical(input)) return known;
  throw invalidParameter('Creation of service was not idempotent.');
}

function record(
  core: Core,
  input: JsonObject,
  owner: { cluster: Cluster; revision: Revision; createdBy: string },
): Service {
  const name = show(input['serviceName']);
  const controller = (input['deploymentController'] as JsonObject | undefined)?.['type'];
  const daemon = text(input, 'schedulingStrategy') === 'DAEMON';
  const arn = arnOf(core, `service/${owner.cluster.name}/${name}`);
  return {
    arn,
    name,
    cluster: owner.cluster,
    createdAt: core.clock.now(),
    createdBy: owner.createdBy,
    createdWith: canonical(input),
    managedByEcs: false,
    controller: typeof controller === 'string' ? controller : 'ECS',
    schedulingStrategy: daemon ? 'DAEMON' : 'REPLICA',
    status: 'ACTIVE',
    desiredCount: daemon ? 0 : checkCount(whole(input, 'desiredCount') ?? 1),
    revision: owner.revision,
    settings: settingsOf(input, owner.cluster),
    deployments: [],
    serviceDeployments: [],
    revisions: [],
    events: [],
    steady: false,
    steadyAt: core.clock.now(),
    pass: undefined,
    snapshots: [],
    tasks: new Set(),
    rank: shuffledRank(core, arn),
  };
}

/** Neither launch type nor strategy: the cluster's default strategy where it has one. */
function settingsOf(input: JsonObject, cluster: Cluster): JsonObject {
  const { cluster: _cluster, tags: _tags, clientToken: _token, ...settings } = input;
  const given = input['launchType'] ?? input['capacityProviderStrategy'] ?? undefined;
  if (given !== undefined || cluster.defaultStrategy.length === 0) return settings;
  return { ...settings, capacityProviderStrategy: cluster.defaultStrategy };
}
