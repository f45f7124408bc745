import { registryHost } from '../world-types.ts';
import {
  describeService,
  expectThat,
  imagesOf,
  patiently,
  primary,
  saying,
  settled,
  until,
} from './watch.ts';
import type { Story, World } from './world.ts';

const tag = '1.2.1';
const askAgainMs = 2_000;

export const lostPush: Story = {
  name: 'a lost push is found by reconcile',
  tells: `shop/web:${tag} is pushed, and ECR's event about it is lost`,
  async run(world) {
    const before = await describeService(world, 'web');
    const heard = (await world.inbox()).length;
    const { digest } = await world.pushUnheard({ repository: 'shop/web', tag });
    const begun = await found(world, heard);
    const after = await settled(world, 'web', primary(before)?.id ?? '');
    const images = await imagesOf(world, after.taskDefinition);
    expectThat(
      images['app'] === `${registryHost}/shop/web@${digest}`,
      `app runs ${images['app']}, not ${digest}`,
    );
    expectThat(begun.includes('a push that no event told of'), 'the message does not say how it was found');
    await until(world, 'Slack to hear that it is done', async () =>
      (await saying(world, ['demo/web', 'rolled out', `*${tag}*`], heard)).at(0),
    );
    return { service: 'demo/web', deploymentId: primary(after)?.id ?? '', digest, foundBy: 'reconcile' };
  },
};

/** A pass may be under way that looked before the push: then the next one finds it. */
function found(world: World, heard: number): Promise<string> {
  let askAt = 0;
  return until(patiently(world, 2), 'reconcile to find the push', async () => {
    if (Date.now() >= askAt) {
      await world.reconcile();
      askAt = Date.now() + askAgainMs;
    }
    return (await saying(world, ['demo/web', 'is rolling out', `*${tag}*`], heard)).at(0);
  });
}
