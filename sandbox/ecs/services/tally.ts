import type { Deployment, Service, Task } from '../state.ts';

const beforeRunning: ReadonlySet<string> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);

export function isPending(task: Task): boolean {
  return beforeRunning.has(task.lastStatus);
}

/** Takes part of the maximum until it is deactivated. */
export function isLive(task: Task): boolean {
  return isPending(task) || task.lastStatus === 'RUNNING';
}

export function isKept(task: Task): boolean {
  return task.desiredStatus === 'RUNNING';
}

/** Counts towards the minimum of healthy tasks. */
export function isHealthy(task: Task): boolean {
  return isKept(task) && task.lastStatus === 'RUNNING' && task.counted;
}

export function tasksOf(deployment: Deployment): Task[] {
  return [...deployment.tasks];
}

export function allTasks(service: Service): Task[] {
  return service.deployments.flatMap(tasksOf);
}

export function otherTasks(service: Service): Task[] {
  return service.deployments.slice(1).flatMap(tasksOf);
}

export function counts(tasks: readonly Task[]): { running: number; pending: number } {
  return {
    running: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pending: tasks.filter((task) => isPending(task) && isKept(task)).length,
  };
}
