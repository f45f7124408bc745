import { type Core, touch } from '../core.ts';
import type { Service } from '../state.ts';
import { completeIfDone } from './completion.ts';
import { sweepRows } from './deployments.ts';
import { demand, launchMissing } from './launching.ts';
import { say } from './say.ts';
import { passStages } from './stages.ts';
import { stopSurplus } from './stopping.ts';
import { allTasks, isKept, isLive, isPending } from './tally.ts';
import { requestPassAt } from './wake.ts';

/** One round of the scheduler over one service. */
export function runPass(core: Core, service: Service): void {
  if (service.status === 'INACTIVE' || service.controller === 'EXTERNAL') return;
  const [primary] = service.deployments;
  if (primary === undefined) return;
  touch(core, service);
  if (service.schedulingStrategy === 'DAEMON') service.desiredCount = daemonCount(service);
  const isEarly = core.clock.now() < primary.launchNotBefore;
  // A pass that was asked for by what came before: with nothing to launch nobody else would ask for the next.
  if (isEarly) requestPassAt(core, service, primary.launchNotBefore);
  if (!isEarly && !primary.stalled) primary.desiredCount = service.desiredCount;
  passStages(core, service);
  launchMissing(core, service);
  stopSurplus(core, service);
  complainOfDeadlock(core, service);
  if (service.status === 'DRAINING') drain(core, service);
  else if (!isEarly || primary.tasks.size > 0) completeIfDone(core, service);
  sweepRows(core, service);
}

function daemonCount(service: Service): number {
  if (service.status !== 'ACTIVE') return 0;
  return [...service.cluster.instances.values()].filter(({ status }) => status === 'ACTIVE').length;
}

function drain(core: Core, service: Service): void {
  if (allTasks(service).some(isLive)) return;
  service.status = 'INACTIVE';
  service.inactiveAt = core.clock.now();
  service.deployments = [];
}

/** Minimum and maximum leave no way to stop and none to start: said once. */
function complainOfDeadlock(core: Core, service: Service): void {
  const [primary] = service.deployments;
  if (primary === undefined || primary.stalled || primary.complained || service.desiredCount === 0) return;
  const { need, room } = demand(service, primary);
  const moving = allTasks(service).some((task) => isPending(task) || !isKept(task) || !task.counted);
  if (need <= 0 || room > 0 || moving) return;
  primary.complained = true;
  say(
    core,
    service,
    'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
      'Update the minimumHealthyPercent or maximumPercent value and try again.',
  );
}
