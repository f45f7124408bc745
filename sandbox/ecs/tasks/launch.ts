import { isJsonObject, type JsonObject } from '../../../shared/domain/lossless-json.ts';
import { arnOf, type Core } from '../core.ts';
import { show } from '../input.ts';
import type { Cluster, Container, Deployment, Instance, Revision, Task } from '../state.ts';
import type { NetworkInterface } from '../state-parts.ts';
import { forgetOldTasks } from './retention.ts';

const TASKS_BETWEEN_SWEEPS = 128;

export interface LaunchOrder {
  readonly cluster: Cluster;
  readonly revision: Revision;
  readonly launchType: 'FARGATE' | 'EC2';
  readonly capacityProvider?: string | undefined;
  readonly platformVersion?: string | undefined;
  readonly group: string;
  readonly startedBy?: string | undefined;
  readonly deployment?: Deployment | undefined;
  readonly overrides?: JsonObject | undefined;
  readonly subnets: readonly string[];
  readonly instance?: Instance | undefined;
  readonly enableExecuteCommand?: boolean | undefined;
  readonly balanced?: boolean | undefined;
  readonly tags?: ReadonlyMap<string, string> | undefined;
}

/** Makes a task's record; its life begins with `begin`. */
export function createTask(core: Core, order: LaunchOrder): Task {
  const id = core.random.hex(32);
  const arn = arnOf(core, `task/${order.cluster.name}/${id}`);
  const networked = order.revision.body['networkMode'] === 'awsvpc';
  const network = networked ? networkInterface(core, order.subnets) : undefined;
  const containers = containersOf(core, order, id);
  const { cluster, revision, launchType, group, startedBy, deployment, instance } = order;
  const task: Task = {
    arn,
    id,
    cluster,
    revision,
    launchType,
    group,
    startedBy,
    deployment,
    instance,
    network,
    containers,
    capacityProvider: order.capacityProvider,
    platformVersion: launchType === 'FARGATE' ? (order.platformVersion ?? '1.4.0') : undefined,
    overrides: overridesView(containers, order.overrides),
    createdAt: core.clock.now(),
    availabilityZone: `${core.region}${core.random.pick(['a', 'b', 'c'])}`,
    enableExecuteCommand: order.enableExecuteCommand ?? false,
    balanced: order.balanced ?? false,
    lastStatus: networked ? 'PROVISIONING' : 'PENDING',
    desiredStatus: 'RUNNING',
    version: 1,
    updatedAt: core.clock.now(),
    health: 'UNKNOWN',
    counted: false,
    unhealthy: undefined,
    accounted: false,
    targets: 'none',
    timers: [],
  };
  if (cluster.tasks.size % TASKS_BETWEEN_SWEEPS === 0) forgetOldTasks(core, cluster);
  cluster.tasks.set(arn, task);
  deployment?.tasks.add(task);
  deployment?.service.tasks.add(task);
  if (startedBy !== undefined) index(cluster, startedBy, task);
  if (order.tags && order.tags.size > 0) core.store.tags.set(arn, new Map(order.tags));
  return task;
}

function index({ startedBy }: Cluster, by: string, task: Task): void {
  const started = startedBy.get(by) ?? new Set();
  startedBy.set(by, started.add(task));
}

function containersOf(core: Core, { cluster, revision }: LaunchOrder, taskId: string): Container[] {
  const definitions = (revision.body['containerDefinitions'] ?? []) as readonly JsonObject[];
  return definitions.map((definition) => ({
    arn: arnOf(core, `container/${cluster.name}/${taskId}/${core.random.uuid()}`),
    name: show(definition['name']),
    image: show(definition['image']),
    essential: definition['essential'] !== false,
    definition,
    lastStatus: 'PENDING',
    health: 'UNKNOWN',
    networkBindings: [],
  }));
}

function networkInterface(core: Core, subnets: readonly string[]): NetworkInterface {
  const [first = 'subnet-00000000', ...others] = subnets;
  const [third, fourth] = [core.random.whole(0, 255), core.random.whole(4, 254)];
  return {
    attachmentId: core.random.uuid(),
    subnet: core.random.pick([first, ...others]),
    id: `eni-${core.random.hex(17)}`,
    mac: `0a:${Array.from({ length: 5 }, () => core.random.hex(2)).join(':')}`,
    address: `10.0.${third}.${fourth}`,
    dnsName: `ip-10-0-${third}-${fourth}.${core.region}.compute.internal`,
  };
}

/** Every container is named in the answer; those without an override by their name alone. */
function overridesView(containers: readonly Container[], overrides: JsonObject = {}): JsonObject {
  const given = (
    Array.isArray(overrides['containerOverrides']) ? overrides['containerOverrides'] : []
  ).filter(isJsonObject);
  return {
    ...overrides,
    containerOverrides: containers.map(({ name }) => given.find((one) => one['name'] === name) ?? { name }),
    inferenceAcceleratorOverrides: [],
  };
}
