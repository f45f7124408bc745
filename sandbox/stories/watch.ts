import {
  type Deployment,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import { demoCluster } from '../demo/cluster.ts';
import { StoryFailed, type World } from './world.ts';

const everyMs = 50;

/** Asks again and again until there is an answer; what was seen last is in the error. */
export async function until<T>(world: World, what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const { patienceMs } = world;
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    world.signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((done) => setTimeout(done, everyMs));
  }
  throw new StoryFailed(`waited ${patienceMs / 1_000} s in vain for ${what}`);
}

export async function describeService(world: World, service: string): Promise<Service> {
  const command = new DescribeServicesCommand({ cluster: demoCluster, services: [service] });
  const { services: [found] = [] } = await world.ecs.send(command);
  if (found === undefined) throw new StoryFailed(`there is no service ${service}`);
  return found;
}

export function primary({ deployments = [] }: Service): Deployment | undefined {
  return deployments.find(({ status }) => status === 'PRIMARY');
}

/** Every one of them, in chunks that DescribeServices takes. */
export async function describeServices(world: World, services: readonly string[]): Promise<Service[]> {
  const found: Service[] = [];
  for (let from = 0; from < services.length; from += 10) {
    const command = new DescribeServicesCommand({
      cluster: demoCluster,
      services: services.slice(from, from + 10),
    });
    found.push(...((await world.ecs.send(command)).services ?? []));
  }
  return found;
}

/** The same world, for what takes so many times longer. */
export function patiently(world: World, times: number): World {
  return { ...world, patienceMs: world.patienceMs * times };
}

/** Messages in Slack after the first `skip` that say all of these words. */
export async function saying(
  world: World,
  words: readonly string[],
  skip: number,
): Promise<readonly string[]> {
  const texts = (await world.inbox()).slice(skip).map((message) => JSON.stringify(message));
  return texts.filter((text) => words.every((word) => text.includes(word)));
}

/** Container → image of a revision. */
export async function imagesOf(world: World, taskDefinition = ''): Promise<Readonly<Record<string, string>>> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition });
  const { taskDefinition: { containerDefinitions = [] } = {} } = await world.ecs.send(command);
  return Object.fromEntries(containerDefinitions.map(({ name = '', image = '' }) => [name, image]));
}

/** The first message in Slack that says all of these words, after the first `skip` messages. */
export function told(world: World, words: readonly string[], skip: number): Promise<JsonValue> {
  return until(world, `a message in Slack with ${words.join(', ')}`, async () =>
    (await world.inbox())
      .slice(skip)
      .find((message) => words.every((word) => JSON.stringify(message).includes(word))),
  );
}

/** The service is completely on a deployment whose revision passes the test. */
export function settled(world: World, service: string, before: string): Promise<Service> {
  return until(world, `${service} to finish another deployment than ${before}`, async () => {
    const found = await describeService(world, service);
    const now = primary(found);
    return now?.rolloutState === 'COMPLETED' && now.id !== before ? found : undefined;
  });
}

export function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new StoryFailed(otherwise);
}
