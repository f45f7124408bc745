import type { ServiceName } from '../../shared/domain/arn.ts';
import { Refused } from '../../shared/faults.ts';
import type { ScheduledTarget, ScheduledTargets } from '../../shared/ports.ts';

export interface MemoryScheduledTargets extends ScheduledTargets {
  put(target: ScheduledTarget): void;
}

/** EventBridge rules and schedules with ECS targets, as far as Slipway sees them. */
export function memoryScheduledTargets(): MemoryScheduledTargets {
  const targets = new Map<string, ScheduledTarget>();
  const nameOf = ({ cluster, service }: ServiceName) => `${cluster}/${service}`;
  return {
    put(target) {
      targets.set(nameOf(target), target);
    },
    page(kind) {
      const prefix = kind === 'schedules' ? 'schedule:' : 'rule:';
      const items = [...targets.values()].filter(({ service }) => service.startsWith(prefix));
      return Promise.resolve({ items });
    },
    read: (name) => Promise.resolve(targets.get(nameOf(name))),
    set(name, taskDefinition) {
      const target = targets.get(nameOf(name));
      if (target === undefined) return Promise.reject(new Refused('Gone', `there is no ${nameOf(name)}`));
      targets.set(nameOf(name), { ...target, taskDefinition });
      return Promise.resolve();
    },
  };
}
