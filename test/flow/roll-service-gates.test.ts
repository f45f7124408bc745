import { describe, expect, it } from 'vitest';
import type { ServiceName } from '../../shared/domain/arn.ts';
import { nudge, type PlanTurn } from '../../shared/domain/nudge.ts';
import { putOnHold } from '../../shared/domain/target/hold.ts';
import type { Good } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { loadPause, pauseItem } from '../../shared/records/control-record.ts';
import { rememberOwner } from '../../shared/records/owner-record.ts';
import { changePlan, enlistMembers, loadPlan } from '../../shared/records/plan-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import {
  aProxy,
  aRollout,
  arn,
  aService,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  name,
  pinnedImage,
  registry,
} from '../builders/rollouts.ts';
import { onCall } from '../fakes/around.ts';
import { type FakeWorld, taken } from '../fakes/fake-world.ts';
import { aWorld, imagesSent, rolloutOf } from './given.ts';

function attend(world: FakeWorld, turn?: PlanTurn, who: ServiceName = name): Promise<void> {
  return world.attend(nudge({ ...who, generation: 1, turn }).body);
}

async function pause(world: FakeWorld, paused: boolean): Promise<void> {
  const stored = await loadPause(world.table);
  await world.table.write([pauseItem(stored, { paused, by: 'ada', at: at(0), reason: '' })]);
}

const good: Good = { revision: arn(1), images: { app: pinnedImage('a') }, at: at(0) };

describe('a rollout does not begin, and ECS is not asked, when', () => {
  const held = putOnHold(aTarget(aWaitingRollout()), { reason: 'freeze', by: 'ada', at: at(1) }).target;
  const bad = { repository: 'shop/web', digest: digest('b'), tag: '1.1.0', reason: 'crashes', at: at(1) };
  const cases: readonly [string, Target, string][] = [
    ['the target is on hold', held, 'on hold: freeze'],
    [
      'the digest is quarantined',
      { ...aTarget(aWaitingRollout()), quarantine: [bad] },
      'shop/web:1.1.0 is quarantined here',
    ],
  ];

  it.each(cases)('%s', async (_what, target, reason) => {
    const world = await aWorld();
    await world.given(target);
    await attend(world);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'skipped', reason });
    expect(world.definitions.sent).toEqual([]);
  });

  it('the cluster belongs to another stack', async () => {
    const world = await aWorld();
    await rememberOwner(world.table, { cluster: 'prod', tag: 'other', owner: 'ours', at: at(0) });
    await attend(world);
    expect(await rolloutOf(world)).toMatchObject({
      phase: 'skipped',
      reason: 'cluster prod belongs to other',
    });
  });

  it('its time has not come: it is due then', async () => {
    const world = await aWorld(aWaitingRollout({ notBefore: at(160) }));
    await attend(world);
    expect((await rolloutOf(world))?.phase).toBe('accepted');
    expect(await world.table.due('target', at(159), 9)).toEqual([]);
    expect(await world.table.due('target', at(160), 9)).toHaveLength(1);
  });
});

describe('a rollback that a person asked for', () => {
  it('goes on although the target and the service are on hold', async () => {
    const world = await aWorld();
    const back = aWaitingRollout({ cause: 'manual-rollback', goBackTo: good, changes: {} });
    await world.given(putOnHold(aTarget(back), { reason: 'rolled back', by: 'ada', at: at(1) }).target);
    world.services.put(aService({ tags: { 'slipway:hold': 'x' } }));
    await attend(world);
    expect(world.services.updates).toEqual([arn(2)]);
  });
});

describe('while everything is paused', () => {
  it('nothing is registered, and unpausing finds the target', async () => {
    const world = await aWorld();
    await pause(world, true);
    await attend(world);
    expect(world.definitions.sent).toEqual([]);
    expect(await world.table.due('paused', at(9_999), 10)).toHaveLength(1);
    await pause(world, false);
    await attend(world);
    expect(world.services.updates).toEqual([arn(2)]);
  });

  it.each(['definitions.describe', 'definitions.register'])(
    'a pause that begins right after %s is heard before the next call',
    async (method) => {
      const world = await aWorld();
      await world.roll(async (called, call) => {
        const answer = await call();
        if (called === method) await pause(world, true);
        return answer;
      });
      expect(world.services.updates).toEqual([]);
      expect(world.definitions.sent).toHaveLength(method === 'definitions.register' ? 1 : 0);
      await pause(world, false);
      await attend(world);
      expect(world.services.updates).toEqual([arn(2)]);
      expect(world.definitions.sent).toHaveLength(1);
    },
  );
});

describe('a member of a plan', () => {
  const image = { registry, repository: 'shop/web', tag: '1.1.0', digest: digest('b') };
  const seed = { image, rule: 'semver ^1', parallel: 1, stopAfter: 1 };

  async function planned(): Promise<{ readonly world: FakeWorld; readonly turn: PlanTurn }> {
    const world = await aWorld();
    const others = ['api', 'cron'].map((service) => ({ cluster: 'prod', service }));
    const [plan = { plan: '', index: 0 }] = await enlistMembers(world, seed, [name, ...others]);
    await world.given(aTarget(aWaitingRollout({ plan })));
    return { world, turn: { ...plan, slot: at(100), mates: ['web'] } };
  }

  it('waits until the plan lets it go, and then goes', async () => {
    const { world, turn } = await planned();
    await attend(world);
    expect(world.outcomes()).toContain('waits for its plan');
    await changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, next: 1, open: [0] }, notices: [] }));
    await attend(world, turn);
    expect(world.services.updates).toEqual([arn(2)]);
  });

  it('that has to wait for its slot keeps the turn that it was given, whoever wakes it', async () => {
    const { world, turn } = await planned();
    await changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, next: 1, open: [0] }, notices: [] }));
    world.services.fault = 'throttled';
    const mates = ['web', 'api'];
    await world.attend(nudge({ ...name, generation: 1, turn: { ...turn, mates } }).body);
    expect((await rolloutOf(world))?.slot?.given).toEqual({ slot: turn.slot, mates });
    world.virtual.advance(30_000);
    const asked: (readonly string[])[] = [];
    const describeAll = world.services.describe.bind(world.services);
    world.services.describe = (cluster, services) => {
      asked.push(services);
      return describeAll(cluster, services);
    };
    await attend(world);
    expect(asked).toEqual([mates]);
    expect(world.services.updates).toEqual([arn(2)]);
  });

  it('whose place was given back before it began takes it again', async () => {
    const { world, turn } = await planned();
    await changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, next: 1, open: [] }, notices: [] }));
    await attend(world);
    expect((await loadPlan(world.table, turn.plan))?.open).toEqual([0]);
    expect(world.services.updates).toEqual([arn(2)]);
  });

  it('waits for a place where others have them all, and begins when one is free', async () => {
    const { world, turn } = await planned();
    await changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, next: 2, open: [1] }, notices: [] }));
    await attend(world);
    expect(world.services.updates).toEqual([]);
    expect(await world.table.due('target', world.clock.now() + 30_000, 9)).toHaveLength(1);
    await changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, open: [] }, notices: [] }));
    world.virtual.advance(30_000);
    await attend(world);
    expect(world.services.updates).toEqual([arn(2)]);
  });

  it('that has registered waits for a place as well', async () => {
    const { world, turn } = await planned();
    await changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, next: 1, open: [0] }, notices: [] }));
    const take = () =>
      changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, next: 2, open: [1] }, notices: [] }));
    await world.attend(
      nudge({ ...name, generation: 1, turn }).body,
      onCall('definitions.register', 'after', take),
    );
    expect(await rolloutOf(world)).toMatchObject({ phase: 'registered' });
    expect(world.services.updates).toEqual([]);
  });

  it('whose image joined the rollout of another waits by itself for its plan, and the other goes', async () => {
    const { world, turn } = await planned();
    const { plan, index } = turn;
    const joint = aWaitingRollout({
      changes: { app: aWanted(), proxy: aProxy() },
      alsoOf: [{ plan, index }],
    });
    await world.given(aTarget(joint));
    await attend(world);
    expect(world.outcomes()).toContain('image waits for its plan');
    expect(imagesSent(world)).toMatchObject({
      app: expect.not.stringContaining(digest('b')),
      proxy: expect.stringContaining(digest('e')),
    });
    expect((await world.target()).alone).toMatchObject([{ plan: { plan, index }, changes: { app: {} } }]);
  });

  it('that leads a rollout waits by itself where the other may go', async () => {
    const { world, turn } = await planned();
    const { plan, index } = turn;
    const joint = aWaitingRollout({ changes: { app: aWanted(), proxy: aProxy() }, plan: { plan, index } });
    await world.given(aTarget(joint));
    await attend(world);
    expect(imagesSent(world)).toMatchObject({
      app: expect.not.stringContaining(digest('b')),
      proxy: expect.stringContaining(digest('e')),
    });
    expect((await world.target()).alone).toMatchObject([{ plan: { plan, index }, changes: { app: {} } }]);
  });

  it('waits with the other where that has to wait for a plan of its own', async () => {
    const { world, turn } = await planned();
    const { plan, index } = turn;
    const alsoOf = await enlistMembers(world, { ...seed, image: { ...aProxy(), registry } }, [name]);
    const changes = { app: aWanted(), proxy: aProxy() };
    await world.given(aTarget(aWaitingRollout({ changes, plan: { plan, index }, alsoOf })));
    await attend(world);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'accepted', alsoOf });
    expect(world.outcomes()).toEqual(['waits for its plan']);
  });

  it('goes before a rollout that has to wait, although it stood behind it', async () => {
    const { world, turn } = await planned();
    const { plan, index } = turn;
    await changePlan(world, plan, (known) => ({ plan: { ...known, next: 1, open: [0] }, notices: [] }));
    const [other] = await enlistMembers(world, { ...seed, image: { ...aProxy(), registry } }, [name]);
    const waiting = aWaitingRollout({ changes: { proxy: aProxy() }, plan: other });
    const free = { changes: { app: aWanted() }, of: 0, cause: 'push', plan: { plan, index } } as const;
    await world.given({ ...aTarget(waiting), alone: [free] });
    await attend(world);
    expect(imagesSent(world)).toMatchObject({
      app: pinnedImage('b'),
      proxy: expect.not.stringContaining(digest('e')),
    });
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'rolling', plan: { plan, index } });
    expect((await world.target()).alone).toMatchObject([{ plan: other, changes: { proxy: {} } }]);
  });

  it('waits behind it while its own plan does not let it go', async () => {
    const { world, turn } = await planned();
    const { plan, index } = turn;
    const [other] = await enlistMembers(world, { ...seed, image: { ...aProxy(), registry } }, [name]);
    const waiting = aWaitingRollout({ changes: { proxy: aProxy() }, plan: other });
    const free = { changes: { app: aWanted() }, of: 0, cause: 'push', plan: { plan, index } } as const;
    await world.given({ ...aTarget(waiting), alone: [free] });
    await attend(world);
    expect(world.outcomes()).toEqual(['waits for its plan']);
    expect((await world.target()).alone).toHaveLength(1);
  });

  it('goes with the other where its plan has let it go, or knows it no longer', async () => {
    const { world, turn } = await planned();
    const { plan, index } = turn;
    await changePlan(world, plan, (known) => ({ plan: { ...known, next: 1, open: [] }, notices: [] }));
    const alsoOf = [
      { plan, index },
      { plan: 'forgotten', index: 0 },
    ];
    await world.given(aTarget(aWaitingRollout({ changes: { app: aWanted(), proxy: aProxy() }, alsoOf })));
    await attend(world);
    expect((await rolloutOf(world))?.phase).toBe('rolling');
    expect((await world.target()).alone).toBeUndefined();
    expect((await loadPlan(world.table, plan))?.open).toEqual([0]);
  });

  it('is left alone, without a word, when the plan has stopped', async () => {
    const { world, turn } = await planned();
    await changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, stopped: 'it failed' }, notices: [] }));
    await attend(world, turn);
    expect(await rolloutOf(world)).toMatchObject({ phase: 'skipped', reason: 'it failed' });
    expect(await world.said()).toEqual([]);
  });

  it('that has registered already is left alone too, when the plan has stopped since', async () => {
    const { world, turn } = await planned();
    await changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, next: 1, open: [0] }, notices: [] }));
    const stop = () =>
      changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, stopped: 'it failed' }, notices: [] }));
    await world.attend(
      nudge({ ...name, generation: 1, turn }).body,
      onCall('definitions.register', 'after', stop),
    );
    expect(await rolloutOf(world)).toMatchObject({ phase: 'skipped', reason: 'it failed' });
    expect(world.services.updates).toEqual([]);
    // What it had registered is not left the newest of its family.
    expect(await rolloutOf(world, 2)).toMatchObject({ phase: 'completed', cause: 'restore' });
    expect(world.definitions.sent).toHaveLength(2);
  });

  it('of which its target knows nothing keeps nobody waiting', async () => {
    const { world, turn } = await planned();
    await changePlan(world, turn.plan, (plan) => ({ plan: { ...plan, next: 1, open: [0] }, notices: [] }));
    await world.given(aTarget());
    await attend(world, turn);
    expect((await loadPlan(world.table, turn.plan))?.open).toEqual([]);
    await attend(world, { ...turn, index: 1 }, { cluster: 'prod', service: 'nobody' });
    expect(world.outcomes()).toContain('plan told');
  });
});

describe('two targets that want the same', () => {
  it('share one revision', async () => {
    const world = await aWorld();
    const api = { cluster: 'prod', service: 'api' };
    world.services.put(aService({ ...api }));
    await world.given({ ...aTarget(aWaitingRollout()), ...api });
    await attend(world);
    await attend(world, undefined, api);
    expect(world.definitions.sent).toHaveLength(1);
    expect(world.services.updates).toEqual([arn(2), arn(2)]);
    expect((await loadTarget(world.table, api))?.rollouts[0]).toMatchObject({
      phase: 'rolling',
      revision: arn(2),
    });
  });

  it('do not share it where one is undone and the other is pushed', async () => {
    const world = await aWorld(
      aWaitingRollout({
        changes: { app: aWanted({ digest: digest('a') }) },
        cause: 'rollback',
        goBackTo: good,
      }),
    );
    await attend(world);
    const api = { cluster: 'prod', service: 'api' };
    world.services.put(aService({ ...api }));
    const push = aWaitingRollout({ changes: { app: aWanted({ digest: digest('a') }) } });
    await world.given({ ...aTarget(push), ...api });
    await attend(world, undefined, api);
    expect(world.definitions.sent).toHaveLength(2);
  });
});

describe('AWS throttles', () => {
  it('a registration: it has another turn soon, and the message is done', async () => {
    const world = await aWorld();
    world.definitions.fault = 'throttled';
    await attend(world);
    expect((await rolloutOf(world))?.slot).toEqual({ call: 'register', at: at(102) });
    world.virtual.advance(2_000);
    expect(taken(world.wakeups)).toMatchObject([{ at: at(102) }]);
    await attend(world);
    expect(world.definitions.sent).toHaveLength(1);
    expect(world.services.updates).toEqual([arn(2)]);
  });

  it('an update: the revision is kept for its next turn', async () => {
    const world = await aWorld();
    world.services.fault = 'throttled';
    await attend(world);
    expect(await rolloutOf(world)).toMatchObject({
      phase: 'registered',
      slot: { call: 'update', at: at(102) },
    });
    world.virtual.advance(2_000);
    await attend(world);
    expect(world.definitions.sent).toHaveLength(1);
    expect(world.services.updates).toEqual([arn(2)]);
  });
});

it('a rollout that rolls keeps a slot no longer', async () => {
  const world = await aWorld(aWaitingRollout({ slot: { call: 'turn', at: at(1) } }));
  await attend(world);
  expect((await rolloutOf(world))?.slot).toBeUndefined();
  expect(await rolloutOf(world)).toMatchObject({ phase: aRollout().phase });
});
