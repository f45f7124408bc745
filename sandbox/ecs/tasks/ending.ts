import type { Core } from '../core.ts';
import type { Container, Task } from '../state.ts';
import { ec2, fargate, stop } from '../timing.ts';
import { change, dropTimers, isEnding, later } from './change.ts';
import type { Death } from './outcome.ts';

export interface StopOrder {
  readonly code: string;
  readonly reason: string;
  /** Left out of a Spot notice where the switch says so. */
  readonly withoutStoppingAt?: boolean;
}

/** Stops a task from outside: StopTask, the scheduler, a Spot interruption. A task that ends already goes on ending. */
export function orderStop(core: Core, task: Task, order: StopOrder): void {
  if (isEnding(task)) return;
  dropTimers(task);
  const ran = task.startedAt !== undefined || task.lastStatus === 'ACTIVATING';
  const said = { stopCode: order.code, stoppedReason: order.reason.slice(0, 1024) };
  if (!ran && task.network === undefined) {
    task.stoppingAt = core.clock.now();
    change(core, task, {
      ...said,
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      stoppedAt: core.clock.now(),
    });
    return;
  }
  const stoppingAt = order.withoutStoppingAt === true ? {} : { stoppingAt: core.clock.now() };
  change(core, task, { ...said, ...stoppingAt, desiredStatus: 'STOPPED' });
  if (ran) deactivate(core, task);
  else abandon(core, task);
}

/** An essential container ended by itself. The task follows some seconds later. */
export function containerDied(core: Core, task: Task, culprit: { container: Container; death: Death }): void {
  if (isEnding(task)) return;
  dropTimers(task);
  const at = core.clock.now();
  endContainer(culprit.container, culprit.death);
  const delay = task.containers.length > 1 ? stop.ownExitIsKnownWithSidecar : stop.ownExitIsKnown;
  const said = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
  if (core.switches.containerEvents) change(core, task, {});
  later(core, task)(task.network === undefined ? 0.3 : delay, () =>
    finishOwnExit(core, task, { ...said, at }),
  );
}

export function endContainer(container: Container, death: Pick<Death, 'exitCode' | 'reason'>): void {
  container.lastStatus = 'STOPPED';
  container.exitCode = death.exitCode;
  if (death.reason !== undefined) container.reason = death.reason;
}

function finishOwnExit(
  core: Core,
  task: Task,
  said: { stopCode: string; stoppedReason: string; at: number },
): void {
  const { at: executionStoppedAt, ...why } = said;
  const stopped = {
    ...why,
    executionStoppedAt,
    stoppingAt: core.clock.now(),
    desiredStatus: 'STOPPED',
  } as const;
  endOthers(task, 0);
  if (task.network === undefined) {
    change(core, task, { ...stopped, lastStatus: 'STOPPED', stoppedAt: core.clock.now() });
  } else if (task.balanced && task.startedAt !== undefined) {
    change(core, task, { ...stopped, lastStatus: 'DEACTIVATING' });
    later(core, task)(core.switches.deregistrationDelaySeconds, () => deprovision(core, task, 13));
  } else {
    change(core, task, { ...stopped, lastStatus: 'DEPROVISIONING' });
    later(core, task)(fargate.stopped - stop.ownExitIsKnown, () => finish(core, task));
  }
}

/** A start that failed: no startedAt, no exit code. `executionStopped` was a while ago. */
export function startFailed(
  core: Core,
  task: Task,
  failure: { container: Container; reason: string; stoppedAfterSeconds: number },
): void {
  const { container, reason, stoppedAfterSeconds } = failure;
  const executionStoppedAt = core.clock.now();
  container.reason = reason;
  const said = { stopCode: 'TaskFailedToStart', stoppedReason: reason.slice(0, 1024), executionStoppedAt };
  later(core, task)(task.network === undefined ? 0.5 : fargate.failedStartIsKnown, () => {
    for (const other of task.containers) other.lastStatus = 'STOPPED';
    const stoppingAt = core.clock.now();
    if (task.network === undefined) {
      change(core, task, {
        ...said,
        stoppingAt,
        stoppedAt: stoppingAt,
        desiredStatus: 'STOPPED',
        lastStatus: 'STOPPED',
      });
      return;
    }
    change(core, task, { ...said, stoppingAt, desiredStatus: 'STOPPED', lastStatus: 'DEPROVISIONING' });
    later(core, task)(stoppedAfterSeconds - fargate.failedStartIsKnown, () => finish(core, task));
  });
}

function deactivate(core: Core, task: Task): void {
  if (!task.balanced) {
    terminate(core, task);
    return;
  }
  later(core, task)(1, () => {
    change(core, task, { lastStatus: 'DEACTIVATING' });
    later(core, task)(core.switches.deregistrationDelaySeconds, () => terminate(core, task));
  });
}

/** SIGTERM, then the end of every container. */
function terminate(core: Core, task: Task): void {
  const killed = core.random.chance(core.switches.ignoresSigterm);
  later(core, task)(killed ? stop.killed : stop.handled, () => {
    task.executionStoppedAt = core.clock.now();
    endOthers(task, killed ? 137 : 0);
    task.stoppingAt ??= core.clock.now();
    if (task.network !== undefined) deprovision(core, task, fargate.stopped);
    else later(core, task)(ec2.stopped, () => finish(core, task));
  });
}

function abandon(core: Core, task: Task): void {
  later(core, task)(14, () => {
    for (const container of task.containers) container.lastStatus = 'STOPPED';
    deprovision(core, task, 5);
  });
}

function deprovision(core: Core, task: Task, seconds: number): void {
  change(core, task, { lastStatus: 'DEPROVISIONING' });
  later(core, task)(seconds, () => finish(core, task));
}

function finish(core: Core, task: Task): void {
  dropTimers(task);
  for (const container of task.containers) container.lastStatus = 'STOPPED';
  change(core, task, { lastStatus: 'STOPPED', stoppedAt: core.clock.now() });
}

function endOthers(task: Task, exitCode: number): void {
  for (const container of task.containers) {
    if (container.lastStatus === 'RUNNING') endContainer(container, { exitCode });
    container.lastStatus = 'STOPPED';
  }
}
