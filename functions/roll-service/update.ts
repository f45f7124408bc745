import { judge } from '../../shared/domain/outcome.ts';
import { deadlineOf } from '../../shared/domain/progress.ts';
import type { Deployment, ServiceSnapshot } from '../../shared/domain/service.ts';
import { type Step, silently } from '../../shared/domain/target/accept.ts';
import { started } from '../../shared/domain/target/advance.ts';
import { conclude } from '../../shared/domain/target/conclude.ts';
import { isRolling } from '../../shared/domain/target/rollout.ts';
import { currentRollout, openRollouts, type Target } from '../../shared/domain/target/state.ts';
import { OutcomeUnknown, Refused, Throttled } from '../../shared/faults.ts';
import { isPaused } from '../../shared/records/control-record.ts';
import { changeKnown, loadTarget } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import { baseMoved, deploymentOf, stopsAt } from './decide.ts';
import type { Deps, Done, Look, Turn } from './deps.ts';
import { endRollout, refused } from './end.ts';
import { freshService } from './fresh-service.ts';
import { leaveOut } from './gate.ts';
import { laneOf, park, wait, waitAfterThrottling, waitForPlace } from './later.ts';
import { takeSlot } from './pace.ts';
import { turnOfPlans } from './plan-turn.ts';

export interface Updating extends Turn {
  readonly revision: string;
  readonly look?: Look;
}

/**
 * Reads state, service, tags and pause again right before the call. A service that was set to our revision already is adopted; one
 * that somebody set to another revision since the clone was made needs another clone, which is another turn.
 */
export async function updateService(turn: Updating, deps: Deps): Promise<Done> {
  const { name, rollout, revision } = turn;
  const slot = await takeSlot({ api: 'update', lane: laneOf(rollout), reserved: reservedFor(turn) }, deps);
  if (slot.kind === 'later') return wait(turn, { call: 'update', at: slot.at }, deps);
  const held = await turnOfPlans(turn, deps);
  const { service } = await freshService(turn, deps);
  const target = await loadTarget(deps.table, name);
  const current = target === undefined ? undefined : currentRollout(target);
  if (current?.generation !== rollout.generation) return 'lost turn';
  const known = deploymentOf(service, revision);
  if (known !== undefined) return recordStart({ ...turn, before: service }, known, deps);
  const stop = stopsAt(service, rollout, deps.mode);
  if (stop !== undefined) return endRollout(turn, { kind: 'end', outcome: 'skipped', reason: stop }, deps);
  if (baseMoved(current, service?.taskDefinition)) return 'lost turn';
  if (held === 'full') return waitForPlace(turn, deps);
  if (typeof held === 'object' && 'reason' in held)
    return leaveOut({ ...turn, rollout: current }, held, deps);
  if (await isPaused(deps.table)) return park(turn, deps);
  return call({ ...turn, before: service }, deps);
}

/** Who had to wait for the slot of its registration still has the one that its plan reserved for the update: no slot is given twice. */
function reservedFor({ rollout: { slot }, given }: Turn): number | undefined {
  if (slot?.call === 'update') return slot.at;
  return slot?.call === 'register' && given !== undefined ? Math.max(given.slot, slot.at) : given?.slot;
}

async function call(turn: Started, deps: Deps): Promise<Done> {
  try {
    const updated = await callUpdate(turn, deps);
    return await recordStart(turn, deploymentOf(updated, turn.revision), deps);
  } catch (error) {
    if (error instanceof Throttled) return waitAfterThrottling(turn, 'update', deps);
    if (!(error instanceof Refused)) throw error;
    return endRollout(turn, refused(turn, error, deps.clock.now()), deps);
  }
}

/** UpdateService sets a value, so after a lost answer the service itself tells whether it took effect. */
async function callUpdate({ name, revision }: Updating, deps: Deps): Promise<ServiceSnapshot> {
  try {
    return await deps.services.update(name.cluster, name.service, revision);
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    const [service] = await deps.services.describe(name.cluster, [name.service]);
    if (service !== undefined && deploymentOf(service, revision) !== undefined) return service;
    throw error;
  }
}

interface Started extends Updating {
  /** The service as it was before the update. */
  readonly before: ServiceSnapshot | undefined;
}

async function recordStart(turn: Started, known: Deployment | undefined, deps: Deps): Promise<Done> {
  const { name, rollout, revision, before } = turn;
  const at = deps.clock.now();
  const { generation } = rollout;
  const deploymentId = known?.id ?? '';
  const step = await changeKnown({ table: deps.table, now: at }, name, (target) => {
    const settled = settleCompleted(target, { before, generation, at });
    const next = started(settled.target, { generation, at, deploymentId });
    if (next === undefined) return undefined;
    // ECS's last event of a deployment that is adopted late may have come and gone.
    const lookAt = known?.rolloutState === 'IN_PROGRESS' ? deadline(turn, at) : at;
    return { target: next.target, notices: [...settled.notices, ...next.notices], lookAt };
  });
  if (step === undefined) return 'lost turn';
  deps.journal.record({ outcome: 'service updated', ...name, generation, revision, deploymentId });
  await remind(deps, step);
  return 'done';
}

function deadline({ before, rollout }: Started, at: number): number {
  return deadlineOf(before ?? { bakeMs: 0, rollsBack: false }, rollout, at);
}

interface Moment {
  readonly before: ServiceSnapshot | undefined;
  readonly generation: number;
  readonly at: number;
}

/** What had completed before the update, though its event is still on its way, is told as that and not as joined. */
function settleCompleted(target: Target, { before, generation, at }: Moment): Step {
  const none = silently(target);
  if (before === undefined) return none;
  const older = openRollouts(target).filter((one) => isRolling(one) && one.generation < generation);
  return older.reduce<Step>((step, one) => {
    const verdict = judge(before, one, { at });
    if (verdict.kind !== 'ended' || verdict.outcome !== 'completed') return step;
    const next = conclude(step.target, { ...verdict, generation: one.generation, at });
    return next === undefined ? step : { target: next.target, notices: [...step.notices, ...next.notices] };
  }, none);
}
