import { describe, expect, it } from 'vitest';
import { decide } from '../../functions/image-pushed/decide.ts';
import { nudge } from '../../shared/domain/nudge.ts';
import { accept } from '../../shared/domain/target/accept.ts';
import { conclude } from '../../shared/domain/target/conclude.ts';
import { type Sighting, see } from '../../shared/domain/target/see.ts';
import type { Seen, Target } from '../../shared/domain/target/state.ts';
import { aDeploymentEvent, aDescribed } from '../builders/events.ts';
import {
  aDeployment,
  aGood,
  aPush,
  aRollout,
  arn,
  aSeen,
  aService,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  name,
  pinnedImage,
} from '../builders/rollouts.ts';
import type { FakeWorld } from '../fakes/fake-world.ts';
import { aRule, rules } from '../unit/image-pushed/given.ts';
import { aWorld } from './given.ts';

const registered = { baseRevision: arn(1), revision: arn(2), registeringSince: at(2), endedAt: at(5) };
/** It registered web:2, and gave way before a service was set to that. */
const gave = aWaitingRollout({ phase: 'superseded', ...registered });

function sighted(overrides: Partial<Seen> = {}): Sighting {
  const { at: _at, ...seen } = aSeen(overrides);
  return { ...name, seen, digests: {}, isSteady: true };
}

function tagged(tag: string, digit: string) {
  return { app: aWanted({ tag, digest: digest(digit) }) };
}

describe('a good revision that is registered because a worse one was left behind', () => {
  it('is set nowhere where a schedule runs it, and nobody hears of it', async () => {
    const scheduled = { ...name, service: 'schedule:default/nightly' };
    const world = await aWorld();
    world.scheduledTargets.put({ ...scheduled, taskDefinition: arn(1), enabled: true });
    const known = { ...aTarget(gave), ...scheduled, seen: aSeen(), good: aGood() };
    await world.given(see(known, { ...sighted(), ...scheduled }, at(9_000))?.target ?? known);
    await world.attend(nudge({ ...scheduled, generation: 2 }).body);
    expect(world.definitions.sent).toHaveLength(1);
    expect(world.scheduledTargets.sets).toEqual([]);
    expect(await world.said()).toEqual([]);
  });

  it('is neither set nor told where a crash came between the registration and the end', async () => {
    const scheduled = { ...name, service: 'schedule:default/nightly' };
    const world = await aWorld();
    world.scheduledTargets.put({ ...scheduled, taskDefinition: arn(1), enabled: true });
    const goBackTo = aGood();
    const restore = aWaitingRollout({ cause: 'restore', phase: 'registered', revision: arn(3), goBackTo });
    await world.given({ ...aTarget(restore), ...scheduled });
    await world.attend(nudge({ ...scheduled, generation: 1 }).body);
    expect(world.scheduledTargets.sets).toEqual([]);
    expect(await world.said()).toEqual([]);
  });

  it.each(['held', 'observed'])('is left alone, without a word, where the service is %s', async (how) => {
    const world = await aWorld();
    const tags = how === 'held' ? { 'slipway:hold': 'freeze' } : {};
    world.config = { ...world.config, mode: how === 'held' ? 'act' : 'observe' };
    await world.given({ ...aTarget(gave), seen: aSeen({ tags }), good: aGood() });
    world.services.put(aService({ tags }));
    world.virtual.advance(3_600_000);
    await world.see();
    await world.roll();
    expect(world.definitions.sent).toEqual([]);
    expect(await world.said()).toEqual([]);
  });
});

/** Rollout 1 was rolled back by ECS; rollout 2 has called UpdateService, and is about to write that down. */
async function raced(): Promise<FakeWorld> {
  const newer = aWaitingRollout({
    generation: 2,
    phase: 'registered',
    baseRevision: arn(1),
    revision: arn(3),
    carries: [],
    registeringSince: at(20),
    changes: tagged('1.2.0', 'c'),
    holds: { app: pinnedImage('c') },
  });
  const world = await aWorld();
  const seen = aSeen({ containers: [{ name: 'app', image: pinnedImage('a') }] });
  const good = aGood({ images: { app: pinnedImage('a') } });
  await world.given({ ...aTarget(newer, aRollout()), seen, good });
  world.definitions.add(aDescribed({ taskDefinitionArn: arn(2) }, 2));
  const containerDefinitions = [{ name: 'app', image: pinnedImage('c') }];
  world.definitions.add(aDescribed({ taskDefinitionArn: arn(3), containerDefinitions }, 3));
  const third = aDeployment({ id: 'ecs-svc/3', taskDefinition: arn(3), rolloutState: 'IN_PROGRESS' });
  world.services.put(aService({ deployments: [third, aDeployment({ status: 'ACTIVE' })] }));
  const targetServiceRevisionArn =
    'arn:aws:ecs:eu-west-1:111122223333:service-revision/prod/web/0000000000000000002';
  world.services.records = [
    { arn: 'x', targetServiceRevisionArn, status: 'ROLLBACK_SUCCESSFUL', reason: 'alarm' },
  ];
  await world.deployment(aDeploymentEvent('SERVICE_DEPLOYMENT_COMPLETED'));
  return world;
}

describe('what is set while an older rollout is concluded', () => {
  it('is followed to its end', async () => {
    const world = await raced();
    await world.roll();
    expect((await world.target()).rollouts[0]).toMatchObject({ phase: 'rolling', revision: arn(3) });
  });

  it('is not what ECS went back to', async () => {
    const { seen, rollouts } = await (await raced()).target();
    expect(seen?.revision).toBe(arn(1));
    expect(rollouts.find(({ generation }) => generation === 1)?.reason).toBe('alarm; web:3 took its place');
  });
});

it('a set that nobody wrote down is not replaced by a push that was compared with what ran before it', async () => {
  const lost = aRollout({
    phase: 'superseded',
    startedAt: undefined,
    changes: tagged('1.2.0', 'c'),
    endedAt: at(-600),
  });
  const skipped = aWaitingRollout({
    generation: 2,
    phase: 'skipped',
    endedAt: at(-500),
    changes: tagged('1.3.0', 'd'),
  });
  const target = { ...aTarget(skipped, lost), seen: aSeen() };
  const push = aPush({ pushedAt: at(90) });
  expect(decide(push, { rules: rules(aRule()), target, lookUp: () => undefined }).kind).toBe('roll');
  const world = await aWorld();
  const accepted = { ...name, changes: { app: aWanted() }, from: {}, base: 'running', at: at(99) } as const;
  await world.given(accept(target, accepted).target);
  const containerDefinitions = [{ name: 'app', image: pinnedImage('c') }];
  world.definitions.add(aDescribed({ taskDefinitionArn: arn(2), containerDefinitions }, 2));
  world.services.put(aService({ deployments: [aDeployment({ id: 'ecs-svc/77', taskDefinition: arn(2) })] }));
  await world.roll();
  expect(world.services.updates).toEqual([]);
});

it('a revision that ECS went back to has run, and becomes good, although nobody wrote down that it was set', () => {
  const holds = { app: pinnedImage('b'), proxy: pinnedImage('9', 'shop/proxy') };
  const containers = Object.entries(holds).map(([container, image]) => ({ name: container, image }));
  const lost = aRollout({ phase: 'superseded', startedAt: undefined, endedAt: at(50), holds });
  const bad = aRollout({
    generation: 2,
    changes: tagged('1.2.0', 'c'),
    baseRevision: arn(2),
    revision: arn(3),
    startedAt: at(60),
  });
  const before: Target = { ...aTarget(bad, lost), seen: aSeen(), good: aGood() };
  const undone = { generation: 2, at: at(300), outcome: 'rolled-back', reason: 'x', runs: arn(2) } as const;
  const restored = { generation: 3, at: at(310), outcome: 'completed', reason: 'x', silent: true } as const;
  const back = conclude(before, undone)?.target ?? before;
  const sighting = { ...sighted({ revision: arn(2), containers }), since: at(55) };
  const after = [2_000, 20_000].reduce(
    (known, second) => see(known, sighting, at(second))?.target ?? known,
    conclude(back, restored)?.target ?? back,
  );
  expect(after.ran).toContain(digest('b'));
  expect(after.good?.revision).toBe(arn(2));
});
