import { after, type Core } from '../core.ts';
import type { Task } from '../state.ts';
import { taskDetail } from './task-view.ts';

type Changes = Partial<
  Pick<
    Task,
    | 'lastStatus'
    | 'desiredStatus'
    | 'connectivityAt'
    | 'pullStartedAt'
    | 'pullStoppedAt'
    | 'startedAt'
    | 'stoppingAt'
    | 'executionStoppedAt'
    | 'stoppedAt'
    | 'stopCode'
    | 'stoppedReason'
    | 'health'
  >
>;

/** Every change of a task that ECS tells raises its version by one. */
export function change(core: Core, task: Task, changes: Changes): void {
  Object.assign(task, changes);
  task.version += 1;
  tell(core, task);
}

export function tell(core: Core, task: Task): void {
  task.updatedAt = core.clock.now();
  core.publish({ type: 'ECS Task State Change', resource: task.arn, detail: taskDetail(task) });
  notice(core, task);
}

/** For what services look at but no event tells. */
export function notice(core: Core, task: Task): void {
  for (const watcher of core.taskWatchers) watcher(task);
}

/** Calls that are dropped when something else ends the task. */
export function later(core: Core, task: Task): (seconds: number, run: () => void) => void {
  return (seconds, run) => {
    task.timers.push(after(core, seconds, run));
  };
}

export function dropTimers(task: Task): void {
  for (const cancel of task.timers) cancel();
  task.timers = [];
}

export function isEnding(task: Task): boolean {
  return task.desiredStatus === 'STOPPED';
}
