import { asText } from '../../shared/domain/lossless-json.ts';
import { describeService, expectThat, primary, saying, until } from './watch.ts';
import type { Story } from './world.ts';

const tag = 'nightly-7';

export const unwantedPush: Story = {
  name: 'a push that no policy wants is ignored, with its reason',
  tells: `shop/web:${tag} is pushed; that is no version`,
  async run(world) {
    const before = await describeService(world, 'web');
    const heard = (await world.inbox()).length;
    const { digest } = await world.push({ repository: 'shop/web', tag });
    const entry = await until(world, 'the reason to be recorded', async () =>
      (await world.journal()).find((one) => one['outcome'] === 'service skipped' && one['digest'] === digest),
    );
    const after = await describeService(world, 'web');
    expectThat(primary(after)?.id === primary(before)?.id, 'the service was deployed all the same');
    expectThat(after.taskDefinition === before.taskDefinition, 'the task definition was changed');
    expectThat((await saying(world, [tag], heard)).length === 0, 'Slack was told of it');
    return {
      service: 'demo/web',
      deploymentId: primary(after)?.id ?? '',
      digest,
      reason: `${asText(entry['reason']) ?? '?'}: ${asText(entry['detail']) ?? '?'}`,
    };
  },
};
