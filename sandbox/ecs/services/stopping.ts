import type { Core } from '../core.ts';
import type { Deployment, Service, Task } from '../state.ts';
import { orderStop } from '../tasks/ending.ts';
import { demand } from './launching.ts';
import { limits, shiftsTraffic } from './limits.ts';
import { ids, say } from './say.ts';
import { mayCleanUp } from './stages.ts';
import { allTasks, isHealthy, isKept, isLive, isPending, otherTasks, tasksOf } from './tally.ts';

/** Stops what nobody needs: tasks of older deployments, more than is desired, and the unhealthy. */
export function stopSurplus(core: Core, service: Service): void {
  const [primary] = service.deployments;
  if (primary === undefined) return;
  if (service.status === 'DRAINING') stop(core, service, allTasks(service).filter(isKept));
  if (primary.stalled)
    stop(
      core,
      service,
      tasksOf(primary).filter((task) => isKept(task) && isPending(task)),
    );
  stopUnhealthy(core, service, primary);
  stopExcess(core, service, primary);
  stopOlder(core, service, primary);
}

function stopOlder(core: Core, service: Service, primary: Deployment): void {
  const others = otherTasks(service).filter(isKept);
  if (others.length === 0 || holdsOlder(service, primary)) return;
  const idle = others.filter((task) => !isHealthy(task) && !(primary.stalled && isOldGood(task)));
  const sound = others.filter(isHealthy);
  stop(core, service, [...idle, ...sound.slice(0, spare(service, primary))]);
}

/** A deployment that shifts traffic keeps the old tasks until its bake is over. */
function holdsOlder(service: Service, primary: Deployment): boolean {
  if (!shiftsTraffic(service) || primary.rollingBack) return false;
  return primary.rolloutState !== 'COMPLETED' && (primary.stalled || !mayCleanUp(service));
}

function isOldGood(task: Task): boolean {
  return task.deployment?.rolloutState === 'COMPLETED';
}

/** Old healthy tasks that may go: above what is desired, or above the minimum where the maximum blocks the new ones. */
function spare(service: Service, primary: Deployment): number {
  if (primary.stalled) return 0;
  const healthy = allTasks(service).filter(isHealthy).length;
  const { need, room } = demand(service, primary);
  const least = need > 0 && room <= 0 ? limits(service).floor : service.desiredCount;
  return Math.max(0, healthy - least);
}

function stopExcess(core: Core, service: Service, primary: Deployment): void {
  const kept = tasksOf(primary).filter((task) => isKept(task) && task.unhealthy === undefined);
  const excess = kept.length - service.desiredCount;
  if (excess <= 0) return;
  stop(core, service, fromFullestZone(kept, excess));
}

/** Scale-in takes from the Availability Zone with the most tasks. */
function fromFullestZone(tasks: readonly Task[], count: number): Task[] {
  const chosen: Task[] = [];
  while (chosen.length < count) {
    const left = tasks.filter((task) => !chosen.includes(task));
    const size = ({ availabilityZone }: Task) =>
      left.filter((task) => task.availabilityZone === availabilityZone).length;
    const [next] = left.toSorted((one, other) => size(other) - size(one));
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen;
}

/** The replacement comes first where the maximum allows it; else one by one, above the minimum. */
function stopUnhealthy(core: Core, service: Service, primary: Deployment): void {
  const unhealthy = tasksOf(primary).filter((task) => isKept(task) && task.unhealthy !== undefined);
  if (unhealthy.length === 0) return;
  const tasks = allTasks(service).filter((task) => isKept(task) && isLive(task));
  const { room } = demand(service, primary);
  const { floor } = limits(service);
  const running = tasks.filter((task) => !isPending(task)).length;
  if (primary.stalled || tasks.filter(isHealthy).length >= service.desiredCount)
    stop(core, service, unhealthy);
  else if (room <= 0 && running - 1 >= floor) stop(core, service, unhealthy.slice(0, 1));
}

function stop(core: Core, service: Service, tasks: readonly Task[]): void {
  const pending = tasks.filter(isPending);
  const running = tasks.filter((task) => !isPending(task));
  if (pending.length > 0) say(core, service, `stopped ${pending.length} pending tasks.`);
  if (running.length > 0) say(core, service, `has stopped ${running.length} running tasks: ${ids(running)}.`);
  for (const task of tasks) {
    task.accounted = true;
    const { deployment } = task;
    if (deployment !== undefined && deployment.status !== 'PRIMARY') {
      deployment.desiredCount = Math.max(0, deployment.desiredCount - 1);
    }
    orderStop(core, task, { code: 'ServiceSchedulerInitiated', reason: stopReason(task) });
  }
}

function stopReason(task: Task): string {
  return (
    task.unhealthy?.stoppedReason ??
    `Scaling activity initiated by (deployment ${task.deployment?.id ?? 'unknown'})`
  );
}
