import { nameOf } from './arn.ts';
import { AwsError } from './aws-error.ts';
import { type Core, changed, touch } from './core.ts';
import { alarmDetected } from './services/rollback.ts';
import type { Container, Service, Task } from './state.ts';
import { notice } from './tasks/change.ts';
import { containerDied, orderStop } from './tasks/ending.ts';
import { tellInstance } from './tasks/instance-view.ts';
import type { Throttle } from './throttle.ts';

/** What happens to tasks and capacity without anybody calling ECS: stories and simulations make it happen. */
export interface Hooks {
  /** An essential container (the first one, unless named) ends by itself. */
  readonly exitTask: (task: string, exit: { exitCode: number; reason?: string; container?: string }) => void;
  /** Fargate Spot's two-minute notice. */
  readonly interruptSpot: (task: string) => void;
  /** The container check of a task fails from now on. */
  readonly failHealth: (task: string) => void;
  /** Whether Fargate has room: for FARGATE, FARGATE_SPOT. */
  readonly setCapacity: (provider: string, available: boolean) => void;
  readonly disconnectAgent: (containerInstance: string) => void;
  /** Others in the account call this so often per second, as long as there is room. 0: they stop. */
  readonly compete: (operation: string, perSecond: number) => void;
  /** The service becomes one of Express Mode's, as CreateExpressGatewayService would have made it. */
  readonly makeExpress: (service: string) => void;
  /** All rows of the service's deployments vanish, whatever its tasks do. */
  readonly loseDeployments: (service: string) => void;
  /** An alarm of the service's deployment configuration goes off, if it is watched. */
  readonly fireAlarm: (service: string) => void;
}

export function createHooks(core: Core, { compete }: Pick<Throttle, 'compete'>): Hooks {
  return {
    exitTask(reference, { exitCode, reason, container: name }) {
      const task = find(core, reference);
      const container = task.containers.find((one) =>
        name === undefined ? one.essential : one.name === name,
      );
      if (container === undefined)
        throw new AwsError('InvalidParameterException', `No container ${name ?? ''}.`);
      exit(core, task, {
        container,
        death: { afterSeconds: 0, exitCode, ...(reason === undefined ? {} : { reason }) },
      });
    },
    interruptSpot(reference) {
      const reason = 'Your Spot Task was interrupted.';
      const withoutStoppingAt = !core.switches.spotNoticeHasStoppingAt;
      orderStop(core, find(core, reference), { code: 'SpotInterruption', reason, withoutStoppingAt });
      changed(core);
    },
    failHealth(reference) {
      const task = find(core, reference);
      task.health = 'UNHEALTHY';
      task.counted = false;
      task.unhealthy = {
        stoppedReason: 'Task failed container health checks',
        event: `(task ${task.id}) failed container health checks.`,
      };
      notice(core, task);
      changed(core);
    },
    setCapacity(provider, available) {
      core.store.capacity.set(provider, available);
    },
    disconnectAgent(reference) {
      for (const cluster of core.store.clusters.values()) {
        for (const instance of cluster.instances.values()) {
          if (nameOf(instance.arn) !== nameOf(reference)) continue;
          instance.agentConnected = false;
          tellInstance(core, instance);
        }
      }
    },
    compete,
    makeExpress(reference) {
      const service = findService(core, reference);
      service.managedByEcs = true;
      touch(core, service);
      changed(core);
    },
    loseDeployments(reference) {
      const service = findService(core, reference);
      service.deployments = [];
      touch(core, service);
      changed(core);
    },
    fireAlarm(reference) {
      alarmDetected(core, findService(core, reference));
      changed(core);
    },
  };
}

function exit(
  core: Core,
  task: Task,
  death: Parameters<typeof containerDied>[2] & { container: Container },
): void {
  containerDied(core, task, death);
  changed(core);
}

function find(core: Core, reference: string): Task {
  for (const { tasks } of core.store.clusters.values()) {
    const task = [...tasks.values()].find(({ id }) => id === nameOf(reference));
    if (task !== undefined) return task;
  }
  throw new AwsError('InvalidParameterException', `The sandbox knows no task ${reference}.`);
}

function findService(core: Core, reference: string): Service {
  for (const { services } of core.store.clusters.values()) {
    const service = services.get(nameOf(reference));
    if (service !== undefined) return service;
  }
  throw new AwsError('ServiceNotFoundException', 'Service not found.');
}
