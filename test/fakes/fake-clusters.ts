import { Refused } from '../../shared/faults.ts';
import type { Clusters } from '../../shared/ports.ts';

/** Clusters and their tags. `prod` is there, without any. */
export class FakeClusters implements Clusters {
  readonly #tags = new Map<string, Map<string, string>>([['prod', new Map()]]);

  add(cluster: string, tags: Readonly<Record<string, string>> = {}): void {
    this.#tags.set(cluster, new Map(Object.entries(tags)));
  }

  tag(cluster: string, key: string): Promise<{ readonly value: string | undefined } | undefined> {
    const tags = this.#tags.get(cluster);
    return Promise.resolve(tags && { value: tags.get(key) });
  }

  setTag(cluster: string, key: string, value: string): Promise<void> {
    const tags = this.#tags.get(cluster);
    if (tags === undefined)
      return Promise.reject(new Refused('ClusterNotFoundException', 'Cluster not found.'));
    tags.set(key, value);
    return Promise.resolve();
  }
}
