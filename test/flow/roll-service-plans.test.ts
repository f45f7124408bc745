import { describe, expect, it } from 'vitest';
import { nudge } from '../../shared/domain/nudge.ts';
import type { PlanSeed } from '../../shared/domain/plan/enlist.ts';
import { type Acceptance, accept } from '../../shared/domain/target/accept.ts';
import { restore } from '../../shared/domain/target/go-back.ts';
import { putOnHold, resume } from '../../shared/domain/target/hold.ts';
import type { Membership } from '../../shared/domain/target/rollout.ts';
import { changePlan, enlistMembers, loadPlan } from '../../shared/records/plan-record.ts';
import {
  aGood,
  aProxy,
  aRollout,
  aSeen,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  name,
  registry,
} from '../builders/rollouts.ts';
import { onCall } from '../fakes/around.ts';
import type { FakeWorld } from '../fakes/fake-world.ts';
import { aWorld, imagesSent, rolloutOf } from './given.ts';

const app = { registry, repository: 'shop/web', tag: '1.1.0', digest: digest('b') };
const proxy = { ...aProxy(), registry };
const other = { cluster: 'prod', service: 'api' };
const both = { app: aWanted(), proxy: aProxy() };
const bad = { repository: 'shop/web', digest: digest('b'), tag: '1.1.0', reason: 'crashes', at: at(1) };

function attend(world: FakeWorld): Promise<void> {
  return world.attend(nudge({ ...name, generation: 1 }).body);
}

/** This target is in a plan whose first is another one. */
async function inPlanOf(world: FakeWorld, image: PlanSeed['image']): Promise<Membership> {
  const seed = {
    image,
    rule: 'semver ^1',
    parallel: 1,
    stopAfter: 1,
    first: { name: other, verified: false },
  };
  const [, member] = await enlistMembers(world, seed, [other, name]);
  return member ?? { plan: '', index: 0 };
}

async function letGo(world: FakeWorld, { plan, index }: Membership): Promise<void> {
  await changePlan(world, plan, (known) => ({
    plan: { ...known, first: 'verified', next: index + 1, open: [index] },
    notices: [],
  }));
}

async function stop(world: FakeWorld, { plan }: Membership): Promise<void> {
  await changePlan(world, plan, (known) => ({ plan: { ...known, stopped: 'it failed' }, notices: [] }));
}

async function pushed(
  world: FakeWorld,
  push: Pick<Acceptance, 'changes' | 'plan'>,
  second: number,
): Promise<void> {
  const acceptance = { ...name, from: {}, base: 'running', at: at(second), ...push } as const;
  await world.given(accept(await world.target(), acceptance).target);
}

describe('an image that may not be rolled after all', () => {
  it('is not in what is deployed, although a revision with it was registered: its plan stopped since', async () => {
    const world = await aWorld();
    const plan = await inPlanOf(world, app);
    await letGo(world, plan);
    await world.given(aTarget(aWaitingRollout({ changes: both, plan })));
    const body = nudge({ ...name, generation: 1 }).body;
    await world.attend(
      body,
      onCall('definitions.register', 'after', () => stop(world, plan)),
    );
    expect(world.definitions.sent).toHaveLength(2);
    expect(imagesSent(world)).toMatchObject({ app: expect.not.stringContaining(digest('b')) });
    expect(await rolloutOf(world)).toMatchObject({ phase: 'rolling', changes: { proxy: {} } });
  });

  it('nor where the plan of an image that joined stopped since', async () => {
    const world = await aWorld();
    const [mine, joined] = [await inPlanOf(world, proxy), await inPlanOf(world, app)];
    await letGo(world, mine);
    await letGo(world, joined);
    await world.given(aTarget(aWaitingRollout({ changes: both, plan: mine, alsoOf: [joined] })));
    const body = nudge({ ...name, generation: 1 }).body;
    await world.attend(
      body,
      onCall('definitions.register', 'after', () => stop(world, joined)),
    );
    expect(imagesSent(world)).toMatchObject({ app: expect.not.stringContaining(digest('b')) });
  });

  it('nor where it was quarantined while the update waited', async () => {
    const world = await aWorld();
    await world.given(aTarget(aWaitingRollout({ changes: both })));
    world.services.fault = 'throttled';
    await attend(world);
    await world.given({ ...(await world.target()), quarantine: [bad] });
    world.virtual.advance(10_000);
    await attend(world);
    expect(world.definitions.sent).toHaveLength(2);
    expect(imagesSent(world)).toMatchObject({ app: expect.not.stringContaining(digest('b')) });
  });
});

describe('an image whose plan keeps it waiting', () => {
  it('waits on when a newer push replaces another image of its rollout', async () => {
    const world = await aWorld();
    await world.given(aTarget());
    await pushed(world, { changes: { app: aWanted() }, plan: await inPlanOf(world, app) }, 10);
    const plan = await inPlanOf(world, proxy);
    await pushed(world, { changes: { proxy: aProxy() }, plan }, 20);
    const newer = { ...app, tag: '1.2.0', digest: digest('c') };
    const changes = { app: aWanted({ tag: '1.2.0', digest: digest('c') }) };
    await pushed(world, { changes, plan: await inPlanOf(world, newer) }, 30);
    await attend(world);
    expect(world.services.updates).toEqual([]);
    expect((await loadPlan(world.table, plan.plan))?.stopped).toBeUndefined();
    expect((await rolloutOf(world, 3))?.alsoOf).toEqual([plan]);
  });

  it('waits on where the other image, of no plan, is quarantined', async () => {
    const world = await aWorld();
    const quarantine = [{ ...bad, repository: 'shop/proxy', digest: aProxy().digest }];
    const joint = aWaitingRollout({ changes: both, alsoOf: [await inPlanOf(world, app)] });
    await world.given({ ...aTarget(joint), quarantine });
    await attend(world);
    expect(world.services.updates).toEqual([]);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'accepted', changes: { app: {} } });
  });

  it('lets pass what waits for no plan', async () => {
    const world = await aWorld();
    const plan = await inPlanOf(world, app);
    const waits = { changes: { app: aWanted() }, of: 0, cause: 'push', plan } as const;
    const single = { changes: { proxy: aProxy() }, of: 0, cause: 'alone' } as const;
    await world.given({ ...aTarget(), alone: [waits, single] });
    await attend(world);
    expect(imagesSent(world)).toMatchObject({ proxy: expect.stringContaining(digest('e')) });
    expect((await world.target()).alone).toMatchObject([{ plan }]);
  });

  it('keeps to its plan across a hold', async () => {
    const world = await aWorld();
    const plan = await inPlanOf(world, app);
    await world.given({
      ...aTarget(),
      alone: [{ changes: { app: aWanted() }, of: 0, cause: 'push', plan }],
    });
    const held = putOnHold(await world.target(), { reason: 'freeze', by: 'ada', at: at(1) });
    await world.given(held.target);
    await letGo(world, plan);
    await world.attend(
      nudge({ ...name, generation: 1, turn: { ...plan, slot: at(1), mates: ['web'] } }).body,
    );
    expect((await loadPlan(world.table, plan.plan))?.open).toEqual([]);
    await stop(world, plan);
    await world.given(resume(held.target, { by: 'ada', at: at(2) })?.target ?? held.target);
    await attend(world);
    expect(world.services.updates).toEqual([]);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'skipped', reason: 'it failed' });
  });

  it('keeps no restore waiting', async () => {
    const world = await aWorld();
    const failed = aRollout({ phase: 'rolled-back', endedAt: at(20) });
    const left = { ...aTarget(failed), seen: aSeen(), good: aGood() };
    await world.given(restore(left, 1, at(21)).target);
    const plan = await inPlanOf(world, proxy);
    await pushed(world, { changes: { proxy: aProxy() }, plan }, 22);
    await attend(world);
    expect(world.definitions.sent).toHaveLength(1);
    expect(world.services.updates).toEqual([]);
    const { rollouts } = await world.target();
    expect(rollouts[0]).toMatchObject({ phase: 'accepted', plan, changes: { proxy: {} } });
    expect(rollouts[1]).toMatchObject({ phase: 'completed', cause: 'restore', of: 1 });
  });
});
