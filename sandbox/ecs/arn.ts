import { isJsonObject, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { AwsError } from './aws-error.ts';
import type { Core } from './core.ts';
import { text } from './input.ts';
import type { Cluster } from './state.ts';

/** The last part of an ARN or the name itself. */
export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** `cluster/service` ARNs name their cluster; the old ones without it do not. */
export function clusterOf(arn: string): string | undefined {
  const parts = arn.split(':').slice(5).join(':').split('/');
  return arn.startsWith('arn:') && parts.length > 2 ? parts[1] : undefined;
}

export function findCluster(core: Core, input: JsonObject): Cluster {
  const cluster = lookUpCluster(core, text(input, 'cluster') ?? 'default');
  if (cluster?.status !== 'ACTIVE') throw clusterNotFound();
  return cluster;
}

export function lookUpCluster(core: Core, reference: string): Cluster | undefined {
  const cluster = core.store.clusters.get(nameOf(reference));
  return reference.startsWith('arn:') && cluster?.arn !== reference ? undefined : cluster;
}

export function clusterNotFound(): AwsError {
  return new AwsError('ClusterNotFoundException', 'Cluster not found.');
}

export function tagList(core: Core, arn: string): JsonObject[] {
  return [...(core.store.tags.get(arn) ?? [])].map(([key, value]) => ({ key, value }));
}

export function includes(input: JsonObject, what: string): boolean {
  const asked = input['include'];
  return Array.isArray(asked) && asked.includes(what);
}

export function member(of: JsonObject, key: string): JsonObject {
  const value = of[key];
  return isJsonObject(value) ? value : {};
}
