import { registryHost } from '../world-types.ts';
import { describeService, expectThat, imagesOf, primary, settled, told } from './watch.ts';
import type { Story } from './world.ts';

const tag = '1.1.0';

export const goodPush: Story = {
  name: 'a good push rolls out',
  tells: `shop/web:${tag} is pushed; the rule of demo/web wants semver ^1`,
  async run(world) {
    const before = await describeService(world, 'web');
    const imagesBefore = await imagesOf(world, before.taskDefinition);
    const heard = (await world.inbox()).length;
    const { digest } = await world.push({
      repository: 'shop/web',
      tag,
      labels: {
        'org.opencontainers.image.revision': '4f2c1d9a7be3c0d15e6f708192a3b4c5d6e7f809',
        'org.opencontainers.image.authors': 'Ada <!channel>',
      },
    });
    const after = await settled(world, 'web', primary(before)?.id ?? '');
    const message = await told(world, ['demo/web', 'rolled out', `*${tag}*`], heard);
    const images = await imagesOf(world, after.taskDefinition);
    expectThat(
      images['app'] === `${registryHost}/shop/web@${digest}`,
      `app runs ${images['app']}, not ${digest}`,
    );
    expectThat(images['proxy'] === imagesBefore['proxy'], 'the proxy was changed too');
    expectThat(after.desiredCount === before.desiredCount, 'desiredCount was changed');
    expectThat(JSON.stringify(message).includes('4f2c1d9a7be3'), 'the message names no commit');
    expectThat(!JSON.stringify(await world.inbox()).includes('<!channel>'), 'a label could page the channel');
    return {
      service: 'demo/web',
      deploymentId: primary(after)?.id ?? '',
      digest,
      taskDefinition: after.taskDefinition ?? '',
    };
  },
};
