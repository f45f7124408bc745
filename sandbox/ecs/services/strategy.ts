import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import type { Core } from '../core.ts';
import type { Cluster } from '../state.ts';

export interface Capacity {
  readonly launchType: 'FARGATE' | 'EC2';
  readonly capacityProvider: string | undefined;
}

/** On what a task runs: the strategy's first base, then its greatest weight, else the launch type. */
export function capacityFor(cluster: Cluster, settings: JsonObject): Capacity {
  const { launchType } = settings;
  const given = settings['capacityProviderStrategy'] as readonly JsonObject[] | undefined;
  const strategy = given ?? (launchType === undefined ? cluster.defaultStrategy : []);
  const [chosen] = strategy.toSorted(
    (one, other) => rank(other, 'base') - rank(one, 'base') || rank(other, 'weight') - rank(one, 'weight'),
  );
  const provider = chosen?.['capacityProvider'];
  if (typeof provider === 'string') {
    return { launchType: isFargate(provider) ? 'FARGATE' : 'EC2', capacityProvider: provider };
  }
  return { launchType: launchType === 'FARGATE' ? 'FARGATE' : 'EC2', capacityProvider: undefined };
}

function isFargate(provider: string): boolean {
  return provider === 'FARGATE' || provider === 'FARGATE_SPOT';
}

export function hasRoom(core: Core, { capacityProvider }: Capacity): boolean {
  return core.store.capacity.get(capacityProvider ?? 'FARGATE') ?? true;
}

export const noFargateRoom =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone';

function rank(item: JsonObject, key: string): number {
  return typeof item[key] === 'number' ? item[key] : 0;
}
