import { isJsonObject, type JsonObject } from '../../../shared/domain/lossless-json.ts';
import type { Core } from '../core.ts';
import { show } from '../input.ts';
import type { Container, Task } from '../state.ts';
import type { Unhealthy } from '../state-parts.ts';
import { health } from '../timing.ts';
import { change, later, notice } from './change.ts';
import { behaviourOf } from './outcome.ts';

/** From RUNNING on: container checks, load balancer targets, or the 40 s after which a task counts as healthy. */
export function followHealth(core: Core, task: Task): void {
  const checked = task.containers.filter(({ definition }) => isJsonObject(definition['healthCheck']));
  for (const container of checked) followContainer(core, task, container);
  const balancers = loadBalancers(task);
  for (const balancer of balancers) followTarget(core, task, balancer);
  if (checked.length + balancers.length === 0) {
    later(core, task)(health.assumed, () => countIn(core, task));
  } else if (balancers.length > 0) {
    later(core, task)(health.targetHealthy, () => countIfHealthy(core, task));
  }
}

function followContainer(core: Core, task: Task, container: Container): void {
  const check = container.definition['healthCheck'] as JsonObject;
  const seconds = (key: string, otherwise: number) =>
    typeof check[key] === 'number' ? check[key] : otherwise;
  const interval = seconds('interval', 30);
  if (behaviourOf(core, task, container) !== 'never-healthy') {
    later(core, task)(interval, () => {
      container.health = 'HEALTHY';
      showHealth(core, task);
      countIfHealthy(core, task);
    });
    return;
  }
  const period = seconds('startPeriod', 0) + interval * seconds('retries', 3);
  later(core, task)(period, () => {
    container.health = 'UNHEALTHY';
    showHealth(core, task);
    if (container.essential)
      later(core, task)(restOfGrace(core, task), () => fail(core, task, containerChecks));
  });
}

function restOfGrace(core: Core, task: Task): number {
  const grace = Number(task.deployment?.service.settings['healthCheckGracePeriodSeconds'] ?? 0);
  const passed = ((core.clock.now() - (task.startedAt ?? 0)) * core.pace) / 1000;
  return Math.max(0, grace - passed);
}

function followTarget(core: Core, task: Task, balancer: JsonObject): void {
  const container =
    task.containers.find(({ name }) => name === balancer['containerName']) ?? task.containers[0];
  if (container === undefined || behaviourOf(core, task, container) !== 'never-healthy') return;
  const grace = Number(task.deployment?.service.settings['healthCheckGracePeriodSeconds'] ?? 0);
  const group = `(target-group ${show(balancer['targetGroupArn'] ?? balancer['loadBalancerName'])})`;
  later(core, task)(grace + health.targetUnhealthy, () =>
    fail(core, task, {
      stoppedReason: `Task failed ELB health checks in ${group}`,
      event:
        `(task ${task.id}) (port ${show(balancer['containerPort'])}) is unhealthy in ${group} due to ` +
        '(reason Health checks failed with these codes: [503]).',
    }),
  );
}

const containerChecks = { stoppedReason: 'Task failed container health checks' } as const;

function fail(core: Core, task: Task, failure: { stoppedReason: string; event?: string }): void {
  const unhealthy: Unhealthy = { event: `(task ${task.id}) failed container health checks.`, ...failure };
  task.unhealthy ??= unhealthy;
  task.counted = false;
  notice(core, task);
}

function loadBalancers(task: Task): readonly JsonObject[] {
  const given = task.deployment?.serviceRevision.settings['loadBalancers'];
  return Array.isArray(given) ? given.filter(isJsonObject) : [];
}

function countIfHealthy(core: Core, task: Task): void {
  const targetsReady =
    loadBalancers(task).length === 0 || passedSince(core, task.startedAt) >= health.targetHealthy - 0.01;
  const dead = loadBalancers(task).some(({ containerName }) =>
    task.containers.some(
      (one) => one.name === containerName && behaviourOf(core, task, one) === 'never-healthy',
    ),
  );
  const checks = task.containers.filter(({ definition }) => isJsonObject(definition['healthCheck']));
  if (targetsReady && !dead && checks.every((one) => one.health === 'HEALTHY')) countIn(core, task);
}

function passedSince(core: Core, at: number | undefined): number {
  return at === undefined ? 0 : ((core.clock.now() - at) * core.pace) / 1000;
}

function countIn(core: Core, task: Task): void {
  task.counted = true;
  notice(core, task);
}

function showHealth(core: Core, task: Task): void {
  const checks = task.containers.filter(
    (one) => one.essential && isJsonObject(one.definition['healthCheck']),
  );
  if (checks.some((one) => one.health === 'UNHEALTHY')) task.health = 'UNHEALTHY';
  else if (checks.length > 0 && checks.every((one) => one.health === 'HEALTHY')) task.health = 'HEALTHY';
  if (core.switches.containerEvents) change(core, task, {});
}
