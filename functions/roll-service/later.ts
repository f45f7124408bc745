import type { ServiceName } from '../../shared/domain/arn.ts';
import { spread } from '../../shared/domain/key.ts';
import type { PlanTurn } from '../../shared/domain/nudge.ts';
import type { Api, Lane } from '../../shared/domain/pacing/rates.ts';
import { silently } from '../../shared/domain/target/accept.ts';
import { slotted } from '../../shared/domain/target/advance.ts';
import { isRolling, type Rollout, type Slot } from '../../shared/domain/target/rollout.ts';
import { currentRollout } from '../../shared/domain/target/state.ts';
import { isPaused, noteParked, releaseParked } from '../../shared/records/control-record.ts';
import { reserve, slowDown } from '../../shared/records/pacing-record.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import type { Deps, Done, Turn } from './deps.ts';

/** Nobody sleeps: the rollout notes when its call has its slot, and is woken then. */
export async function wait(turn: Turn, slot: Slot, deps: Deps): Promise<Done> {
  const { name, rollout } = turn;
  const { table, clock, journal } = deps;
  const { generation } = rollout;
  const step = await changeKnown({ table, now: clock.now() }, name, (target) =>
    slotted(target, { generation, slot: { ...slot, given: keptBy(turn) } }),
  );
  if (step === undefined) return 'lost turn';
  journal.record({ outcome: 'slot is later', ...name, generation, call: slot.call, at: slot.at });
  await remind(deps, step);
  return 'done';
}

/** Whom a plan gave a turn keeps it, whoever wakes it. */
function keptBy({ given }: Turn): Slot['given'] {
  return given === undefined ? undefined : { slot: given.slot, mates: given.mates };
}

export function turnKept({ plan, slot }: Rollout): PlanTurn | undefined {
  return plan === undefined || slot?.given === undefined ? undefined : { ...plan, ...slot.given };
}

/** AWS throttled the call: everybody calls less often for a while, and this one has another turn. */
export async function waitAfterThrottling(turn: Turn, call: Api, deps: Deps): Promise<Done> {
  const now = deps.clock.now();
  await slowDown(deps.table, call, now);
  deps.journal.record({ outcome: 'throttled', ...turn.name, generation: turn.rollout.generation, call });
  const [slot = now] = await reserve(deps, call, { lane: laneOf(turn.rollout), count: 1, share: deps.share });
  return wait(turn, { call, at: Math.max(slot, now + firstBackOffMs) }, deps);
}

/** Members of a plan may be many: they leave room for single pushes. */
export function laneOf({ plan }: Rollout): Lane {
  return plan === undefined ? 'single' : 'fan-out';
}

/** Its plan gave its place to others meanwhile, and none is free. */
export function waitForPlace(turn: Turn, deps: Deps): Promise<Done> {
  return wait(turn, { call: 'turn', at: deps.clock.now() + placeAgainMs }, deps);
}

const placeAgainMs = 30_000;

/** Somebody else's end, or ECS's reads, have to catch up first. */
export function lookAgain(turn: Turn, deps: Deps): Promise<Done> {
  return wait(turn, { call: 'turn', at: deps.clock.now() + againMs }, deps);
}

const againMs = 15_000;

/** Everything is paused: the target is parked, its turn kept, until somebody unpauses. */
export async function park({ name, rollout }: Turn, deps: Deps): Promise<Done> {
  const { table, rollouts, clock, journal } = deps;
  const now = clock.now();
  const { generation } = rollout;
  const slot: Slot = { call: 'turn', at: now + parkedMs };
  const step = await changeKnown(
    { table, now },
    name,
    (target) => slotted(target, { generation, slot }) ?? silently(target),
  );
  if (step === undefined) return 'lost turn';
  await noteParked(table, name, now);
  journal.record({ outcome: 'paused', ...name, generation });
  if (!(await isPaused(table))) await releaseParked({ table, rollouts, now }, name);
  return 'done';
}

/** Who unpauses wakes what is parked; this long after, it looks for itself. */
const parkedMs = 3_600_000;

/** A read was throttled, or whatever else asked for patience: the target is looked at again soon. The message is not to blame. */
export async function comeBack(name: ServiceName, deps: Deps): Promise<void> {
  const { table, clock, journal } = deps;
  const now = clock.now();
  const at = now + readsAgainMs + jitter(name, now);
  const step = await changeKnown({ table, now }, name, (target) => {
    const rollout = currentRollout(target);
    const waits = rollout !== undefined && !isRolling(rollout);
    const slot: Slot = { call: 'turn', at };
    const kept = waits ? slotted(target, { generation: rollout.generation, slot }) : undefined;
    return kept ?? { ...silently(target), wakeAt: at };
  });
  journal.record({ outcome: 'throttled', ...name, at });
  if (step !== undefined) await remind(deps, step);
}

const readsAgainMs = 5_000;
const spreadMs = 10_000;
const firstBackOffMs = 2_000;

/** Spreads those who were throttled together. */
function jitter({ cluster, service }: ServiceName, now: number): number {
  return spread(spreadMs, 'come back', cluster, service, now);
}
