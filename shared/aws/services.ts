import {
  DescribeServicesCommand,
  ECSClient,
  ListServicesCommand,
  paginateListServices,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { parseServiceArn } from '../domain/arn.ts';
import { chunks } from '../domain/chunks.ts';
import type { ServiceSnapshot } from '../domain/service.ts';
import { Refused, Unavailable } from '../faults.ts';
import type { Page, Services } from '../ports.ts';
import { clientSettings, oneAttempt } from './client-settings.ts';
import { acting, asking, orNothing } from './errors.ts';
import { deploymentRecords, rollBack } from './service-deployments.ts';
import { snapshot } from './service-snapshot.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const describeMax = 10;
const listPage = 100;

export function services(
  reader = new ECSClient(clientSettings),
  writer = new ECSClient(oneAttempt),
): Services {
  return {
    async list(cluster) {
      const names = () => asking('ListServices', () => list(reader, cluster));
      return (await orNothing(notThere, names)) ?? [];
    },
    page: (cluster, token) => page(reader, cluster, token),
    describe: (cluster, names) => describeAll(reader, cluster, names),
    async update(cluster, service, taskDefinition) {
      const command = new UpdateServiceCommand({ cluster, service, taskDefinition });
      const { service: updated = {} } = await acting('UpdateService', () => writer.send(command));
      return snapshot(cluster, updated);
    },
    deploymentRecords: (cluster, service) => deploymentRecords(reader, cluster, service),
    rollBack: (serviceDeploymentArn) => rollBack(writer, serviceDeploymentArn),
  };
}

async function list(ecs: ECSClient, cluster: string): Promise<readonly string[]> {
  const names: string[] = [];
  const pages = paginateListServices(
    { client: ecs, pageSize: listPage },
    { cluster, resourceManagementType: 'CUSTOMER' },
  );
  for await (const { serviceArns } of pages) names.push(...namesOf(serviceArns, cluster));
  return names;
}

async function page(ecs: ECSClient, cluster: string, nextToken: string | undefined): Promise<Page<string>> {
  const command = new ListServicesCommand({
    cluster,
    maxResults: listPage,
    resourceManagementType: 'CUSTOMER',
    nextToken,
  });
  const answer = await orNothing(notThere, () => asking('ListServices', () => ecs.send(command)));
  return { items: namesOf(answer?.serviceArns, cluster), next: answer?.nextToken };
}

function namesOf(arns: readonly string[] = [], cluster: string): readonly string[] {
  return arns.flatMap((arn) => parseServiceArn(arn, cluster)?.service ?? []);
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
    if (!(error instanceof Refused) || !notThere.has(error.code)) throw error;
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
/** A cluster that somebody has yet to make has no services, and stops no other cluster's. */
const notThere = new Set([noCluster, 'ServiceNotFoundException']);
