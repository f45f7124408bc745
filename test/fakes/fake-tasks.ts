import type { ServiceName } from '../../shared/domain/arn.ts';
import type { StoppedTask } from '../../shared/domain/stop-cause.ts';
import type { Tasks } from '../../shared/ports.ts';

export class FakeTasks implements Tasks {
  readonly #running = new Map<string, Readonly<Record<string, string>>>();
  readonly #stopped = new Map<string, readonly StoppedTask[]>();

  /** Every running task of this revision of the service runs these digests. */
  run(name: ServiceName, revision: string, digests: Readonly<Record<string, string>>): void {
    this.#running.set(keyOf(name, revision), digests);
  }

  /** The newest first. */
  stop(name: ServiceName, deploymentId: string, ...tasks: readonly StoppedTask[]): void {
    this.#stopped.set(keyOf(name, deploymentId), tasks);
  }

  runningDigests(cluster: string, service: string, revision: string) {
    return Promise.resolve(this.#running.get(keyOf({ cluster, service }, revision)) ?? {});
  }

  stopped(name: ServiceName, deploymentId: string): Promise<readonly StoppedTask[]> {
    return Promise.resolve(this.#stopped.get(keyOf(name, deploymentId)) ?? []);
  }
}

function keyOf({ cluster, service }: ServiceName, more: string): string {
  return `${cluster}/${service} ${more}`;
}
