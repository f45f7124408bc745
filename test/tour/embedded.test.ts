import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stories } from '../../sandbox/stories/all.ts';
import { cannotStart } from '../../sandbox/stories/cannot-start.ts';
import { goodPush } from '../../sandbox/stories/good-push.ts';
import { lostPush } from '../../sandbox/stories/lost-push.ts';
import { multiPlatform } from '../../sandbox/stories/multi-platform.ts';
import { thirtyServices } from '../../sandbox/stories/thirty-services.ts';
import { unwantedPush } from '../../sandbox/stories/unwanted-push.ts';
import { told } from '../../sandbox/stories/watch.ts';
import { withoutBreaker } from '../../sandbox/stories/without-breaker.ts';
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
  }, 120_000);
  afterAll(() => running?.close());

  it('is well, and nothing went wrong behind it', () => {
    // Together: what went wrong behind a story says why it waited in vain.
    expect([...steps.map((step) => [step.name, problemOf(step)]), ...faults]).toEqual([
      ['a good push rolls out', undefined],
      ['a push whose tasks cannot start is rolled back, and reported as that', undefined],
      ['a push that no policy wants is ignored, with its reason', undefined],
      ['a multi-platform push makes one rollout', undefined],
      ['a failed rollout without circuit breaker is rolled back and quarantined', undefined],
      ['thirty services run one image: a bad one hurts the first alone, a good one reaches all', undefined],
      ['a lost push is found by reconcile', undefined],
    ]);
    expect(stories).toHaveLength(steps.length);
  });

  it('reads the deployment and the digest back in every step', () => {
    for (const { detail } of steps) {
      expect(detail).toMatchObject({
        deploymentId: expect.stringMatching(/^ecs-svc\/\d+$/),
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      });
    }
  });

  it('has the functions ask ECS over HTTP: one update per rollout, and one registration for all of a family', () => {
    const calls = callsOfFunctions(running.embedded.ecs.ledger);
    // web: good, bad, lost; worker; api: bad, back, good; the fleet: the bad one to the first, the good one to all thirty.
    expect(calls).toMatchObject({ UpdateService: 3 + 1 + 3 + 1 + 30 });
    // One more for each family that ECS rolled back itself: its newest revision is a good one again.
    expect(calls).toMatchObject({ RegisterTaskDefinition: 3 + 1 + 1 + 3 + 2 + 1 });
    expect(calls['DescribeServices']).toBeGreaterThan(0);
    expect(calls['DescribeTaskDefinition']).toBeGreaterThan(0);
  });

  it('has a state that the command line reads', async () => {
    const { state = '' } = running.world.endpoints;
    const body = JSON.stringify({ pk: 'target#demo/web', sk: 'state' });
    const answer = await fetch(`${state}/get`, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ item: { pk: 'target#demo/web' } });
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
    const { DescribeServices, DescribeTaskDefinition, ...writes } = spent;
    expect(writes).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1 });
    expect(DescribeServices).toBeLessThanOrEqual(3);
    expect(DescribeTaskDefinition ?? 0).toBeLessThanOrEqual(1);
  });
});

const moved = /^StoryFailed: waited \d+ s in vain for (web|worker) to finish another deployment/;
const inSlack =
  /^StoryFailed: waited \d+ s in vain for a message in Slack with demo\/(web|worker|api|fleet-01)/;
const noTimer = /^StoryFailed: waited \d+ s in vain for a message in Slack with demo\/api, made no progress/;
const notFound = /^StoryFailed: waited \d+ s in vain for reconcile to find the push/;
const reason = /^StoryFailed: waited \d+ s in vain for the reason to be recorded/;

type Failing = readonly [Story, RegExp];

/** The functions that each story needs, and what it waits for in vain without them. */
const needed: readonly (readonly [off: string, stories: readonly Failing[]])[] = [
  [
    'image-pushed',
    [
      [goodPush, moved],
      [cannotStart, inSlack],
      [unwantedPush, reason],
      [multiPlatform, moved],
      [withoutBreaker, inSlack],
      [thirtyServices, inSlack],
      [lostPush, notFound],
    ],
  ],
  ['roll-service', [...rollouts(moved), [thirtyServices, inSlack], [lostPush, notFound]]],
  ['deployment-changed', [...rollouts(inSlack), [withoutBreaker, noTimer]]],
  [
    'reconcile',
    [
      [goodPush, moved],
      [lostPush, notFound],
    ],
  ],
  // The turns that wake would pass on are found by tick, later: the thirty get there without it.
  ['wake', [[withoutBreaker, noTimer]]],
  ['publish', rollouts(inSlack)],
  ['deliver-slack', rollouts(inSlack)],
];

function rollouts(problem: RegExp): readonly Failing[] {
  return [
    [goodPush, problem],
    [cannotStart, inSlack],
    [multiPlatform, problem],
  ];
}

describe('a story whose function gets no events', () => {
  // Seven worlds at once on a busy machine: a story that waits for less would fail for want of time, which shows nothing.
  it.concurrent.each(needed)('fails without %s', { timeout: 180_000 }, async (off, expected) => {
    const fleet = expected.some(([story]) => story === thirtyServices);
    const { options } = worldOptions({ off: [off], patienceMs: 20_000, fleet });
    const running = await startEmbeddedWorld(options);
    const steps = await playAndClose(
      running,
      expected.map(([story]) => story),
    );
    const problems = new Map(steps.map((step) => [step.name, problemOf(step)]));
    for (const [{ name }, problem] of expected)
      expect([name, problems.get(name)]).toEqual([name, expect.stringMatching(problem)]);
  });

  it('is well without tick: nothing that the tour shows waits for it', async () => {
    const { options } = worldOptions({ off: ['tick'], fleet: false });
    const running = await startEmbeddedWorld(options);
    const steps = await playAndClose(running, [goodPush]);
    expect(steps.map(problemOf)).toEqual([undefined]);
  });
});

/** Stories of different services at the same time: most of their time they wait in vain. */
async function playAndClose(running: RunningEmbedded, which: readonly Story[]): Promise<readonly Step[]> {
  const alone: readonly Story[] = [multiPlatform, withoutBreaker, thirtyServices];
  const lanes = [
    which.filter((story) => !alone.includes(story)),
    ...alone.map((one) => which.filter((story) => story === one)),
  ];
  try {
    return (await Promise.all(lanes.map((lane) => play(running, lane)))).flat();
  } finally {
    await running.close();
  }
}
