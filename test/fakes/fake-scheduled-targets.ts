import type { ServiceName } from '../../shared/domain/arn.ts';
import { OutcomeUnknown, Refused } from '../../shared/faults.ts';
import type { Page, ScheduledTarget, ScheduledTargets } from '../../shared/ports.ts';

export type SetFault = 'answer lost' | 'request lost' | { readonly refused: string };

export class FakeScheduledTargets implements ScheduledTargets {
  /** Calls of `set` that took effect: the target's name and its revision. */
  readonly sets: string[] = [];
  pageSize = 50;
  /** For the next call alone. */
  fault: SetFault | undefined;
  readonly #targets = new Map<string, ScheduledTarget>();

  put(target: ScheduledTarget): void {
    this.#targets.set(keyOf(target), target);
  }

  remove(name: ServiceName): void {
    this.#targets.delete(keyOf(name));
  }

  page(kind: 'schedules' | 'rules', token = '0'): Promise<Page<ScheduledTarget>> {
    const prefix = kind === 'schedules' ? 'schedule:' : 'rule:';
    const all = [...this.#targets.values()].filter(({ service }) => service.startsWith(prefix));
    const end = Number(token) + this.pageSize;
    const next = end < all.length ? String(end) : undefined;
    return Promise.resolve({ items: all.slice(Number(token), end), next });
  }

  read(name: ServiceName): Promise<ScheduledTarget | undefined> {
    return Promise.resolve(this.#targets.get(keyOf(name)));
  }

  set(name: ServiceName, taskDefinition: string): Promise<void> {
    const { fault } = this;
    this.fault = undefined;
    const known = this.#targets.get(keyOf(name));
    if (fault === 'request lost') return Promise.reject(new OutcomeUnknown('no answer'));
    const no = typeof fault === 'object' ? fault.refused : 'it is gone';
    if (known === undefined || typeof fault === 'object') return Promise.reject(new Refused('Gone', no));
    if (known.taskDefinition === taskDefinition) return Promise.resolve();
    this.put({ ...known, taskDefinition });
    this.sets.push(`${known.service} ${taskDefinition}`);
    return fault === 'answer lost' ? Promise.reject(new OutcomeUnknown('no answer')) : Promise.resolve();
  }
}

function keyOf({ cluster, service }: ServiceName): string {
  return `${cluster}/${service}`;
}
