import type { Deployment, ServiceSnapshot } from '../../shared/domain/service.ts';
import { started } from '../../shared/domain/target/advance.ts';
import { currentRollout } from '../../shared/domain/target/state.ts';
import { OutcomeUnknown, Refused } from '../../shared/faults.ts';
import { changeTarget, loadTarget } from '../../shared/records/target-record.ts';
import { baseMoved, deploymentOf, stopsAt } from './decide.ts';
import type { Deps, Turn } from './deps.ts';
import { endRollout, refusal } from './end.ts';

export interface Updating extends Turn {
  readonly revision: string;
}

/**
 * Reads state, service and tags again right before the call. A service that was set to our revision already is adopted; one
 * that somebody set to another revision since the clone was made needs another clone, which is another turn.
 */
export async function updateService(turn: Updating, deps: Deps): Promise<'done' | 'lost turn'> {
  const { name, rollout, revision } = turn;
  const [service] = await deps.services.describe(name.cluster, [name.service]);
  const target = await loadTarget(deps.table, name);
  const current = target === undefined ? undefined : currentRollout(target);
  if (current?.generation !== rollout.generation) return 'lost turn';
  const known = deploymentOf(service, revision);
  if (known !== undefined) return recordStart(turn, known, deps);
  const stop = stopsAt(service, deps.mode);
  if (stop !== undefined) return endRollout(turn, { kind: 'end', outcome: 'skipped', reason: stop }, deps);
  if (baseMoved(current, service?.taskDefinition)) return 'lost turn';
  try {
    return await recordStart(turn, deploymentOf(await callUpdate(turn, deps), revision), deps);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return endRollout(turn, { kind: 'end', outcome: 'failed', reason: refusal(error) }, deps);
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

async function recordStart({ name, rollout, revision }: Updating, known: Deployment | undefined, deps: Deps) {
  const at = deps.clock.now();
  const { generation } = rollout;
  const deploymentId = known?.id ?? '';
  const step = await changeTarget({ table: deps.table, now: at }, name, (target) =>
    target === undefined ? undefined : started(target, { generation, at, deploymentId }),
  );
  if (step === undefined) return 'lost turn';
  deps.journal.record({ outcome: 'service updated', ...name, generation, revision, deploymentId });
  return 'done';
}
