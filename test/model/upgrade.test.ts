import { describe, expect, it } from 'vitest';
import { registryHost } from '../../sandbox/world-types.ts';
import { aRule } from '../builders/config.ts';
import { digestOf } from '../simulation/registry.ts';
import { aContainer, aDefinition, addService, breaker } from './given.ts';
import { leave, left } from './left.ts';
import type { Stack } from './stack.ts';
import { byDigest, minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });

interface Phase {
  readonly phase: string;
  readonly what: string;
  /** What ECS has, when the new version comes. */
  readonly ecs?: (world: World) => void | Promise<void>;
  readonly bad?: boolean;
  /** Notices that are new, by kind and generation. */
  readonly said: readonly string[];
  readonly registers: number;
  readonly updates: number;
  readonly runs: number;
}

/** As the version before registered it: the rollout's tag on it. */
function registered(world: World): void {
  const image = `${registryHost}/shop/web@${digestOf(2)}`;
  const tags = [{ key: 'slipway:rollout', value: 'prod/web/1' }];
  world.ask(
    'RegisterTaskDefinition',
    aDefinition('web', { containerDefinitions: [aContainer({ image })], tags }),
  );
}

function updated(world: World): void {
  registered(world);
  world.ask('UpdateService', { cluster: 'prod', service: 'web', taskDefinition: 'web:2' });
}

async function updatedLongAgo(world: World): Promise<void> {
  updated(world);
  await world.pass(5 * minute);
}

async function failing(world: World): Promise<void> {
  updated(world);
  await world.until(() => world.revision('web') !== revision(2), 30 * minute);
}

function revision(number: number): string {
  return `arn:aws:ecs:eu-west-1:000000000000:task-definition/web:${number}`;
}

const told = ['1 rollout.started', '1 rollout.completed'];

const phases: readonly Phase[] = [
  { phase: 'accepted', what: 'nothing done yet', said: told, registers: 1, updates: 1, runs: 2 },
  { phase: 'registering', what: 'it never arrived', said: told, registers: 1, updates: 1, runs: 2 },
  {
    phase: 'registering',
    what: 'the answer was lost',
    ecs: registered,
    said: told,
    registers: 0,
    updates: 1,
    runs: 2,
  },
  {
    phase: 'registered',
    what: 'not updated',
    ecs: registered,
    said: told,
    registers: 0,
    updates: 1,
    runs: 2,
  },
  {
    phase: 'registered',
    what: 'updated, and not written down',
    ecs: updated,
    said: told,
    registers: 0,
    updates: 0,
    runs: 2,
  },
  {
    phase: 'registered',
    what: 'updated, not written down, and complete',
    ecs: updatedLongAgo,
    said: told,
    registers: 0,
    updates: 0,
    runs: 2,
  },
  { phase: 'rolling', what: 'on its way', ecs: updated, said: told, registers: 0, updates: 0, runs: 2 },
  {
    phase: 'rolling',
    what: 'complete already',
    ecs: updatedLongAgo,
    said: told,
    registers: 0,
    updates: 0,
    runs: 2,
  },
  {
    phase: 'rolling',
    what: 'rolled back already',
    ecs: failing,
    bad: true,
    said: ['1 rollout.started', '1 rollout.rolled-back'],
    registers: 1,
    updates: 0,
    runs: 1,
  },
  {
    phase: 'rolling-back',
    what: 'on its way back',
    ecs: failing,
    bad: true,
    said: ['1 rollout.started', '1 rollout.rolled-back'],
    registers: 1,
    updates: 0,
    runs: 1,
  },
  {
    phase: 'rolling-and-accepted',
    what: 'on its way',
    ecs: updated,
    said: ['1 rollout.started', '1 rollout.superseded', '2 rollout.started', '2 rollout.completed'],
    registers: 1,
    updates: 1,
    runs: 3,
  },
  {
    phase: 'rolling-and-accepted',
    what: 'the first complete already',
    ecs: updatedLongAgo,
    said: ['1 rollout.started', '1 rollout.completed', '2 rollout.started', '2 rollout.completed'],
    registers: 1,
    updates: 1,
    runs: 3,
  },
  { phase: 'completed', what: 'over', ecs: updatedLongAgo, said: told, registers: 0, updates: 0, runs: 2 },
];

function words(slipway: Stack): readonly string[] {
  const said = slipway.announced.flatMap((notice) =>
    'rollout' in notice ? [`${notice.rollout.generation} ${notice.kind}`] : [],
  );
  return said.toSorted();
}

async function upgraded({ phase, ecs, bad = false }: Phase, withMessages: boolean) {
  const world = new World();
  world.put();
  addService(world, 'web', { service: { deploymentConfiguration: breaker(true) } });
  await world.pass(10 * minute);
  world.put({ behaviour: bad ? 'cannot-start' : 'fine' });
  if (phase === 'rolling-and-accepted') world.put();
  await ecs?.(world);
  const ours = world.deployments('web').find(({ taskDefinition }) => taskDefinition === revision(2));
  const all = left(phase, ours?.id ?? 'ecs-svc/9999999999999999999');
  const before = (stack: Stack) => leave(stack, all, withMessages);
  return { world, slipway: await world.install({ deploy: [latest] }, { before }) };
}

describe.each([
  ['with its messages', true],
  ['without its messages', false],
] as const)('what the version before left %s', (_how, withMessages) => {
  it.each(phases)('is met and brought to its end: $phase, $what', async (phase) => {
    const { world, slipway } = await upgraded(phase, withMessages);
    await world.until(() => slipway.isAtRest && words(slipway).length >= phase.said.length, 90 * minute);
    await world.pass(20 * minute);
    expect(words(slipway)).toEqual(phase.said.toSorted());
    expect(slipway.sent('RegisterTaskDefinition')).toHaveLength(phase.registers);
    expect(slipway.sent('UpdateService')).toHaveLength(phase.updates);
    const image = phase.runs === 1 ? `${registryHost}/shop/web:latest` : byDigest(digestOf(phase.runs));
    expect(world.images('web')).toEqual({ app: image });
    expect(slipway.target('web')?.rollouts.filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
    expect(slipway.isAtRest).toBe(true);
    expect(slipway.wrong).toEqual([]);
  });

  it.each(phases)('does not keep the next push waiting: $phase, $what', async (phase) => {
    const { world, slipway } = await upgraded(phase, withMessages);
    const digest = world.push();
    await world.until(() => slipway.isAtRest && world.images('web')['app'] === byDigest(digest), 90 * minute);
    expect(world.images('web')).toEqual({ app: byDigest(digest) });
    expect(words(slipway).at(-1)).toMatch(/completed|started/);
    expect(new Set(words(slipway)).size).toBe(words(slipway).length);
    expect(slipway.wrong).toEqual([]);
  });
});
