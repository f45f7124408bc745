import { chunks } from '../../shared/domain/chunks.ts';
import { nudge, type PlanTurn, pump as pumpMessage } from '../../shared/domain/nudge.ts';
import {
  laneOf,
  pageMax,
  release,
  type Told,
  told,
  turnsOf,
  untold,
} from '../../shared/domain/plan/release.ts';
import type { Plan } from '../../shared/domain/plan/state.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import type { Clock, Journal, Queue, Table } from '../../shared/ports.ts';
import { reserve } from '../../shared/records/pacing-record.ts';
import { changePlan, loadPlan, type Member, membersOf } from '../../shared/records/plan-record.ts';
import { wakeup } from '../../shared/records/timers.ts';

/** Slots are reserved no further ahead, so that what AWS or a person says meanwhile counts soon. */
const horizonMs = 60_000;
/** The next slots are reserved while the last ones are being used. */
const againMs = 30_000;
/** A turn that is nearer goes straight to the target, which waits for it. */
const nearMs = 1_000;
/** Open members of a plan that got on no further for so long are asked how they are. */
const stalledMs = 2 * 60_000;
/** As many as DescribeServices takes. */
const matesMax = 10;
const sentAtOnce = 10;
/** Those who are looked at together register together as well: else their look is old by the time of the last one's update. */
const apartMs = 1_000;
/** The slot of a turn for which none was reserved: long gone by. */
const noSlot = 0;

export interface PumpDeps {
  readonly table: Table;
  readonly rollouts: Queue;
  readonly wakeups: Queue;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Percent of AWS's rates. */
  readonly share: number;
}

/**
 * Gives turns to the next members of a plan: as many as its bounds allow, each with a slot of its own. Members that a pump released
 * before it died are told by the next one.
 */
export async function pump(id: string, deps: PumpDeps): Promise<void> {
  const plan = await loadPlan(deps.table, id);
  if (plan === undefined) deps.journal.record({ outcome: 'plan is not known', plan: id });
  else await giveTurns(plan, deps);
}

async function giveTurns(plan: Plan, deps: PumpDeps): Promise<void> {
  const turns = turnsOf(plan, deps.clock.now());
  switch (turns.kind) {
    case 'release':
      return releaseSome(plan, turns.count, deps);
    case 'later':
      await comeBack(plan, { upTo: 0, armed: turns.at }, deps);
      deps.journal.record({ outcome: 'members wait', plan: plan.id, at: turns.at });
      return;
    case 'none':
      deps.journal.record({ outcome: 'nobody to release', plan: plan.id, asked: await askAgain(plan, deps) });
      return;
    default:
      unreachable(turns);
  }
}

async function releaseSome(plan: Plan, count: number, deps: PumpDeps): Promise<void> {
  const { clock, journal, rollouts } = deps;
  const slots = await slotsFor(plan, count, deps);
  const after = await changePlan(deps, plan.id, (current) => {
    const at = clock.now();
    return { plan: release(current, { count: slots.length - untold(current).length, at }), notices: [] };
  });
  if (after === undefined) return;
  const indices = untold(after.plan).slice(0, slots.length);
  await sendTurns({ plan: after.plan, indices, slots }, deps);
  const upTo = (indices.at(-1) ?? -1) + 1;
  const isShort = slots.length < count;
  await comeBack(after.plan, { upTo, armed: isShort ? clock.now() + againMs : undefined }, deps);
  journal.record({ outcome: 'members released', plan: plan.id, count: indices.length });
  if (!isShort && count === pageMax) await rollouts.send(pumpMessage(plan.id, after.version));
}

function slotsFor(plan: Plan, count: number, deps: PumpDeps): Promise<readonly number[]> {
  if (plan.stopped !== undefined) return Promise.resolve(Array.from({ length: count }, () => noSlot));
  const until = deps.clock.now() + horizonMs;
  const { share } = deps;
  return reserve(deps, 'update', { lane: laneOf(plan), count, share, until, groupsOf: matesMax });
}

/** The wake-up is sent before it is written down, so that one that is written down comes. */
async function comeBack({ id }: Plan, done: Told, deps: PumpDeps): Promise<void> {
  const { wakeups, clock } = deps;
  const { armed } = done;
  const later = armed === undefined ? undefined : wakeup(pumpMessage(id).body, armed, clock.now());
  if (later !== undefined) await wakeups.send(later);
  await changePlan(deps, id, (plan) => ({ plan: told(plan, done), notices: [] }));
}

/** They do nothing twice: a nudge that got lost comes again, and so does what they had to say. */
async function askAgain(plan: Plan, deps: PumpDeps): Promise<number> {
  if (deps.clock.now() - plan.at < stalledMs) return 0;
  const indices = plan.open.slice(0, pageMax);
  await sendTurns({ plan, indices, slots: [] }, deps);
  return indices.length;
}

interface Sending {
  readonly plan: Plan;
  readonly indices: readonly number[];
  /** One for each of them, as far as there are any. */
  readonly slots: readonly number[];
}

async function sendTurns({ plan, indices, slots }: Sending, deps: PumpDeps): Promise<void> {
  const members = await membersOf(deps.table, plan.id, indices);
  const slotOf = new Map(indices.map((index, place) => [index, slots[place]]));
  const matesOf = together(members);
  const turnOf = ({ index }: Member): PlanTurn => ({
    plan: plan.id,
    index,
    slot: slotOf.get(index) ?? noSlot,
    mates: matesOf.get(index) ?? [],
  });
  const now = deps.clock.now();
  for (const [place, some] of chunks(members, sentAtOnce).entries()) {
    const notBefore = now + place * apartMs;
    await Promise.all(some.map((member) => sendTurn(member, { turn: turnOf(member), notBefore }, deps)));
  }
}

/** Number → the services of its cluster that start with it, up to ten. Schedules are no services. */
function together(members: readonly Member[]): ReadonlyMap<number, readonly string[]> {
  const byCluster = new Map<string, Member[]>();
  for (const member of members.filter(({ service }) => !service.includes(':'))) {
    byCluster.set(member.cluster, [...(byCluster.get(member.cluster) ?? []), member]);
  }
  const groups = [...byCluster.values()].flatMap((all) => chunks(all, matesMax));
  return new Map(
    groups.flatMap((group) => {
      const mates = [...new Set(group.map(({ service }) => service))];
      return group.map(({ index }) => [index, mates] as const);
    }),
  );
}

interface Given {
  readonly turn: PlanTurn;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
}

async function sendTurn(
  { cluster, service }: Member,
  { turn, notBefore }: Given,
  { rollouts, wakeups, clock }: PumpDeps,
): Promise<void> {
  const now = clock.now();
  const isSlotted = turn.slot !== noSlot;
  const message = nudge({ cluster, service, generation: 0, turn }, isSlotted ? 0 : now);
  const at = isSlotted ? Math.max(turn.slot - nearMs, notBefore) : now;
  const later = at > now ? wakeup(message.body, at, now) : undefined;
  await (later === undefined ? rollouts.send(message) : wakeups.send(later));
}
