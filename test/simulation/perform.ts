import { show } from '../../sandbox/ecs/input.ts';
import { account, type Behaviour, region } from '../../sandbox/world-types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Deed } from './case.ts';
import { commandOf } from './commands.ts';
import type { World } from './world.ts';

/** Does what people and other programs do. */
export function perform(world: World, deed: Deed): void {
  world.scene.say(`DEED ${JSON.stringify(deed)}`);
  switch (deed.do) {
    case 'push':
      push(world, deed);
      return;
    case 'tag again':
      tagAgain(world, deed);
      return;
    case 'set service':
      setService(world, deed);
      return;
    case 'register':
      world.call('RegisterTaskDefinition', changed(world, deed.family), 'others');
      return;
    case 'hold tag':
    case 'free tag':
      setTag(world, deed);
      return;
    case 'scale':
      scale(world, deed);
      return;
    case 'no capacity':
      world.scene.isPlain = false;
      world.model.hooks.setCapacity('FARGATE', false);
      world.scene.clock.after(deed.forMs, () => world.model.hooks.setCapacity('FARGATE', true));
      return;
    case 'exit a task':
      exitTask(world, deed.service);
      return;
    case 'command':
      void world.queues.rollouts.send(commandOf(world, deed));
  }
}

function push(world: World, { repository, behaviour, back }: Deed & { readonly do: 'push' }): void {
  const plan = world.scene.given.repositories.find(({ name }) => name === repository);
  if (plan === undefined) return;
  const tag = world.scene.tags.next(repository, plan.policy, back);
  pushed(world, { repository, tag, digest: world.scene.tags.freshDigest(), behaviour });
}

/** Somebody moves a tag back to a digest that was pushed before. */
function tagAgain(world: World, { repository, which }: Deed & { readonly do: 'tag again' }): void {
  const plan = world.scene.given.repositories.find(({ name }) => name === repository);
  const earlier = world.scene.registry.pushes.filter((one) => one.repository === repository);
  const chosen = earlier.at(-1 - (which % earlier.length));
  if (plan === undefined || chosen === undefined) return;
  const { digest } = chosen;
  const tag = world.scene.tags.next(repository, plan.policy, false);
  pushed(world, { repository, tag, digest, behaviour: world.scene.registry.behaviourOf(digest) });
}

interface Pushed {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly behaviour: Behaviour;
}

function pushed(world: World, { behaviour, ...push }: Pushed): void {
  const at = world.scene.clock.now();
  world.scene.registry.push({ ...push, at }, behaviour);
  world.scene.say(`PUSHED ${push.repository}:${push.tag} ${push.digest.slice(7, 15)} ${behaviour}`);
  world.bus({
    version: '0',
    id: `push-${world.scene.registry.pushes.length}`,
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    account,
    region,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    resources: [],
    detail: {
      result: 'SUCCESS',
      'repository-name': push.repository,
      'image-digest': push.digest,
      'action-type': 'PUSH',
      'image-tag': push.tag,
    },
  });
}

function setService(world: World, { service, to }: Deed & { readonly do: 'set service' }): void {
  world.scene.isPlain = false;
  world.scene.meddled.add(service);
  const running = world.scene.truth.revisionOf(service);
  const family = running.split('/').at(-1)?.split(':')[0] ?? '';
  const taskDefinition = to === 'clone' ? clone(world, family) : earlier(world, { family, running, to });
  world.call('UpdateService', { cluster: 'prod', service, taskDefinition }, 'others');
}

function earlier(
  { scene: { truth } }: World,
  { family, running, to }: { readonly family: string; readonly running: string; readonly to: string },
): string {
  if (to === 'first') return `${family}:1`;
  const seen = truth.updates.map(({ before }) => before).filter((one) => one !== running);
  return seen.findLast((one) => one.includes(`/${family}:`)) ?? `${family}:1`;
}

function clone(world: World, family: string): string {
  const answer = world.call('RegisterTaskDefinition', changed(world, family), 'others');
  return show((answer['taskDefinition'] as JsonObject)['taskDefinitionArn']);
}

const registrable = new Set([
  'family',
  'requiresCompatibilities',
  'networkMode',
  'cpu',
  'memory',
  'executionRoleArn',
  'containerDefinitions',
]);

/** The family's newest revision with another environment, as Terraform would register it. */
function changed({ scene: { truth, clock } }: World, family: string): JsonObject {
  const newest = truth.definition(family);
  const input = Object.fromEntries(Object.entries(newest).filter(([key]) => registrable.has(key)));
  const containers = newest['containerDefinitions'] as readonly JsonObject[];
  const environment = [{ name: 'CHANGED', value: String(clock.now()) }];
  return { ...input, containerDefinitions: containers.map((one) => ({ ...one, environment })) };
}

function setTag(world: World, deed: Deed & { readonly do: 'hold tag' | 'free tag' }): void {
  const resourceArn = `arn:aws:ecs:${region}:${account}:service/prod/${deed.service}`;
  if (deed.do === 'free tag') {
    world.model.handle('UntagResource', { resourceArn, tagKeys: ['slipway:hold'] });
    world.scene.held.delete(deed.service);
    return;
  }
  world.model.handle('TagResource', { resourceArn, tags: [{ key: 'slipway:hold', value: 'frozen' }] });
  world.scene.held.set(deed.service, world.scene.clock.now());
  world.scene.everHeld.add(deed.service);
}

function scale(world: World, { service, count }: Deed & { readonly do: 'scale' }): void {
  if (Number(world.scene.truth.service(service)['desiredCount']) === 0) return;
  world.call('UpdateService', { cluster: 'prod', service, desiredCount: count }, 'others');
}

function exitTask({ model }: World, service: string): void {
  const { taskArns } = model.handle('ListTasks', { cluster: 'prod', serviceName: service });
  const [task] = taskArns as readonly string[];
  if (task === undefined) return;
  const { tasks } = model.handle('DescribeTasks', { cluster: 'prod', tasks: [task] });
  const [described] = tasks as readonly JsonObject[];
  if (described?.['lastStatus'] === 'RUNNING') model.hooks.exitTask(task, { exitCode: 1 });
}
