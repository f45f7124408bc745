import type { Core } from '../core.ts';
import type { Cluster, Task } from '../state.ts';
import { retention } from '../timing.ts';

/** A stopped task is described for one hour, of the clock's own time: it is a promise to clients, however fast the world. */
export function isRemembered({ clock }: Core, { stoppedAt }: Task): boolean {
  return stoppedAt === undefined || clock.now() - stoppedAt <= retention.stoppedTaskMs;
}

export function forgetOldTasks(core: Core, cluster: Cluster): void {
  for (const task of cluster.tasks.values()) {
    if (isRemembered(core, task)) continue;
    cluster.tasks.delete(task.arn);
    forget(cluster, task);
    core.store.tags.delete(task.arn);
  }
}

function forget({ startedBy }: Cluster, task: Task): void {
  task.deployment?.service.tasks.delete(task);
  if (task.startedBy === undefined) return;
  const started = startedBy.get(task.startedBy);
  started?.delete(task);
  if (started?.size === 0) startedBy.delete(task.startedBy);
}
