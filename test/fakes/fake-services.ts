import type { ServiceName } from '../../shared/domain/arn.ts';
import type { DeploymentRecord, ServiceSnapshot } from '../../shared/domain/service.ts';
import { OutcomeUnknown, Refused, Throttled } from '../../shared/faults.ts';
import type { Page, Services } from '../../shared/ports.ts';

export type UpdateFault = 'answer lost' | 'request lost' | 'throttled' | { readonly refused: string };

export class FakeServices implements Services {
  /** UpdateService calls that took effect: the revisions. */
  readonly updates: string[] = [];
  /** Service deployments that were told to roll back. */
  readonly rolledBack: string[] = [];
  pageSize = 100;
  records: readonly DeploymentRecord[] = [];
  /** For the next call alone. */
  fault: UpdateFault | undefined;
  /** What the next reads show in place of the truth. */
  readonly oldReads: ServiceSnapshot[] = [];
  readonly #services = new Map<string, ServiceSnapshot>();

  put(service: ServiceSnapshot): void {
    this.#services.set(keyOf(service), service);
  }

  remove(name: ServiceName): void {
    this.#services.delete(keyOf(name));
  }

  change(name: ServiceName, overrides: Partial<ServiceSnapshot>): void {
    const known = this.#services.get(keyOf(name));
    if (known !== undefined) this.put({ ...known, ...overrides });
  }

  list(cluster: string): Promise<readonly string[]> {
    return Promise.resolve(this.#in(cluster).map(({ service }) => service));
  }

  describe(cluster: string, services: readonly string[]): Promise<readonly ServiceSnapshot[]> {
    const old = this.oldReads.shift();
    if (old !== undefined) return Promise.resolve([old]);
    return Promise.resolve(this.#in(cluster).filter(({ service }) => services.includes(service)));
  }

  update(cluster: string, service: string, taskDefinition: string): Promise<ServiceSnapshot> {
    const { fault } = this;
    this.fault = undefined;
    const known = this.#services.get(keyOf({ cluster, service }));
    if (fault === 'request lost') return Promise.reject(new OutcomeUnknown('no answer'));
    if (fault === 'throttled') return Promise.reject(new Throttled('UpdateService: Rate exceeded'));
    const no = typeof fault === 'object' ? fault.refused : 'Service was not ACTIVE.';
    if (known === undefined || typeof fault === 'object') {
      return Promise.reject(new Refused('ServiceNotActiveException', no));
    }
    const updated = this.#updated(known, taskDefinition);
    this.put(updated);
    return fault === 'answer lost'
      ? Promise.reject(new OutcomeUnknown('no answer'))
      : Promise.resolve(updated);
  }

  deploymentRecords(): Promise<readonly DeploymentRecord[]> {
    return Promise.resolve(this.records);
  }

  async page(cluster: string, token = '0'): Promise<Page<string>> {
    const all = await this.list(cluster);
    const end = Number(token) + this.pageSize;
    return { items: all.slice(Number(token), end), next: end < all.length ? String(end) : undefined };
  }

  rollBack(serviceDeploymentArn: string): Promise<void> {
    if (!this.records.some(({ arn }) => arn === serviceDeploymentArn)) {
      const no = 'Service deployment not found.';
      return Promise.reject(new Refused('ServiceDeploymentNotFoundException', no));
    }
    this.rolledBack.push(serviceDeploymentArn);
    return Promise.resolve();
  }

  #in(cluster: string): readonly ServiceSnapshot[] {
    return [...this.#services.values()].filter((one) => one.cluster === cluster);
  }

  /** The revision that it is set to already makes no new deployment. */
  #updated(known: ServiceSnapshot, taskDefinition: string): ServiceSnapshot {
    if (known.taskDefinition === taskDefinition) return known;
    this.updates.push(taskDefinition);
    const fresh = {
      id: `ecs-svc/${String(this.updates.length + 1).padStart(19, '0')}`,
      status: 'PRIMARY',
      taskDefinition,
      rolloutState: 'IN_PROGRESS',
      runningCount: 0,
    };
    const older = known.deployments.map((one) => ({ ...one, status: 'ACTIVE' }));
    return { ...known, taskDefinition, deployments: [fresh, ...older] };
  }
}

function keyOf({ cluster, service }: ServiceName): string {
  return `${cluster}/${service}`;
}
