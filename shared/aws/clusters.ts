import { type Cluster, DescribeClustersCommand, ECSClient, TagResourceCommand } from '@aws-sdk/client-ecs';
import { Refused, Unavailable } from '../faults.ts';
import type { Clusters } from '../ports.ts';
import { clientSettings, oneAttempt } from './client-settings.ts';
import { acting, asking } from './errors.ts';

export function clusters(
  reader = new ECSClient(clientSettings),
  writer = new ECSClient(oneAttempt),
): Clusters {
  return {
    async tag(cluster, key) {
      const found = await describe(reader, cluster);
      return found && { value: found.tags?.find((one) => one.key === key)?.value };
    },
    async setTag(cluster, key, value) {
      const found = await describe(reader, cluster);
      if (found?.clusterArn === undefined) {
        throw new Refused('ClusterNotFoundException', `there is no cluster ${cluster}`);
      }
      const { clusterArn: resourceArn } = found;
      const command = new TagResourceCommand({ resourceArn, tags: [{ key, value }] });
      await acting('TagResource', () => writer.send(command));
    },
  };
}

/** A deleted cluster stays visible for a while, as INACTIVE. */
async function describe(ecs: ECSClient, name: string): Promise<Cluster | undefined> {
  const command = new DescribeClustersCommand({ clusters: [name], include: ['TAGS'] });
  const { clusters: found = [], failures = [] } = await asking('DescribeClusters', () => ecs.send(command));
  const odd = failures.find(({ reason }) => reason !== 'MISSING');
  if (odd !== undefined) throw new Unavailable(`DescribeClusters: ${odd.arn ?? '?'} ${odd.reason ?? '?'}`);
  return found.find(({ status }) => status !== 'INACTIVE');
}
