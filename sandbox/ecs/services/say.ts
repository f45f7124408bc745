import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { type Core, isoTime, touch } from '../core.ts';
import type { Deployment, Service, Task } from '../state.ts';

const EVENTS_KEPT = 100;

/** Adds to the service's own list of events. */
export function say(core: Core, service: Service, message: string): void {
  sayAt(core, service, { message, at: core.clock.now() });
}

/** For texts of one moment, whose recorded order is a millisecond apart. */
export function sayAt(core: Core, service: Service, { message, at }: { message: string; at: number }): void {
  touch(core, service);
  const event = {
    id: core.random.uuid(),
    createdAt: at,
    message: `(service ${service.name}) ${message}`,
  };
  service.events = [event, ...service.events].slice(0, EVENTS_KEPT);
}

export function ids(tasks: readonly Task[]): string {
  return tasks.map(({ id }) => `(task ${id})`).join(' ');
}

type Outcome = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

/** Puts a deployment's change on the bus: its reason is the row's. */
export function announce(core: Core, deployment: Deployment, outcome: Outcome): void {
  const { service } = deployment;
  touch(core, service);
  core.publish({
    type: 'ECS Deployment State Change',
    resource: service.arn,
    detail: {
      eventType: outcome === 'FAILED' ? 'ERROR' : 'INFO',
      eventName: `SERVICE_DEPLOYMENT_${outcome}`,
      clusterArn: service.cluster.arn,
      deploymentId: deployment.id,
      updatedAt: isoTime(deployment.updatedAt),
      reason: deployment.rolloutStateReason,
    },
  });
}

type Action = 'SERVICE_STEADY_STATE' | 'SERVICE_TASK_START_IMPAIRED' | 'SERVICE_TASK_PLACEMENT_FAILURE';

const severity: Readonly<Record<Action, string>> = {
  SERVICE_STEADY_STATE: 'INFO',
  SERVICE_TASK_START_IMPAIRED: 'WARN',
  SERVICE_TASK_PLACEMENT_FAILURE: 'ERROR',
};

export function act(core: Core, service: Service, action: { name: Action; more?: JsonObject }): void {
  core.publish({
    type: 'ECS Service Action',
    resource: service.arn,
    detail: {
      eventType: severity[action.name],
      eventName: action.name,
      clusterArn: service.cluster.arn,
      ...action.more,
      createdAt: isoTime(core.clock.now()),
    },
  });
}
