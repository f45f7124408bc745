import { describe, expect, it } from 'vitest';
import { applyCommand } from '../../functions/roll-service/command.ts';
import { commandMessage } from '../../shared/domain/command.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { RejectedInput, Unavailable } from '../../shared/faults.ts';
import { loadAnswer } from '../../shared/records/command-record.ts';
import { readHistory } from '../../shared/records/history-record.ts';
import { rememberOwner } from '../../shared/records/owner-record.ts';
import { aRollout, at, digest, name, pinnedImage, registry } from '../builders/rollouts.ts';
import { Crash, crashAt, onCall } from '../fakes/around.ts';
import { aConfig, FakeWorld, taken } from '../fakes/fake-world.ts';
import { aCommand, answerTo, aSeen, aSeenTarget, carryOut, type Wish } from './command-given.ts';

const image = { registry, repository: 'shop/web', tag: '1.2.0', digest: digest('c'), pushedAt: at(-9) };
const deploy = { ...name, name: 'deploy', image } as const;
const quarantined = {
  repository: 'shop/web',
  tag: '1.2.0',
  digest: digest('c'),
  reason: 'exit code 1',
  at: at(5),
};

async function aWorld(target = aSeenTarget()): Promise<FakeWorld> {
  const world = new FakeWorld();
  await world.given(target);
  return world;
}

describe('hold and resume', () => {
  it('put a target on hold, and take it off again', async () => {
    const world = await aWorld();
    expect(await answerTo(world, { ...name, name: 'hold', reason: 'freeze' })).toEqual({
      status: 'accepted',
      text: 'prod/web is on hold: freeze. `slipway resume prod/web` ends it',
    });
    expect((await world.target()).hold).toEqual({ reason: 'freeze', by: 'ada', at: at(100) });
    expect(await answerTo(world, { ...name, name: 'resume' })).toMatchObject({
      text: 'prod/web is no longer on hold: what was pushed meanwhile is looked for now',
    });
    expect((await world.target()).hold).toBeUndefined();
    expect(await world.said()).toEqual(['target.held', 'target.resumed']);
  });

  it('need no reason', async () => {
    const world = await aWorld();
    await answerTo(world, { ...name, name: 'hold' });
    expect((await world.target()).hold?.reason).toBe('asked for by ada');
  });

  it('nudge, so that what is owed is sent', async () => {
    const world = await aWorld(aSeenTarget({ hold: { reason: 'x', by: 'y', at: 1 } }));
    await answerTo(world, { ...name, name: 'resume' });
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge', ...name }]);
  });

  it('a target that is not on hold is what was wished, and nothing is announced', async () => {
    const world = await aWorld();
    expect(await answerTo(world, { ...name, name: 'resume' })).toEqual({
      status: 'accepted',
      text: 'prod/web was not on hold',
    });
    expect(await world.said()).toEqual([]);
  });
});

describe('unquarantine', () => {
  const other = { ...quarantined, digest: digest('e'), tag: '1.3.0' };
  it.each([
    ['every image', undefined, []],
    ['one by its digest', digest('c'), [other]],
    ['one by the beginning of it', 'sha256:cccccccccccc', [other]],
  ])('lifts %s', async (_what, wanted, left) => {
    const world = await aWorld(aSeenTarget({ quarantine: [quarantined, other] }));
    const answer = await answerTo(world, { ...name, name: 'unquarantine', digest: wanted });
    expect(answer?.status).toBe('accepted');
    expect(answer?.text).toContain('shop/web:1.2.0 (cccccccccccc)');
    expect((await world.target()).quarantine).toEqual(left);
  });

  it.each([
    ['no', 'sha256:ffffffffffff'],
    ['more than one', 'sha256:cccccccccccc'],
  ])('refuses a digest of which there is %s', async (what, wanted) => {
    const twin = { ...other, digest: `${digest('c').slice(0, -1)}0` };
    const world = await aWorld(aSeenTarget({ quarantine: [quarantined, twin] }));
    const answer = await answerTo(world, { ...name, name: 'unquarantine', digest: wanted });
    expect(answer).toMatchObject({
      status: 'refused',
      text: expect.stringContaining(`has ${what} quarantined`),
    });
    expect((await world.target()).quarantine).toHaveLength(2);
  });

  it('where nothing is quarantined is what was wished', async () => {
    const world = await aWorld();
    expect(await answerTo(world, { ...name, name: 'unquarantine' })).toEqual({
      status: 'accepted',
      text: 'nothing is quarantined for prod/web',
    });
  });
});

describe('deploy', () => {
  it('accepts a rollout of that image at once, in every container that runs the repository', async () => {
    const containers = [
      { name: 'app', image: pinnedImage('a') },
      { name: 'worker', image: `${registry}/shop/web:1.0.0` },
      { name: 'proxy', image: pinnedImage('d', 'shop/proxy') },
    ];
    const earlier = aRollout({ phase: 'completed', startedAt: at(99), base: 'latest' });
    const world = await aWorld(
      aSeenTarget({ generation: 1, rollouts: [earlier], seen: aSeen({ containers }) }),
    );
    expect(await answerTo(world, deploy)).toEqual({
      status: 'accepted',
      text: 'prod/web is rolled to shop/web:1.2.0 (cccccccccccc) in app, worker',
      generation: 2,
    });
    const [rollout] = (await world.target()).rollouts;
    expect(rollout).toMatchObject({
      phase: 'accepted',
      cause: 'deploy',
      by: 'ada',
      base: 'latest',
      from: { app: pinnedImage('a'), worker: `${registry}/shop/web:1.0.0` },
      changes: {
        app: { ...image, rule: 'asked for by ada' },
        worker: { ...image, rule: 'asked for by ada' },
      },
    });
    expect(rollout?.notBefore).toBeUndefined();
    expect(taken(world.rollouts)).toMatchObject([{ kind: 'nudge', ...name, generation: 2 }]);
  });

  it('changes the container that is named alone, and keeps the host name that it has', async () => {
    const dual = registry.replace('.dkr.ecr.', '.dkr-ecr.').replace('amazonaws.com', 'on.aws');
    const containers = [{ name: 'app', image: `${dual}/shop/web@${digest('a')}` }];
    const world = await aWorld(aSeenTarget({ seen: aSeen({ containers }) }));
    await answerTo(world, { ...deploy, image: { ...image, container: 'app' } });
    expect((await world.target()).rollouts[0]?.changes).toMatchObject({ app: { registry: dual } });
  });

  it('of what runs already is done', async () => {
    const world = await aWorld();
    const answer = await answerTo(world, { ...deploy, image: { ...image, tag: '', digest: digest('a') } });
    expect(answer).toEqual({
      status: 'accepted',
      text: 'prod/web runs shop/web (aaaaaaaaaaaa) in app already',
    });
    expect((await world.target()).rollouts).toEqual([]);
  });

  const refusals: readonly [string, { target?: Partial<Target>; image?: object; words: string }][] = [
    [
      'on hold',
      {
        target: { hold: { reason: 'freeze', by: 'bob', at: 1 } },
        words: 'prod/web is on hold: freeze (bob). `slipway resume',
      },
    ],
    [
      'quarantined',
      {
        target: { quarantine: [quarantined] },
        words: 'is quarantined for prod/web: exit code 1. `slipway unquarantine',
      },
    ],
    ['not seen yet', { target: { seen: undefined }, words: 'Slipway has not looked at prod/web yet' }],
    [
      'of another repository',
      { image: { repository: 'shop/api' }, words: '/shop/api: name one with --container (app runs ' },
    ],
    [
      'for a container that is not there',
      { image: { container: 'db' }, words: 'prod/web has no container db (app runs ' },
    ],
    [
      'for a target without containers',
      { target: { seen: aSeen({ containers: [] }) }, words: '(it has none)' },
    ],
  ];
  it.each(refusals)('is refused where it is %s', async (_what, { target, image: other, words }) => {
    const world = await aWorld(aSeenTarget(target));
    const answer = await answerTo(world, { ...deploy, image: { ...image, ...other } });
    expect(answer).toMatchObject({ status: 'refused', text: expect.stringContaining(words) });
    expect((await world.target()).rollouts).toEqual([]);
    expect(taken(world.rollouts)).toEqual([]);
  });

  it('is refused where Slipway only observes', async () => {
    const world = await aWorld();
    world.config = aConfig({ mode: 'observe' });
    expect(await answerTo(world, deploy)).toMatchObject({
      status: 'refused',
      text: expect.stringContaining('observes'),
    });
  });

  it('is refused in a cluster of another stack', async () => {
    const world = await aWorld();
    await rememberOwner(world.table, { cluster: 'prod', tag: 'other', owner: 'ours', at: at(1) });
    expect(await answerTo(world, deploy)).toMatchObject({
      status: 'refused',
      text: 'cluster prod belongs to other, another stack of Slipway',
    });
  });

  it('is refused an hour later, and a hold is not', async () => {
    const world = await aWorld();
    const late = { at: at(100) - 3_600_001 };
    expect(await answerTo(world, { ...aCommand(deploy), ...late })).toMatchObject({
      status: 'refused',
      text: expect.stringContaining('an hour late'),
    });
    const hold = { ...aCommand({ ...name, name: 'hold' }), ...late };
    expect(await answerTo(world, hold)).toMatchObject({ status: 'accepted' });
  });
});

describe('a command', () => {
  const wishes: readonly Wish[] = [
    { ...name, name: 'hold' },
    { ...name, name: 'resume' },
    { ...name, name: 'unquarantine' },
    { ...name, name: 'rollback' },
  ];
  it.each(wishes)('of a target that nobody knows is refused: $name', async (wish) => {
    const world = new FakeWorld();
    expect(await answerTo(world, wish)).toMatchObject({
      status: 'refused',
      text: expect.stringContaining('Slipway knows no prod/web'),
    });
    expect(await answerTo(world, deploy)).toMatchObject({ status: 'refused' });
  });

  it('that comes twice is carried out once', async () => {
    const world = await aWorld();
    const command = aCommand(deploy);
    await carryOut(world, command);
    await carryOut(world, command);
    expect((await world.target()).generation).toBe(1);
    expect(await readHistory(world.table, name, 9)).toEqual([]);
  });

  it('that crashes anywhere is carried out once, and answered, when it comes again', async () => {
    for (let n = 1; n < 12; n += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await aWorld();
        const command = aCommand(deploy);
        const { watch, hit } = crashAt(n, when);
        await carryOut(world, command, watch).catch((error: unknown) => expect(error).toBeInstanceOf(Crash));
        await carryOut(world, command);
        expect((await world.target()).generation).toBe(1);
        expect(await loadAnswer(world.table, command.id)).toMatchObject({ generation: 1 });
        expect(taken(world.rollouts)).toHaveLength(1);
        if (!hit()) return;
      }
    }
    throw new Error('the crash never came too late');
  });

  it('gives way to somebody who writes at the same moment, and is decided again', async () => {
    const world = await aWorld();
    const meanwhile = () => answerTo(world, { ...name, name: 'hold', reason: 'just now' });
    const command = aCommand(deploy);
    await carryOut(world, command, onCall('table.write', 'before', meanwhile));
    expect(await loadAnswer(world.table, command.id)).toMatchObject({
      status: 'refused',
      text: expect.stringContaining('just now'),
    });
  });

  it('that two workers carry out has one answer', async () => {
    const world = new FakeWorld();
    const command = aCommand({ ...name, name: 'resume' });
    await carryOut(
      world,
      command,
      onCall('table.write', 'before', () => carryOut(world, command)),
    );
    expect(await loadAnswer(world.table, command.id)).toMatchObject({ status: 'refused' });
  });

  it('that is none is rejected', async () => {
    const world = new FakeWorld();
    const { table, rollouts, definitions, clock, journal } = world;
    const asked = applyCommand(
      { ...commandMessage(aCommand(deploy)).body, at: 'now' },
      { table, rollouts, definitions, clock, journal, mode: 'act' },
    );
    await expect(asked).rejects.toThrow(RejectedInput);
  });

  it('whose answer a newer version wrote waits for that version', async () => {
    const world = await aWorld();
    const command = aCommand(deploy);
    const item = { pk: `command#${command.id}`, sk: 'answer', version: 1, body: { v: 2 } };
    await world.table.write([item]);
    await expect(carryOut(world, command)).rejects.toThrow(Unavailable);
  });

  it('is told in the log with who asked for it', async () => {
    const world = await aWorld();
    await answerTo(world, { ...name, name: 'hold' });
    expect(world.entries).toContainEqual(
      expect.objectContaining({ outcome: 'command accepted', command: 'hold', by: 'ada', ...name }),
    );
  });
});
