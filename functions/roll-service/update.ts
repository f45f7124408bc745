import { judge } from '../../shared/domain/outcome.ts';
import type { Deployment, ServiceSnapshot } from '../../shared/domain/service.ts';
import type { Step } from '../../shared/domain/target/accept.ts';
import { ended, started } from '../../shared/domain/target/advance.ts';
import { currentRollout, isRolling, openRollouts, type Target } from '../../shared/domain/target/state.ts';
import { OutcomeUnknown, Refused } from '../../shared/faults.ts';
import { changeTarget, loadTarget } from '../../shared/records/target-record.ts';
import { baseMoved, deploymentOf, stopsAt } from './decide.ts';
import type { Deps, Turn } from './deps.ts';
import { endRollout, refused } from './end.ts';
import { freshService } from './fresh-service.ts';

export interface Updating extends Turn {
  readonly revision: string;
}

/**
 * Reads state, service and tags again right before the call. A service that was set to our revision already is adopted; one
 * that somebody set to another revision since the clone was made needs another clone, which is another turn.
 */
export async function updateService(turn: Updating, deps: Deps): Promise<'done' | 'lost turn'> {
  const { name, rollout, revision } = turn;
  const service = await freshService(name, await loadTarget(deps.table, name), deps);
  const target = await loadTarget(deps.table, name);
  const current = target === undefined ? undefined : currentRollout(target);
  if (current?.generation !== rollout.generation) return 'lost turn';
  const known = deploymentOf(service, revision);
  if (known !== undefined) return recordStart({ ...turn, before: undefined }, known, deps);
  const stop = stopsAt(service, deps.mode);
  if (stop !== undefined) return endRollout(turn, { kind: 'end', outcome: 'skipped', reason: stop }, deps);
  if (baseMoved(current, service?.taskDefinition)) return 'lost turn';
  try {
    const updated = await callUpdate(turn, deps);
    return await recordStart({ ...turn, before: service }, deploymentOf(updated, revision), deps);
  } catch (error) {
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

async function recordStart(turn: Started, known: Deployment | undefined, deps: Deps) {
  const { name, rollout, revision, before } = turn;
  const at = deps.clock.now();
  const { generation } = rollout;
  const deploymentId = known?.id ?? '';
  const step = await changeTarget({ table: deps.table, now: at }, name, (target) => {
    if (target === undefined) return undefined;
    const settled = settleCompleted(target, { before, generation, at });
    const next = started(settled.target, { generation, at, deploymentId });
    if (next === undefined) return undefined;
    // ECS's last event of a deployment that is adopted late may have come and gone.
    const lookAt = known?.rolloutState === 'IN_PROGRESS' ? undefined : at;
    return { target: next.target, notices: [...settled.notices, ...next.notices], lookAt };
  });
  if (step === undefined) return 'lost turn';
  deps.journal.record({ outcome: 'service updated', ...name, generation, revision, deploymentId });
  return 'done';
}

interface Moment {
  readonly before: ServiceSnapshot | undefined;
  readonly generation: number;
  readonly at: number;
}

/** What had completed before the update, though its event is still on its way, is told as that and not as joined. */
function settleCompleted(target: Target, { before, generation, at }: Moment): Step {
  const none: Step = { target, notices: [] };
  if (before === undefined) return none;
  const older = openRollouts(target).filter((one) => isRolling(one) && one.generation < generation);
  return older.reduce<Step>((step, one) => {
    const verdict = judge(before, one);
    if (verdict.kind !== 'ended' || verdict.outcome !== 'completed') return step;
    const next = ended(step.target, { ...verdict, generation: one.generation, at });
    return next === undefined ? step : { target: next.target, notices: [...step.notices, ...next.notices] };
  }, none);
}
