import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cannotStart } from '../../sandbox/stories/cannot-start.ts';
import { goodPush } from '../../sandbox/stories/good-push.ts';
import { multiPlatform } from '../../sandbox/stories/multi-platform.ts';
import { unwantedPush } from '../../sandbox/stories/unwanted-push.ts';
import { told } from '../../sandbox/stories/watch.ts';
import type { Story } from '../../sandbox/stories/world.ts';
import type { Step } from '../../sandbox/tour/run.ts';
import { type RunningEmbedded, startEmbeddedWorld } from '../../sandbox/worlds/embedded.ts';
import { callsOfFunctions, play, problemOf, worldOptions } from './play.ts';

describe('the tour in the embedded world', () => {
  const { options, faults } = worldOptions();
  let running: RunningEmbedded;
  let steps: readonly Step[] = [];

  beforeAll(async () => {
    running = await startEmbeddedWorld(options);
    steps = await play(running);
  });
  afterAll(() => running?.close());

  it('is well, and nothing went wrong behind it', () => {
    expect(steps.map((step) => [step.name, problemOf(step)])).toEqual([
      ['a good push rolls out', undefined],
      ['a push whose tasks cannot start is rolled back, and reported as that', undefined],
      ['a push that no policy wants is ignored, with its reason', undefined],
      ['a multi-platform push makes one rollout', undefined],
    ]);
    expect(faults).toEqual([]);
  });

  it('reads the deployment and the digest back in every step', () => {
    for (const { detail } of steps) {
      expect(detail).toMatchObject({
        deploymentId: expect.stringMatching(/^ecs-svc\/\d+$/),
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      });
    }
  });

  it('has the functions ask ECS over HTTP: one registration and one update for each of three rollouts', () => {
    const calls = callsOfFunctions(running.embedded.ecs.ledger);
    expect(calls).toMatchObject({ RegisterTaskDefinition: 3, UpdateService: 3 });
    expect(calls['DescribeServices']).toBeGreaterThan(0);
    expect(calls['DescribeTaskDefinition']).toBeGreaterThan(0);
  });

  it('needs these calls of ECS for one rollout, and no more', async () => {
    const { world, embedded } = running;
    // The second of two: the first clones a revision that an earlier rollout has described already.
    let spent: Readonly<Record<string, number>> = {};
    for (const tag of ['1.5.0', '1.6.0']) {
      const before = embedded.ecs.ledger.calls.length;
      await world.push({ repository: 'shop/web', tag });
      await told(world, ['demo/web', 'rolled out', `*${tag}*`], 0);
      spent = callsOfFunctions(embedded.ecs.ledger, before);
    }
    process.stdout.write(`ECS calls of one rollout: ${JSON.stringify(spent)}\n`);
    expect(spent).toEqual({
      DescribeServices: 5,
      DescribeTaskDefinition: 2,
      RegisterTaskDefinition: 1,
      UpdateService: 1,
    });
  });
});

const moved = /^StoryFailed: waited 10 s in vain for (web|worker) to finish another deployment/;
const inSlack = /^StoryFailed: waited 10 s in vain for a message in Slack with demo\/(web|worker)/;
const reason = /^StoryFailed: waited 10 s in vain for the reason to be recorded/;

/** The functions that each story needs, and what it waits for in vain without them. */
const needed: readonly (readonly [off: string, stories: readonly (readonly [Story, RegExp])[]])[] = [
  [
    'image-pushed',
    [
      [goodPush, moved],
      [cannotStart, inSlack],
      [unwantedPush, reason],
      [multiPlatform, moved],
    ],
  ],
  ['roll-service', rollouts(moved)],
  ['deployment-changed', rollouts(inSlack)],
  ['publish', rollouts(inSlack)],
  ['deliver-slack', rollouts(inSlack)],
];

function rollouts(problem: RegExp): readonly (readonly [Story, RegExp])[] {
  return [
    [goodPush, problem],
    [cannotStart, inSlack],
    [multiPlatform, problem],
  ];
}

describe('a story whose function gets no events', () => {
  // Five worlds at once on a busy machine: a story that waits for less would fail for want of time, which shows nothing.
  it.concurrent.each(needed)('fails without %s', { timeout: 180_000 }, async (off, expected) => {
    const { options } = worldOptions({ off: [off], patienceMs: 10_000 });
    const running = await startEmbeddedWorld(options);
    const which = expected.map(([story]) => story);
    const steps = await playAndClose(running, which);
    const problems = steps.map((step) => [step.name, problemOf(step)]);
    expect(problems).toEqual(expected.map(([{ name }, problem]) => [name, expect.stringMatching(problem)]));
  });

  it('is well without tick: nothing that the tour shows waits for it', async () => {
    const { options } = worldOptions({ off: ['tick'] });
    const running = await startEmbeddedWorld(options);
    const steps = await playAndClose(running, [goodPush]);
    expect(steps.map(problemOf)).toEqual([undefined]);
  });
});

async function playAndClose(running: RunningEmbedded, which: readonly Story[]): Promise<readonly Step[]> {
  try {
    return await play(running, which);
  } finally {
    await running.close();
  }
}
