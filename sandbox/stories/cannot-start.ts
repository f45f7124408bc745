import { ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { demoCluster } from '../demo/cluster.ts';
import { describeService, expectThat, imagesOf, primary, told, until } from './watch.ts';
import type { Story } from './world.ts';

const tag = '1.2.0';

export const cannotStart: Story = {
  name: 'a push whose tasks cannot start is rolled back, and reported as that',
  tells: `shop/web:${tag} is pushed; its container cannot start`,
  async run(world) {
    const before = await describeService(world, 'web');
    const heard = (await world.inbox()).length;
    const { digest } = await world.push({ repository: 'shop/web', tag, behaviour: 'cannot-start' });
    await told(world, ['demo/web', 'is rolling out', `*${tag}*`], heard);
    const message = await told(world, ['demo/web', 'rolled back', `*${tag}*`], heard);
    await told(world, ['demo/web', 'will not get this image again', `*${tag}*`], heard);
    const after = await until(world, 'the old revision to run again', async () => {
      const now = await describeService(world, 'web');
      return primary(now)?.rolloutState === 'COMPLETED' ? now : undefined;
    });
    const deployments = await world.ecs.send(
      new ListServiceDeploymentsCommand({ cluster: demoCluster, service: 'web' }),
    );
    const statuses = (deployments.serviceDeployments ?? []).map(({ status }) => String(status));
    const saidSuccess = (await world.inbox())
      .slice(heard)
      .map((one) => JSON.stringify(one))
      .some((text) => text.includes('white_check_mark') && text.includes(`*${tag}*`));
    expectThat(
      after.taskDefinition === before.taskDefinition,
      `the service was left on ${after.taskDefinition}`,
    );
    expectThat(statuses.includes('ROLLBACK_SUCCESSFUL'), `ECS knows of no rollback: ${statuses.join(', ')}`);
    expectThat(JSON.stringify(message).includes('circuit breaker'), "the message lacks ECS's own words");
    expectThat(!saidSuccess, 'it was reported as a success');
    const images = await imagesOf(world, after.taskDefinition);
    return {
      service: 'demo/web',
      deploymentId: primary(after)?.id ?? '',
      digest,
      runs: images['app'] ?? '',
      statuses,
    };
  },
};
