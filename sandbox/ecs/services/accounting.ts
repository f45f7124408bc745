import { isJsonObject } from '../../../shared/domain/lossless-json.ts';
import { type Core, span, touch } from '../core.ts';
import { show } from '../input.ts';
import type { Deployment, Task } from '../state.ts';
import { scheduling } from '../timing.ts';
import { sweepRows } from './deployments.ts';
import { breaker } from './limits.ts';
import { act, say } from './say.ts';
import { isKept } from './tally.ts';
import { requestPass } from './wake.ts';

const IMPAIRED_AFTER_ROUNDS = 3;

/** Follows the tasks of services: failures, losses and recoveries. */
export function followTask(core: Core, task: Task): void {
  const { deployment } = task;
  if (deployment === undefined) return;
  const { service } = deployment;
  touch(core, service);
  if (task.lastStatus === 'STOPPED') {
    deployment.tasks.delete(task);
    sweepRows(core, service);
  }
  followTargets(core, deployment, task);
  if (task.counted && isKept(task)) recovered(deployment);
  if (task.unhealthy !== undefined && isKept(task) && !task.accounted) healthFailed(core, deployment, task);
  if (!isKept(task) && !task.accounted) lost(core, deployment, task);
  requestPass(core, service, core.random.between(...scheduling.pass));
}

/** Load balancers get a task when it runs and lose it when it is deactivated. */
function followTargets(core: Core, { service, serviceRevision }: Deployment, task: Task): void {
  const balancers = serviceRevision.settings['loadBalancers'];
  if (!Array.isArray(balancers) || balancers.length === 0) return;
  const tell = (what: string) => {
    for (const { targetGroupArn } of balancers.filter(isJsonObject)) {
      say(core, service, `${what} 1 targets in (target-group ${show(targetGroupArn)})`);
    }
  };
  if (task.lastStatus === 'RUNNING' && task.targets === 'none') {
    task.targets = 'registered';
    tell('registered');
  } else if (task.lastStatus === 'DEACTIVATING' && task.targets === 'registered') {
    task.targets = 'deregistered';
    tell('deregistered');
    say(core, service, 'has begun draining connections on 1 tasks.');
  }
}

function recovered(deployment: Deployment): void {
  deployment.failedRounds = 0;
  if (deployment.failedTasks + deployment.unbooked === 0) return;
  if (!breaker(deployment.service).resetOnHealthyTask) return;
  deployment.failedTasks = 0;
  deployment.unbooked = 0;
}

function healthFailed(core: Core, deployment: Deployment, task: Task): void {
  task.accounted = true;
  deployment.service.steady = false;
  if (task.unhealthy !== undefined) say(core, deployment.service, task.unhealthy.event);
  count(deployment);
  waitFor(core, deployment, scheduling.replacement);
}

/** A task ended that the scheduler had not told to. */
function lost(core: Core, deployment: Deployment, task: Task): void {
  task.accounted = true;
  deployment.service.steady = false;
  const byItself = task.stopCode === 'EssentialContainerExited' || task.stopCode === 'TaskFailedToStart';
  if (byItself && task.startedAt === undefined) {
    startFailed(core, deployment, task);
    return;
  }
  if (byItself && core.switches.countExitsAfterRunning) count(deployment);
  waitFor(core, deployment, scheduling.replacement);
}

/** Only starts that fail are slowed down: 30 s, 30 s, 300 s and on, up to 27 minutes. */
function startFailed(core: Core, deployment: Deployment, task: Task): void {
  const { service } = deployment;
  count(deployment);
  if (
    task.launchType === 'FARGATE' &&
    /^(CannotPull|ResourceInitialization)/.test(task.stoppedReason ?? '')
  ) {
    say(core, service, `was unable to place a task. Reason: ${task.stoppedReason ?? ''}.`);
  }
  if (deployment.roundFailed) return;
  deployment.roundFailed = true;
  deployment.failedRounds += 1;
  const round = Math.min(deployment.failedRounds, scheduling.backOff.length) - 1;
  const never = round >= 2 && core.switches.thirdBackOff !== '300 s';
  const [least, most] = scheduling.backOff[round] ?? [1620, 1620];
  const gap = never ? scheduling.backOffWithoutThird : core.random.between(least, most);
  deployment.launchNotBefore = deployment.lastLaunchAt + span(core, gap);
  if (deployment.failedRounds !== IMPAIRED_AFTER_ROUNDS) return;
  say(core, service, 'is unable to consistently start tasks successfully.');
  act(core, service, { name: 'SERVICE_TASK_START_IMPAIRED' });
}

function count(deployment: Deployment): void {
  if (deployment.rolloutState === 'IN_PROGRESS') deployment.unbooked += 1;
}

function waitFor(core: Core, deployment: Deployment, [least, most]: readonly [number, number]): void {
  const now = core.clock.now();
  if (deployment.launchNotBefore > now) return;
  deployment.launchNotBefore = now + span(core, core.random.between(least, most));
}
