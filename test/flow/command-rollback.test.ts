import { describe, expect, it } from 'vitest';
import { type BackTo, parseBackTo } from '../../shared/domain/command.ts';
import { Unavailable } from '../../shared/faults.ts';
import { aRollout, arn, at, aWanted, digest, name, pinnedImage } from '../builders/rollouts.ts';
import { FakeWorld, taken } from '../fakes/fake-world.ts';
import { aCommand, aGood, answerTo, aRevision, aSeen, aSeenTarget, carryOut } from './command-given.ts';

const containersOf = (app: string) => [
  { name: 'app', image: app },
  { name: 'proxy', image: pinnedImage('d', 'shop/proxy') },
];

/** Revisions 1 (digest a), 2 (b) and 3 (c) of web. */
async function aWorld(target: Parameters<typeof aSeenTarget>[0]): Promise<FakeWorld> {
  const world = new FakeWorld();
  for (const [number, digit] of [
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ] as const)
    world.definitions.add(aRevision(number, pinnedImage(digit)));
  await world.given(aSeenTarget(target));
  return world;
}

const seen = (number: number, digit: string) =>
  aSeen({ revision: arn(number), containers: containersOf(pinnedImage(digit)) });
const completed = (generation: number, digit: string, hours: number) =>
  aRollout({
    generation,
    phase: 'completed',
    changes: { app: aWanted({ digest: digest(digit) }) },
    from: { app: pinnedImage('a') },
    baseRevision: arn(generation),
    revision: arn(generation + 1),
    startedAt: at(hours * 3_600),
    endedAt: at(hours * 3_600 + 30),
  });
const rollback = (to?: string) => ({
  ...name,
  name: 'rollback' as const,
  to: to === undefined ? undefined : (parseBackTo(to) as BackTo),
});

describe('rollback', () => {
  it('goes back to what is verified good, and puts the target on hold', async () => {
    const world = await aWorld({
      generation: 1,
      rollouts: [completed(1, 'b', -2)],
      seen: seen(2, 'b'),
      good: aGood(),
    });
    expect(await answerTo(world, { ...rollback(), reason: 'it is slow' })).toEqual({
      status: 'accepted',
      text: 'prod/web goes back to web:1, and is on hold until `slipway resume prod/web`',
      generation: 2,
    });
    const target = await world.target();
    expect(target.hold).toEqual({ reason: 'rolled back by ada: it is slow', by: 'ada', at: at(100) });
    expect(target.rollouts[0]).toMatchObject({
      phase: 'accepted',
      cause: 'manual-rollback',
      by: 'ada',
      goBackTo: { revision: arn(1), images: { app: pinnedImage('a') } },
      changes: { app: { digest: digest('a') } },
    });
    expect(await world.said()).toEqual(['target.held']);
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge', generation: 2 }]);
  });

  it('undoes a rollout that ECS is at', async () => {
    const rolling = aRollout({ revision: arn(2) });
    const world = await aWorld({ generation: 1, rollouts: [rolling], good: aGood() });
    expect(await answerTo(world, rollback())).toMatchObject({ status: 'accepted', generation: 2 });
    expect((await world.target()).rollouts[0]).toMatchObject({ of: 1, goBackTo: { revision: arn(1) } });
  });

  it('goes to the one before, where the last verified one is what runs', async () => {
    const world = await aWorld({
      generation: 2,
      rollouts: [completed(2, 'c', -2), completed(1, 'b', -4)],
      seen: seen(3, 'c'),
      good: aGood({ revision: arn(3), images: { app: pinnedImage('c') } }),
    });
    expect(await answerTo(world, rollback())).toMatchObject({
      text: expect.stringContaining('back to web:2,'),
    });
  });

  it('goes to what ran when Slipway came, where nothing else is left', async () => {
    const world = await aWorld({
      generation: 1,
      rollouts: [completed(1, 'b', -2)],
      seen: seen(2, 'b'),
      good: aGood({ revision: arn(2), images: { app: pinnedImage('b') } }),
    });
    expect(await answerTo(world, rollback())).toMatchObject({
      text: expect.stringContaining('back to web:1,'),
    });
  });

  it('passes over what never stood for its bake, what is quarantined, and what is gone', async () => {
    const short = aRollout({ ...completed(2, 'c', -2), endedAt: at(-60) });
    const gone = aRollout({ ...completed(1, 'b', -4), revision: arn(77) });
    const world = await aWorld({
      generation: 3,
      rollouts: [completed(3, 'e', -1), short, gone],
      seen: seen(4, 'e'),
      quarantine: [{ repository: 'shop/web', digest: digest('a'), tag: '1', reason: 'x', at: 1 }],
    });
    world.definitions.add(aRevision(4, pinnedImage('e')));
    expect(await answerTo(world, rollback())).toEqual({
      status: 'refused',
      text: 'prod/web has nothing verified good to go back to: name a revision or a digest with --to',
    });
    expect((await world.target()).hold).toBeUndefined();
  });

  it('a second time goes further back, and not to what the first went back from', async () => {
    const back = aRollout({
      ...completed(3, 'b', -1),
      revision: arn(4),
      cause: 'manual-rollback',
      goBackTo: aGood({ revision: arn(2), images: { app: pinnedImage('b') } }),
    });
    const world = await aWorld({
      generation: 3,
      rollouts: [back, completed(2, 'c', -3), completed(1, 'b', -5)],
      seen: seen(4, 'b'),
      good: aGood({ revision: arn(4), images: { app: pinnedImage('b') } }),
    });
    world.definitions.add(aRevision(4, pinnedImage('b')));
    expect(await answerTo(world, rollback())).toMatchObject({
      text: expect.stringContaining('back to web:1,'),
    });
  });

  it('while one is under way is refused', async () => {
    const under = aRollout({ cause: 'rollback', goBackTo: aGood() });
    const world = await aWorld({ generation: 1, rollouts: [under], good: aGood() });
    expect(await answerTo(world, rollback())).toMatchObject({
      status: 'refused',
      text: expect.stringContaining('being rolled back already, by rollout 1'),
    });
  });

  it('of a target that was never looked at says so', async () => {
    const world = await aWorld({ seen: undefined });
    expect(await answerTo(world, rollback())).toMatchObject({
      text: expect.stringContaining('nothing verified good'),
    });
    expect(await answerTo(world, rollback('7'))).toMatchObject({
      text: expect.stringContaining('not known which family prod/web runs'),
    });
  });

  it('waits while ECS cannot be asked', async () => {
    const world = await aWorld({ good: aGood({ revision: arn(2) }) });
    const down = () => Promise.reject(new Unavailable('ECS is down'));
    const asked = carryOut(world, aCommand(rollback()), (method, call) =>
      method === 'definitions.describe' ? down() : call(),
    );
    await expect(asked).rejects.toThrow(Unavailable);
  });

  it('finds the target gone meanwhile', async () => {
    const world = new FakeWorld();
    expect(await answerTo(world, rollback())).toMatchObject({ status: 'refused' });
  });
});

describe('rollback --to', () => {
  const rollouts = [completed(2, 'c', -2), completed(1, 'b', -4)];
  const running = { generation: 2, rollouts, seen: seen(3, 'c'), good: aGood() };

  it.each([
    ['2', 2],
    ['web:2', 2],
    [arn(2), 2],
    ['web:1', 1],
    [digest('b'), 2],
    ['bbbbbbbbbbbb', 2],
    [digest('a'), 1],
  ])('%s', async (to, number) => {
    const world = await aWorld(running);
    const answer = await answerTo(world, rollback(to));
    expect(answer).toMatchObject({
      status: 'accepted',
      text: expect.stringContaining(`back to web:${number},`),
    });
    expect((await world.target()).rollouts[0]?.goBackTo?.images).toMatchObject({
      app: pinnedImage(number === 2 ? 'b' : 'a'),
    });
  });

  it.each([
    ['web:3', 'prod/web runs web:3 already'],
    ['web:99', 'there is no revision web:99'],
    ['api:2', 'prod/web never ran the family api, as far as Slipway remembers'],
    [arn(2).replace('eu-west-1', 'us-east-1'), 'is of another account or Region'],
    [digest('c'), 'prod/web runs cccccccccccc already'],
    ['dddddddddddddddd', 'no'],
    ['ffffffffffff', 'prod/web ran no ffffffffffff, as far as Slipway remembers'],
  ])('%s is refused', async (to, words) => {
    const world = await aWorld({ ...running, good: undefined });
    const answer = await answerTo(world, rollback(to));
    expect(answer).toMatchObject({ status: 'refused', text: expect.stringContaining(words) });
  });

  it('a digest that is quarantined here is refused', async () => {
    const bad = { repository: 'shop/web', digest: digest('b'), tag: '1', reason: 'exit code 1', at: 1 };
    const world = await aWorld({ ...running, quarantine: [bad] });
    expect(await answerTo(world, rollback(digest('b')))).toMatchObject({
      status: 'refused',
      text: expect.stringContaining(
        'bbbbbbbbbbbb is quarantined for prod/web: exit code 1. `slipway unquarantine',
      ),
    });
  });

  it('digits with which two digests begin are refused', async () => {
    const twin = { ...aWanted(), digest: `${digest('b').slice(0, -1)}0` };
    const older = aRollout({ ...completed(0, 'b', -6), changes: { app: twin } });
    const world = await aWorld({ ...running, rollouts: [...rollouts, older] });
    expect(await answerTo(world, rollback('bbbbbbbbbbbb'))).toMatchObject({
      status: 'refused',
      text: expect.stringContaining('begin so: give more digits'),
    });
  });

  it('a digest whose revision is gone is refused', async () => {
    const gone = aRollout({ ...completed(1, 'b', -4), revision: arn(77) });
    const world = await aWorld({ ...running, rollouts: [completed(2, 'c', -2), gone] });
    expect(await answerTo(world, rollback(digest('b')))).toMatchObject({
      status: 'refused',
      text: 'the revision of bbbbbbbbbbbb is gone',
    });
  });

  it('what bakes, and images that name no registry, are known as well', async () => {
    const baking = {
      ...aGood({ revision: arn(2), images: { app: 'envoy' } }),
      generation: 1,
      until: at(900),
      plans: [],
    };
    const world = await aWorld({ ...running, rollouts: [], baking });
    expect(await answerTo(world, rollback('web:2'))).toMatchObject({ status: 'accepted' });
    expect(await answerTo(world, rollback('eeeeeeeeeeee'))).toMatchObject({ status: 'refused' });
  });
});
