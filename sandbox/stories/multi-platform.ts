import { ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { demoCluster } from '../demo/cluster.ts';
import { registryHost } from '../world-types.ts';
import { describeService, expectThat, imagesOf, primary, settled, told } from './watch.ts';
import type { Story, World } from './world.ts';

export const multiPlatform: Story = {
  name: 'a multi-platform push makes one rollout',
  tells: 'shop/worker:latest is pushed for linux/amd64 and linux/arm64, with attestations',
  async run(world) {
    const before = await describeService(world, 'worker');
    const deploymentsBefore = await deploymentsOf(world);
    const heard = (await world.inbox()).length;
    const { digest, children } = await world.push({
      repository: 'shop/worker',
      tag: 'latest',
      platforms: ['linux/amd64', 'linux/arm64'],
      attestation: true,
    });
    const after = await settled(world, 'worker', primary(before)?.id ?? '');
    await told(world, ['demo/worker', 'rolled out', '*latest*'], heard);
    const made = (await deploymentsOf(world)) - deploymentsBefore;
    const images = await imagesOf(world, after.taskDefinition);
    const messages = (await world.inbox())
      .slice(heard)
      .filter((one) => JSON.stringify(one).includes('demo/worker'));
    expectThat(made === 1, `${made} deployments were made`);
    expectThat(
      images['worker'] === `${registryHost}/shop/worker@${digest}`,
      `worker runs ${images['worker']}`,
    );
    expectThat(messages.length === 2, `Slack was told ${messages.length} times: begun and done make two`);
    return {
      service: 'demo/worker',
      deploymentId: primary(after)?.id ?? '',
      digest,
      manifests: children.length + 1,
      deployments: made,
    };
  },
};

async function deploymentsOf({ ecs }: World): Promise<number> {
  const command = new ListServiceDeploymentsCommand({ cluster: demoCluster, service: 'worker' });
  return (await ecs.send(command)).serviceDeployments?.length ?? 0;
}
