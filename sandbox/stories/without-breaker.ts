import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { asText } from '../../shared/domain/lossless-json.ts';
import { demoCluster } from '../demo/cluster.ts';
import { registryHost } from '../world-types.ts';
import { describeService, expectThat, imagesOf, primary, told, until } from './watch.ts';
import { type Story, StoryFailed, type World } from './world.ts';

const repository = 'shop/api';
const [bad, sameAgain, fixed] = ['1.1.0', '1.1.1', '1.2.0'] as const;
/** Equal seeds, behaviours and labels make one image, whatever tag it is pushed under. */
const broken = {
  repository,
  seed: 'an image that cannot start',
  behaviour: 'cannot-start',
  labels: { 'org.opencontainers.image.version': bad },
} as const;

export const withoutBreaker: Story = {
  name: 'a failed rollout without circuit breaker is rolled back and quarantined',
  tells: `shop/api:${bad} is pushed; its container cannot start, and ECS would try for ever`,
  async run(world) {
    const good = await runningDigest(world);
    const heard = (await world.inbox()).length;
    const { digest } = await world.push({ ...broken, tag: bad });
    await told(world, ['demo/api', 'is rolling out', `*${bad}*`], heard);
    await told(world, ['demo/api', 'made no progress', `*${bad}*`], heard);
    await told(world, ['demo/api', 'will not get this image again', `*${bad}*`], heard);
    await told(world, ['demo/api', 'was rolled back'], heard);
    const back = await runs(world, good);
    const newest = await imagesOf(world, 'demo-api');
    expectThat(newest['app'] === imageOf(good), `the family's newest revision runs ${newest['app']}`);
    const reason = await leftAlone(world, digest);
    const lifted = await world.push({ repository, tag: fixed });
    const after = await runs(world, lifted.digest);
    await told(world, ['demo/api', 'rolled out', `*${fixed}*`], heard);
    expectThat(primary(after)?.id !== primary(back)?.id, 'the fixed image made no deployment');
    return {
      service: 'demo/api',
      deploymentId: primary(after)?.id ?? '',
      digest,
      rolledBackTo: good,
      pushedAgain: reason,
      liftedBy: lifted.digest,
    };
  },
};

function imageOf(digest: string): string {
  return `${registryHost}/${repository}@${digest}`;
}

/** What the one task runs, whatever the task definition calls it. */
async function runningDigest({ ecs }: World): Promise<string> {
  const listed = await ecs.send(new ListTasksCommand({ cluster: demoCluster, serviceName: 'api' }));
  const tasks = listed.taskArns ?? [];
  const described = await ecs.send(new DescribeTasksCommand({ cluster: demoCluster, tasks }));
  const digest = described.tasks?.[0]?.containers?.[0]?.imageDigest;
  if (digest === undefined) throw new StoryFailed('no task of demo/api says which image it runs');
  return digest;
}

function runs(world: World, digest: string) {
  return until(world, `api to run ${digest}`, async () => {
    const service = await describeService(world, 'api');
    if (primary(service)?.rolloutState !== 'COMPLETED') return undefined;
    const images = await imagesOf(world, service.taskDefinition);
    return images['app'] === imageOf(digest) ? service : undefined;
  });
}

/** The same image under another tag: nothing comes of it. */
async function leftAlone(world: World, digest: string): Promise<string> {
  const before = await describeService(world, 'api');
  const again = await world.push({ ...broken, tag: sameAgain });
  expectThat(again.digest === digest, 'the image was not the same again');
  const entry = await until(world, 'the reason to be recorded', async () =>
    (await world.journal()).find(
      (one) => one['outcome'] === 'service skipped' && one['digest'] === digest && one['tag'] === sameAgain,
    ),
  );
  const after = await describeService(world, 'api');
  expectThat(primary(after)?.id === primary(before)?.id, 'it was deployed all the same');
  return [asText(entry['reason']), asText(entry['detail'])].filter((words) => words !== undefined).join(': ');
}
