import type { Service } from '@aws-sdk/client-ecs';
import { demoFleet } from '../demo/cluster.ts';
import { registryHost } from '../world-types.ts';
import { describeServices, expectThat, imagesOf, patiently, primary, saying, told, until } from './watch.ts';
import type { Story, World } from './world.ts';

const repository = 'shop/fleet';
const [bad, good] = ['1.1.0', '1.2.0'] as const;
const [canary = '', ...others] = demoFleet;

export const thirtyServices: Story = {
  name: 'thirty services run one image: a bad one hurts the first alone, a good one reaches all',
  tells: `shop/fleet:${bad} cannot start, shop/fleet:${good} can; the rule has first: demo/${canary} and stopAfter: 1`,
  async run(world) {
    const before = await deploymentsOf(world);
    const heard = (await world.inbox()).length;
    await world.push({ repository, tag: bad, behaviour: 'cannot-start' });
    await told(world, [`demo/${canary}`, 'rolled back', `*${bad}*`], heard);
    await told(
      world,
      ['rolled out no further', `*${bad}*`, `${others.length} targets are left alone`],
      heard,
    );
    await theOthersAreLeftAlone(world, before, heard);
    const { digest } = await world.push({ repository, tag: good });
    const after = await allRun(world, digest);
    await until(patiently(world, 3), 'Slack to hear of all thirty', async () => {
      const messages = await saying(world, ['demo/fleet-', 'rolled out', `*${good}*`], heard);
      return messages.length === demoFleet.length ? messages : undefined;
    });
    const [first, next] = startsOf(after);
    expectThat(first < next, `${canary} began at ${first}, another one at ${next}`);
    const stops = await saying(world, ['rolled out no further'], heard);
    expectThat(stops.length === 1, `Slack was told ${stops.length} times that the image goes no further`);
    return {
      services: `demo/${canary} … demo/${others.at(-1) ?? ''}`,
      deploymentId: primary(after[0] ?? {})?.id ?? '',
      digest,
      hurtByTheBadOne: 1,
      leftAlone: others.length,
      onTheGoodOne: after.length,
    };
  },
};

async function deploymentsOf(world: World): Promise<ReadonlyMap<string, string | undefined>> {
  const services = await describeServices(world, demoFleet);
  return new Map(services.map((service) => [service.serviceName ?? '', primary(service)?.id]));
}

async function theOthersAreLeftAlone(
  world: World,
  before: ReadonlyMap<string, string | undefined>,
  heard: number,
): Promise<void> {
  await until(world, 'the others to be passed over', async () => {
    const skipped = (await world.journal()).filter(({ outcome }) => outcome === 'rollout skipped');
    const names = new Set(skipped.map(({ service }) => service));
    return others.every((name) => names.has(name)) ? names : undefined;
  });
  const now = await deploymentsOf(world);
  const touched = others.filter((name) => now.get(name) !== before.get(name));
  expectThat(touched.length === 0, `it was deployed to ${touched.join(', ')}`);
  const messages = await saying(world, ['demo/fleet-', `*${bad}*`, 'is rolling out'], heard);
  expectThat(messages.length === 1, `Slack was told ${messages.length} times that it is rolling out`);
}

function allRun(world: World, digest: string): Promise<readonly Service[]> {
  const image = `${registryHost}/${repository}@${digest}`;
  const revisions = new Map<string, string | undefined>();
  const imageOf = async (revision = '') => {
    if (!revisions.has(revision)) revisions.set(revision, (await imagesOf(world, revision))['app']);
    return revisions.get(revision);
  };
  return until(patiently(world, 3), `all thirty to run ${digest}`, async () => {
    const services = await describeServices(world, demoFleet);
    for (const service of services) {
      if (primary(service)?.rolloutState !== 'COMPLETED') return undefined;
      if ((await imageOf(service.taskDefinition)) !== image) return undefined;
    }
    return services;
  });
}

/** When the first one began, and the earliest of the others. */
function startsOf(services: readonly Service[]): readonly [number, number] {
  const begun = (service: Service) => primary(service)?.createdAt?.getTime() ?? Number.NaN;
  const first = services.filter(({ serviceName }) => serviceName === canary).map(begun);
  const rest = services.filter(({ serviceName }) => serviceName !== canary).map(begun);
  return [Math.min(...first), Math.min(...rest)];
}
