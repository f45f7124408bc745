import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { clusterOf, findCluster, nameOf } from '../arn.ts';
import { AwsError, serviceNotFound } from '../aws-error.ts';
import type { Core } from '../core.ts';
import { text } from '../input.ts';
import type { Cluster, Service } from '../state.ts';

export function lookUpService(cluster: Cluster, reference: string): Service | undefined {
  const service = cluster.services.get(nameOf(reference));
  const elsewhere = reference.startsWith('arn:') && (clusterOf(reference) ?? cluster.name) !== cluster.name;
  return elsewhere ? undefined : service;
}

export function findService(core: Core, input: JsonObject): Service {
  const cluster = findCluster(core, input);
  const service = lookUpService(cluster, text(input, 'service') ?? '');
  if (service === undefined) throw serviceNotFound();
  return service;
}

export function activeService(core: Core, input: JsonObject): Service {
  const service = findService(core, input);
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return service;
}
