import {
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  paginateListServices,
  type Service,
  type ServiceDeploymentBrief,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { parseServiceArn } from '../domain/arn.ts';
import { chunks } from '../domain/chunks.ts';
import type { DeploymentRecord, ServiceSnapshot } from '../domain/service.ts';
import { Refused, Unavailable } from '../faults.ts';
import type { Services } from '../ports.ts';
import { clientSettings, oneAttempt } from './client-settings.ts';
import { acting, asking } from './errors.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const describeMax = 10;
const listPage = 100;
/** ListServiceDeployments keeps 90 days; ours is among the newest. */
const recordPagesMax = 3;

export function services(
  reader = new ECSClient(clientSettings),
  writer = new ECSClient(oneAttempt),
): Services {
  return {
    async list(cluster) {
      try {
        return await asking('ListServices', () => list(reader, cluster));
      } catch (error) {
        if (isNotThere(error)) return [];
        throw error;
      }
    },
    describe: (cluster, names) => describeAll(reader, cluster, names),
    async update(cluster, service, taskDefinition) {
      const command = new UpdateServiceCommand({ cluster, service, taskDefinition });
      const { service: updated = {} } = await acting('UpdateService', () => writer.send(command));
      return snapshot(cluster, updated);
    },
    deploymentRecords: (cluster, service) =>
      asking('ListServiceDeployments', () => deploymentRecords(reader, cluster, service)),
  };
}

async function list(ecs: ECSClient, cluster: string): Promise<readonly string[]> {
  const names: string[] = [];
  const pages = paginateListServices(
    { client: ecs, pageSize: listPage },
    { cluster, resourceManagementType: 'CUSTOMER' },
  );
  for await (const { serviceArns = [] } of pages) {
    names.push(...serviceArns.flatMap((arn) => parseServiceArn(arn, cluster)?.service ?? []));
  }
  return names;
}

async function describeAll(
  ecs: ECSClient,
  cluster: string,
  names: readonly string[],
): Promise<readonly ServiceSnapshot[]> {
  const found: ServiceSnapshot[] = [];
  for (const some of chunks(names, describeMax)) found.push(...(await describe(ecs, cluster, some)));
  return found;
}

async function describe(
  ecs: ECSClient,
  cluster: string,
  names: readonly string[],
): Promise<readonly ServiceSnapshot[]> {
  const command = new DescribeServicesCommand({ cluster, services: [...names], include: ['TAGS'] });
  try {
    const { services: found = [], failures = [] } = await asking('DescribeServices', () => ecs.send(command));
    const odd = failures.find(({ reason }) => reason !== 'MISSING');
    if (odd !== undefined) throw new Unavailable(`DescribeServices: ${odd.arn ?? '?'} ${odd.reason ?? '?'}`);
    return found.map((service) => snapshot(cluster, service));
  } catch (error) {
    if (!isNotThere(error)) throw error;
    return names.length > 1 && error.code !== noCluster ? describeAlone(ecs, cluster, names) : [];
  }
}

/** A service that is gone for good may fail the whole call: the others are asked for one by one. */
async function describeAlone(
  ecs: ECSClient,
  cluster: string,
  names: readonly string[],
): Promise<readonly ServiceSnapshot[]> {
  const found: ServiceSnapshot[] = [];
  for (const name of names) found.push(...(await describe(ecs, cluster, [name])));
  return found;
}

const noCluster = 'ClusterNotFoundException';
const noService = 'ServiceNotFoundException';

/** A cluster that somebody has yet to make has no services, and stops no other cluster's. */
function isNotThere(error: unknown): error is Refused {
  return error instanceof Refused && (error.code === noCluster || error.code === noService);
}

function snapshot(cluster: string, service: Service): ServiceSnapshot {
  const { serviceName = '', status = 'INACTIVE', deploymentController, taskDefinition } = service;
  return {
    cluster,
    service: serviceName,
    status,
    controller: deploymentController?.type ?? 'ECS',
    managedByEcs: service.resourceManagementType === 'ECS',
    taskDefinition,
    tags: Object.fromEntries((service.tags ?? []).map(({ key = '', value = '' }) => [key, value])),
    deployments: (service.deployments ?? []).map((one) => ({
      id: one.id ?? '',
      status: one.status ?? '',
      taskDefinition: one.taskDefinition ?? '',
      rolloutState: one.rolloutState,
      reason: one.rolloutStateReason,
    })),
  };
}

async function deploymentRecords(
  ecs: ECSClient,
  cluster: string,
  service: string,
): Promise<readonly DeploymentRecord[]> {
  const records: DeploymentRecord[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < recordPagesMax; pages += 1) {
    const command = new ListServiceDeploymentsCommand({ cluster, service, maxResults: listPage, nextToken });
    const answer = await ecs.send(command);
    records.push(...(answer.serviceDeployments ?? []).map(record));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return records;
}

function record({
  targetServiceRevisionArn = '',
  status,
  statusReason,
}: ServiceDeploymentBrief): DeploymentRecord {
  return { targetServiceRevisionArn, status: status ?? 'UNKNOWN', reason: statusReason };
}
