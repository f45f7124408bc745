import { ECSClient } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { clusters } from '../../shared/aws/clusters.ts';
import { OutcomeUnknown, Refused, Throttled, Unavailable } from '../../shared/faults.ts';
import { anEcs, arn } from './ecs-world.ts';
import { aServer, bodyOf, json, operationOf } from './http.ts';
import { at } from './settings.ts';

describe('a cluster', () => {
  it('has the tags that somebody set, and keeps the others', async () => {
    await using ecs = await anEcs();
    expect(await ecs.clusters.tag('demo', 'slipway:owner')).toEqual({ value: undefined });
    await ecs.clusters.setTag('demo', 'team', 'shop');
    await ecs.clusters.setTag('demo', 'slipway:owner', 'slipway-dev/111122223333/eu-west-1');
    expect(await ecs.clusters.tag('demo', 'slipway:owner')).toEqual({
      value: 'slipway-dev/111122223333/eu-west-1',
    });
    expect(await ecs.clusters.tag('demo', 'team')).toEqual({ value: 'shop' });
    expect(ecs.heard.filter((one) => operationOf(one) === 'TagResource').map(bodyOf)).toMatchObject([
      { resourceArn: arn('cluster/demo'), tags: [{ key: 'team', value: 'shop' }] },
      { resourceArn: arn('cluster/demo') },
    ]);
  });

  it('that is not there, or no longer, has none and takes none', async () => {
    await using ecs = await anEcs();
    ecs.model.handle('CreateCluster', { clusterName: 'old' });
    ecs.model.handle('DeleteCluster', { cluster: 'old' });
    for (const name of ['none', 'old']) {
      expect(await ecs.clusters.tag(name, 'team')).toBeUndefined();
      await expect(ecs.clusters.setTag(name, 'team', 'shop')).rejects.toThrow(Refused);
    }
  });

  it('is tagged once, whether or not an answer comes', async () => {
    await using ecs = await anEcs();
    ecs.endpoint.faults.dropAnswerAfter('TagResource');
    await expect(ecs.clusters.setTag('demo', 'team', 'shop')).rejects.toThrow(OutcomeUnknown);
    ecs.endpoint.faults.throttle('TagResource', 1);
    await expect(ecs.clusters.setTag('demo', 'team', 'shop')).rejects.toThrow(Throttled);
    expect(ecs.endpoint.ledger.count('TagResource')).toBe(2);
  });

  it('that fails for any other reason than being missing is no answer', async () => {
    await using server = await aServer(() => json({ failures: [{ reason: 'ACCESS_DENIED' }] }));
    const ecs = new ECSClient(at(server.url));
    await expect(clusters(ecs, ecs).tag('demo', 'team')).rejects.toThrow(
      new Unavailable('DescribeClusters: ? ACCESS_DENIED'),
    );
  });
});
