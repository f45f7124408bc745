import { describe, expect, it } from 'vitest';
import { accept } from '../../../shared/domain/target/accept.ts';
import { outdated, pushedAgain, takeUp, takeUpBeside } from '../../../shared/domain/target/alone.ts';
import { bakedBy, bakedOn, unbaked, verify } from '../../../shared/domain/target/bake.ts';
import { owe, owePlan, pay } from '../../../shared/domain/target/debts.ts';
import { goBack } from '../../../shared/domain/target/go-back.ts';
import { putOnHold, resume } from '../../../shared/domain/target/hold.ts';
import { needsRollService } from '../../../shared/domain/target/needs.ts';
import { isQuarantined, quarantine, unquarantine } from '../../../shared/domain/target/quarantine.ts';
import { defaultTerms } from '../../../shared/domain/target/rollout.ts';
import type { Alone, Baking, Quarantined, Target } from '../../../shared/domain/target/state.ts';
import {
  aProxy,
  aRollout,
  arn,
  aSeen,
  aTarget,
  at,
  aWaitingRollout,
  aWanted,
  digest,
  name,
  pinnedImage,
} from '../../builders/rollouts.ts';

const idle: Target = { ...aTarget(), generation: 7 };
const bad: Quarantined = {
  repository: 'shop/web',
  digest: digest('b'),
  tag: '1.1.0',
  reason: 'crashes',
  at: at(1),
};
const baking: Baking = {
  generation: 1,
  revision: arn(2),
  images: { app: pinnedImage('b'), log: 'fluent/fluent-bit:3' },
  at: at(0),
  until: at(600),
  plans: [{ plan: 'p', index: 0 }],
};

describe('what is tried alone', () => {
  const one: Alone = { changes: { app: aWanted() }, of: 3, cause: 'alone' };

  it('is taken up when nothing is open, in its order', () => {
    const step = takeUp({ ...idle, alone: [one, { ...one, of: 4 }] }, at(50));
    expect(step?.target.rollouts[0]).toMatchObject({
      generation: 8,
      cause: 'alone',
      of: 3,
      phase: 'accepted',
    });
    expect(step?.target.rollouts[0]?.from).toEqual({});
  });

  it('waits while the target is on hold', () => {
    const hold = { reason: 'freeze', by: 'ada', at: at(1) };
    const held = { ...idle, alone: [one], hold };
    expect(takeUp(held, at(50))).toBeUndefined();
    expect(needsRollService(held, at(50))).toBe(false);
  });

  it.each([
    ['what it failed in', { generation: 3 }, false],
    ['another image that has failed', { generation: 5, changes: { proxy: aWanted() } }, false],
    ['an older image of its own that has failed', { generation: 5 }, true],
  ] as const)('where %s runs: is put into nothing that has failed', (_what, failed, goes) => {
    const revision = arn(4);
    const left = aTarget(aRollout({ phase: 'failed', revision, ...failed }));
    const on = (set: string): Target => ({ ...left, seen: aSeen({ revision: set }), alone: [one] });
    expect(takeUp(on(revision), at(50)) !== undefined).toBe(goes);
    expect(takeUp(on(arn(1)), at(50))).toBeDefined();
  });

  it('waits while a rollout is open, and is nothing where nothing is left', () => {
    expect(takeUp({ ...aTarget(aRollout()), alone: [one] }, at(50))).toBeUndefined();
    expect(takeUp(idle, at(50))).toBeUndefined();
  });

  it('is dropped where it has been quarantined meanwhile', () => {
    const member = { ...one, plan: { plan: 'p', index: 1 } };
    const step = takeUp({ ...idle, alone: [member], quarantine: [bad] }, at(50));
    expect(step?.target).toMatchObject({ alone: [], rollouts: [], owes: [{ result: 'left alone' }] });
  });

  it('is taken up beside a rollout that waits for another plan, and takes the lead', () => {
    const [member, other] = [
      { plan: 'p', index: 1 },
      { plan: 'q', index: 1 },
    ];
    const waits: Alone = { ...one, cause: 'push', plan: member };
    const target = {
      ...aTarget(aWaitingRollout({ changes: { proxy: aWanted() }, plan: other })),
      alone: [waits],
    };
    const step = takeUpBeside(target, { free: [member], at: at(50) });
    expect(step?.target.rollouts[0]).toMatchObject({ generation: 2, plan: member, alsoOf: [other] });
    expect(Object.keys(step?.target.rollouts[0]?.changes ?? {})).toEqual(['proxy', 'app']);
    expect(takeUpBeside({ ...target, alone: [waits] }, { free: [other], at: at(50) })).toBeUndefined();
    expect(takeUpBeside(idle, { free: [member], at: at(50) })).toBeUndefined();
  });

  it('is out of date where what runs answers a younger push of its repository', () => {
    const waits = { ...idle, alone: [one] };
    expect(outdated(waits, { repository: 'shop/web', pushedAt: at(9) })?.alone).toEqual([]);
    expect(outdated(waits, { repository: 'shop/web', pushedAt: at(0) })).toBeUndefined();
    expect(outdated(waits, { repository: 'shop/proxy', pushedAt: at(9) })).toBeUndefined();
    expect(outdated(idle, { repository: 'shop/web', pushedAt: at(9) })).toBeUndefined();
  });

  it('that runs and was pushed again is newer than it was', () => {
    const again = { app: aWanted({ pushedAt: at(9) }) };
    const known = { ...idle, wanted: { app: aWanted({ pushedAt: at(5) }) } };
    expect(pushedAgain(known, again)?.wanted).toEqual(again);
    expect(pushedAgain({ ...idle, wanted: {} }, again)?.wanted).toEqual(again);
    expect(pushedAgain({ ...idle, wanted: again }, known.wanted)).toBeUndefined();
    expect(pushedAgain(known, {})).toBeUndefined();
  });

  it('loses the image that has been quarantined meanwhile, and keeps its others', () => {
    const two = { ...one, changes: { ...one.changes, proxy: aProxy() } };
    const step = takeUp({ ...idle, alone: [two], quarantine: [bad] }, at(50));
    expect(Object.keys(step?.target.rollouts[0]?.changes ?? {})).toEqual(['proxy']);
    expect(step?.target.alone).toEqual([]);
  });

  it('loses the image that a newer push replaces, and keeps its others', () => {
    const two = { ...one, changes: { ...one.changes, proxy: aProxy() } };
    const changes = { app: aWanted({ digest: digest('c') }) };
    const push = { ...name, changes, from: {}, base: 'running', at: at(9) } as const;
    expect(accept({ ...idle, alone: [two] }, push).target.alone).toEqual([
      { ...two, changes: { proxy: aProxy() } },
    ]);
  });

  it('is dropped where a newer push replaces it', () => {
    const changes = { app: aWanted({ digest: digest('c') }) };
    const { target } = accept(
      { ...idle, alone: [one] },
      { ...name, changes, from: {}, base: 'running', at: at(9) },
    );
    expect(target.alone).toEqual([]);
  });
});

describe('bake', () => {
  const target = { ...idle, baking };

  it('is over at its time, and not before', () => {
    expect(bakedBy(target, at(599))).toBeUndefined();
    expect(bakedBy(target, at(600))).toBe(baking);
    expect(bakedBy(idle, at(600))).toBeUndefined();
  });

  it('verifies the revision, pins what runs, and tells the plan', () => {
    const after = verify(target, baking, { log: digest('f'), app: digest('9') }).target;
    expect(after.good).toEqual({
      revision: arn(2),
      at: at(600),
      images: { app: pinnedImage('b'), log: `fluent/fluent-bit@${digest('f')}` },
    });
    expect(after.baking).toBeUndefined();
    expect(after.owes).toEqual([{ kind: 'plan', plan: 'p', index: 0, result: 'verified' }]);
  });

  it('goes on in a rollout of ours that leaves its images as they are', () => {
    const baked = { ...aTarget(aRollout({ phase: 'completed' })), baking };
    const proxy = aWaitingRollout({ generation: 2, changes: { proxy: aWanted() } });
    expect(bakedOn(baked, proxy)).toMatchObject({
      target: { baking: undefined },
      rollout: { alsoOf: baking.plans },
    });
    const app = bakedOn(baked, aWaitingRollout({ generation: 2 }));
    expect(app.rollout.alsoOf).toBeUndefined();
    expect(app.target.owes).toMatchObject([{ result: 'left alone' }]);
    expect(bakedOn(idle, proxy).rollout).toBe(proxy);
  });

  it('that another deployment ends verifies nothing, and the plan hears of it', () => {
    expect(unbaked(target)).toMatchObject({ baking: undefined, owes: [{ result: 'left alone' }] });
    expect(unbaked(idle)).toBe(idle);
  });
});

describe('a debt', () => {
  it('to a plan waits while another rollout of the same member is on the way', () => {
    const plan = { plan: 'p', index: 1 };
    const older = aRollout({ plan });
    const newer = aWaitingRollout({ generation: 2, alsoOf: [plan] });
    const both = aTarget(newer, older);
    expect(owePlan(both, older, 'completed').owes ?? []).toEqual([]);
    // A failure counts at once; the member keeps its place.
    expect(owePlan(both, older, 'failed').owes).toMatchObject([{ ...plan, result: 'failed', goesOn: true }]);
    const bakes = { ...aTarget(newer), baking: { ...baking, plans: [plan] } };
    expect(owePlan(bakes, newer, 'superseded').owes ?? []).toEqual([]);
    const ofOthers = [
      { ...plan, index: 2 },
      { ...plan, plan: 'q' },
    ];
    const other = aWaitingRollout({ generation: 2, alsoOf: ofOthers });
    expect(owePlan(aTarget(other, older), older, 'failed').owes).toMatchObject([
      { ...plan, result: 'failed' },
    ]);
  });

  it('is owed once, and forgotten when it is paid', () => {
    const twice = owe(owe(idle, { kind: 'see' }), { kind: 'see' });
    expect(twice.owes).toEqual([{ kind: 'see' }]);
    expect(pay(twice, { kind: 'see' }).owes).toEqual([]);
    expect(pay(idle, { kind: 'see' }).owes).toEqual([]);
  });

  it('to one plan is not one to another', () => {
    const plan = { kind: 'plan', plan: 'p', index: 1, result: 'done' } as const;
    expect(owe(owe(idle, plan), { ...plan, index: 2 }).owes).toHaveLength(2);
    expect(owe(owe(idle, plan), { kind: 'see' }).owes).toHaveLength(2);
  });
});

describe('hold', () => {
  it('is told, and ended by resume, which looks for what was missed', () => {
    const held = putOnHold(idle, { reason: 'freeze', by: 'ada', at: at(1) });
    expect(held.target.hold?.reason).toBe('freeze');
    expect(held.notices[0]).toMatchObject({ kind: 'target.held', target: { by: 'ada', reason: 'freeze' } });
    const going = resume(held.target, { by: 'ada', at: at(2) });
    expect(going?.target).toMatchObject({ hold: undefined, owes: [{ kind: 'see' }] });
    expect(going?.notices[0]?.kind).toBe('target.resumed');
    expect(resume(idle, { by: 'ada', at: at(2) })).toBeUndefined();
  });
});

describe('quarantine', () => {
  const listed = quarantine(quarantine(idle, bad).target, { ...bad, digest: digest('c') }).target;

  it('knows a digest of a repository, each once', () => {
    expect(isQuarantined(listed, 'shop/web', digest('b'))?.reason).toBe('crashes');
    expect(isQuarantined(listed, 'shop/proxy', digest('b'))).toBeUndefined();
    expect(isQuarantined(idle, 'shop/web', digest('b'))).toBeUndefined();
    expect(quarantine(listed, bad).target.quarantine).toHaveLength(2);
  });

  it('is lifted for one digest or for all, which count as new then', () => {
    const ran = { ...listed, ran: [digest('b'), digest('a')] };
    const step = unquarantine(ran, { digest: digest('b'), by: 'ada', at: at(3) });
    expect(step?.target.quarantine?.map((one) => one.digest)).toEqual([digest('c')]);
    expect(step?.target.ran).toEqual([digest('a')]);
    expect(unquarantine(listed, { by: 'ada', at: at(3) })?.notices).toHaveLength(2);
    expect(unquarantine(idle, { by: 'ada', at: at(3) })).toBeUndefined();
  });
});

describe('going back because a person asked', () => {
  it('changes what the good revision runs and the service does not, where the digest is known', () => {
    const to = {
      revision: arn(1),
      images: { app: pinnedImage('a'), proxy: pinnedImage('d', 'shop/proxy'), log: 'fluent/fluent-bit:2' },
      at: at(0),
    };
    const seen = {
      at: at(5),
      status: 'ACTIVE',
      controller: 'ECS',
      managedByEcs: false,
      containers: [
        { name: 'app', image: pinnedImage('b') },
        { name: 'proxy', image: pinnedImage('d', 'shop/proxy') },
      ],
      tags: {},
    };
    const step = goBack({ ...idle, seen }, { to, cause: 'manual-rollback', by: 'ada', at: at(9) });
    expect(step.target.rollouts[0]).toMatchObject({ cause: 'manual-rollback', by: 'ada', goBackTo: to });
    expect(Object.keys(step.target.rollouts[0]?.changes ?? {})).toEqual(['app']);
    expect(step.target.rollouts[0]?.from).toEqual({ app: pinnedImage('b') });
  });

  it('of a target that nobody has seen changes everything', () => {
    const to = { revision: arn(1), images: { app: pinnedImage('a') }, at: at(0) };
    const step = goBack(idle, { to, cause: 'manual-rollback', at: at(9) });
    expect(Object.keys(step.target.rollouts[0]?.changes ?? {})).toEqual(['app']);
    expect(step.target.rollouts[0]?.from).toEqual({});
  });
});

describe('going back to what has no digest', () => {
  it('leaves nothing wanted of that container', () => {
    const target = aTarget(aRollout({ phase: 'failed' }));
    const to = { revision: arn(1), images: { app: 'shop/web:latest' }, at: at(0) };
    expect(goBack(target, { to, cause: 'manual-rollback', of: 1, at: at(9) }).target.wanted).toEqual({});
  });
});

describe('a push while a rollback waits for its turn', () => {
  const to = { revision: arn(1), images: { app: pinnedImage('a') }, at: at(0) };
  const failed = { ...aTarget(aRollout({ phase: 'failed' })), good: to };
  const { target: going } = goBack(failed, { to, cause: 'rollback', of: 1, at: at(50) });
  const push = { changes: { app: aWanted({ digest: digest('c') }) }, from: {}, base: 'running' } as const;

  it('takes its place at once, from the good revision, and out of its plan', () => {
    const { target } = accept(going, { ...name, ...push, at: at(51), plan: { plan: 'p', index: 2 } });
    const [newest] = target.rollouts;
    expect(newest).toMatchObject({ goBackTo: to, plan: undefined, notBefore: undefined });
    expect(newest?.changes['app']?.digest).toBe(digest('c'));
    expect(target.owes).toBeUndefined();
    expect(newest?.alsoOf).toEqual([{ plan: 'p', index: 2 }]);
  });
});

describe('`every`', () => {
  const ran = aTarget(aRollout({ phase: 'completed', startedAt: at(3) }));
  const push = { changes: { app: aWanted({ digest: digest('c') }) }, from: {}, base: 'running' } as const;
  const waits = (extra: object, when = at(10)) =>
    accept(ran, { ...name, ...push, at: when, ...extra }).target.rollouts[0]?.notBefore;

  it.each([
    ['a push waits until it is over', {}, at(63)],
    ['a lost push too', { cause: 'found' }, at(63)],
    ['a rule may ask for more', { terms: { ...defaultTerms, everyMs: 120_000 } }, at(123)],
    ['or for nothing', { terms: { ...defaultTerms, everyMs: 0 } }, undefined],
    ['a person need not wait', { cause: 'deploy' }, undefined],
    ['nor what is tried alone', { cause: 'alone' }, undefined],
  ])('%s', (_what, extra, expected) => {
    expect(waits(extra)).toBe(expected);
  });

  it('long after the last rollout nothing waits', () => {
    expect(waits({}, at(63))).toBeUndefined();
  });
});

describe('a plan of a rollout that', () => {
  const first = aWaitingRollout({ plan: { plan: 'p', index: 0 } });
  const push = (changes: object) =>
    accept(aTarget(first), { ...name, changes: changes as never, from: {}, base: 'running', at: at(5) })
      .target;

  it('is superseded hears of it', () => {
    expect(push({ app: aWanted({ digest: digest('c') }) }).owes).toMatchObject([{ result: 'left alone' }]);
  });

  it('joins a newer one hears of it when that one ends', () => {
    const target = push({ proxy: aWanted({ repository: 'shop/proxy' }) });
    expect(target.owes).toBeUndefined();
    expect(target.rollouts[0]?.alsoOf).toEqual([{ plan: 'p', index: 0 }]);
  });
});

describe('roll-service is needed', () => {
  const one: Alone = { changes: { app: aWanted() }, of: 3, cause: 'alone' };
  it.each<[string, Target, boolean]>([
    ['for what waits', aTarget(aWaitingRollout()), true],
    ['not before its time', aTarget(aWaitingRollout({ notBefore: at(20) })), false],
    [
      'not for a member of a plan, which is given its turn',
      aTarget(aWaitingRollout({ plan: { plan: 'p', index: 1 } })),
      false,
    ],
    ['not for what rolls', aTarget(aRollout()), false],
    ['to stop a deployment', aTarget(aRollout({ stopAskedAt: at(9) })), true],
    ['not where it has', aTarget(aRollout({ stopAskedAt: at(9), stoppedAt: at(9) })), false],
    ['for a debt', owe(idle, { kind: 'see' }), true],
    ['for what is tried alone', { ...idle, alone: [one] }, true],
    ['not while something is open', { ...aTarget(aRollout()), alone: [one] }, false],
    ['when a bake is over', { ...idle, baking: { ...baking, until: at(10) } }, true],
    ['not while it bakes', { ...idle, baking }, false],
  ])('%s', (_what, target, expected) => {
    expect(needsRollService(target, at(10))).toBe(expected);
  });
});

describe('a person goes back while something waits', () => {
  const to = { revision: arn(1), images: { app: pinnedImage('a') }, at: at(0) };
  const waits = aWaitingRollout({ generation: 2, plan: { plan: 'p', index: 4 } });
  const one: Alone = { changes: { app: aWanted() }, of: 3, cause: 'alone', plan: { plan: 'q', index: 1 } };

  it('what waits is superseded, and nothing is taken up afterwards', () => {
    const target = { ...aTarget(waits, aRollout({ phase: 'completed' })), alone: [one] };
    const step = goBack(target, { to, cause: 'manual-rollback', by: 'ada', at: at(9) });
    expect(step.target.rollouts.map(({ phase }) => phase)).toEqual(['accepted', 'superseded', 'completed']);
    expect(step.notices.map(({ kind }) => kind)).toEqual(['rollout.superseded']);
    expect(step.target.alone).toEqual([]);
    expect(step.target.owes).toMatchObject([
      { plan: 'p', index: 4, result: 'left alone' },
      { plan: 'q', index: 1, result: 'left alone' },
    ]);
  });

  it('a hold keeps what is taken up later, and no plan waits for it', () => {
    const { target } = putOnHold({ ...idle, alone: [one] }, { reason: 'x', by: 'ada', at: at(9) });
    expect(target.alone).toEqual([one]);
    expect(target.owes).toMatchObject([{ plan: 'q', result: 'left alone' }]);
  });
});
