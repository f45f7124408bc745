import { type Core, span } from '../core.ts';
import type { Deployment, Service } from '../state.ts';
import { currentServiceDeployment, sweepRows } from './deployments.ts';
import { allHealthy } from './health.ts';
import { bakeSeconds, shiftsTraffic } from './limits.ts';
import { act, announce, say, sayAt } from './say.ts';
import { mayCleanUp } from './stages.ts';
import { isLive, otherTasks } from './tally.ts';
import { requestPassAt } from './wake.ts';

/** Ends the deployment when its tasks are healthy, its bake time is over and the old tasks are gone. */
export function completeIfDone(core: Core, service: Service): void {
  const [primary] = service.deployments;
  if (primary === undefined || primary.stalled) return;
  if (!allHealthy(service, primary)) {
    primary.healthySince = undefined;
    return;
  }
  primary.healthySince ??= core.clock.now();
  if (primary.rolloutState === 'COMPLETED') {
    settle(core, service);
    return;
  }
  if (!isBaked(core, primary)) return;
  if (core.switches.serviceDeploymentLeads) succeed(core, primary);
  if (!otherTasks(service).some(isLive)) complete(core, primary);
}

/** A deployment that shifts traffic bakes in a stage of its own, before its old tasks are stopped. */
function isBaked(core: Core, primary: Deployment): boolean {
  const { service } = primary;
  if (shiftsTraffic(service)) return mayCleanUp(service);
  const bakedAt = (primary.healthySince ?? core.clock.now()) + span(core, bakeSeconds(service));
  if (bakedAt <= core.clock.now()) return true;
  bake(core, primary, bakedAt);
  return false;
}

function bake(core: Core, primary: Deployment, until: number): void {
  const record = currentServiceDeployment(primary.service);
  if (record?.status === 'IN_PROGRESS') record.lifecycleStage = 'BAKE_TIME';
  requestPassAt(core, primary.service, until);
}

function complete(core: Core, primary: Deployment): void {
  const { service } = primary;
  primary.rolloutState = 'COMPLETED';
  primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
  primary.updatedAt = core.clock.now() - 8;
  primary.rollingBack = false;
  primary.desiredCount = service.desiredCount;
  sayAt(core, service, {
    message: `(deployment ${primary.id}) deployment completed.`,
    at: core.clock.now() - 1,
  });
  announce(core, primary, 'COMPLETED');
  sweepRows(core, service);
  succeed(core, primary);
  settle(core, service);
}

function settle(core: Core, service: Service): void {
  if (service.steady) return;
  service.steady = true;
  service.steadyAt = core.clock.now();
  say(core, service, 'has reached a steady state.');
  act(core, service, { name: 'SERVICE_STEADY_STATE' });
}

function succeed(core: Core, primary: Deployment): void {
  const record = currentServiceDeployment(primary.service);
  const rolledBack = record?.status === 'ROLLBACK_IN_PROGRESS' || record?.status === 'ROLLBACK_REQUESTED';
  if (record === undefined || !(rolledBack || record.status === 'IN_PROGRESS' || record.status === 'PENDING'))
    return;
  const now = core.clock.now();
  record.startedAt ??= now;
  record.status = rolledBack ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL';
  record.finishedAt = now;
  record.updatedAt = now;
  record.lifecycleStage = 'CLEAN_UP';
  if (record.breakerStatus === 'MONITORING') record.breakerStatus = 'MONITORING_COMPLETE';
}
