import { isJsonObject, type JsonObject, printLossless } from '../../../shared/domain/lossless-json.ts';
import { findCluster, member, nameOf } from '../arn.ts';
import { invalidParameter } from '../aws-error.ts';
import { answered, remember } from '../client-tokens.ts';
import type { Core } from '../core.ts';
import { usableRevision } from '../definitions/find.ts';
import { flag, record, records, show, text, texts, whole } from '../input.ts';
import { checkLaunch } from '../services/settings.ts';
import { type Capacity, capacityFor, hasRoom, noFargateRoom } from '../services/strategy.ts';
import type { Cluster, Instance, Revision, Task } from '../state.ts';
import { readTags } from '../tags.ts';
import { createTask } from '../tasks/launch.ts';
import { place } from '../tasks/placement.ts';
import { begin } from '../tasks/starting.ts';
import { describeTask } from '../tasks/task-view.ts';
import { missing, type Operations } from './operation.ts';

const MAX_COUNT = 10;
const MAX_OVERRIDES = 8192;

export const runTaskOperations: Operations = { RunTask: runTask, StartTask: startTask };

function runTask(core: Core, input: JsonObject): JsonObject {
  const cluster = findCluster(core, input);
  const known = answered(core, cluster, input);
  if (known !== undefined) return known;
  const count = whole(input, 'count') ?? 1;
  if (count < 1 || count > MAX_COUNT) throw invalidParameter(`Count must be between 1 and ${MAX_COUNT}.`);
  const revision = usableRevision(core, text(input, 'taskDefinition') ?? '');
  check(cluster, revision, input);
  const capacity = usableCapacity(cluster, input);
  const tasks: Task[] = [];
  const failures: JsonObject[] = [];
  for (let number = 0; number < count; number += 1) {
    const room = findRoom(core, cluster, { revision, capacity });
    if ('failure' in room) failures.push(room.failure);
    else tasks.push(launch(core, input, { cluster, revision, capacity, instance: room.instance }));
  }
  for (const task of tasks) begin(core, task);
  return remember(core, cluster, { input, tasks, answer: answerOf(core, tasks, failures) });
}

function hasInstances(cluster: Cluster): boolean {
  return [...cluster.instances.values()].some(({ status }) => status === 'ACTIVE');
}

function usableCapacity(cluster: Cluster, input: JsonObject): Capacity {
  const capacity = capacityFor(cluster, input);
  if (capacity.launchType === 'FARGATE' || hasInstances(cluster)) return capacity;
  throw invalidParameter('No Container Instances were found in your cluster.');
}

/** StartTask: on instances that the caller names. */
function startTask(core: Core, input: JsonObject): JsonObject {
  const cluster = findCluster(core, input);
  const revision = usableRevision(core, text(input, 'taskDefinition') ?? '');
  check(cluster, revision, { ...input, launchType: 'EC2' });
  const wanted = texts(input, 'containerInstances') ?? [];
  if (wanted.length === 0) throw invalidParameter('Container instances cannot be empty.');
  if (wanted.length > MAX_COUNT)
    throw invalidParameter(`Container instances can have at most ${MAX_COUNT} items.`);
  const capacity: Capacity = { launchType: 'EC2', capacityProvider: undefined };
  const tasks: Task[] = [];
  const failures: JsonObject[] = [];
  for (const reference of wanted) {
    const instance = [...cluster.instances.values()].find(({ arn }) => nameOf(arn) === nameOf(reference));
    if (instance === undefined) failures.push(missing(reference));
    else tasks.push(launch(core, input, { cluster, revision, capacity, instance }));
  }
  for (const task of tasks) begin(core, task);
  return answerOf(core, tasks, failures);
}

function answerOf(core: Core, tasks: readonly Task[], failures: readonly JsonObject[]): JsonObject {
  return { tasks: tasks.map((task) => describeTask(core, task, true)), failures };
}

function check(cluster: Cluster, revision: Revision, input: JsonObject): void {
  checkLaunch(cluster, revision, input);
  const overrides = record(input, 'overrides') ?? {};
  if (printLossless(overrides).length > MAX_OVERRIDES) {
    throw invalidParameter('Container Overrides length must be at most 8192');
  }
  const containers = revision.body['containerDefinitions'];
  const names = Array.isArray(containers) ? containers.filter(isJsonObject).map(({ name }) => name) : [];
  for (const { name } of records(overrides, 'containerOverrides') ?? []) {
    if (names.includes(name)) continue;
    throw invalidParameter(
      `Override for container named ${show(name)} is not a container in the TaskDefinition.`,
    );
  }
  if (!/^[\w/-]{0,128}$/.test(text(input, 'startedBy') ?? '')) {
    throw invalidParameter(
      'startedBy can have at most 128 letters, numbers, hyphens, slashes and underscores.',
    );
  }
  if (text(input, 'propagateTags') === 'SERVICE') {
    throw invalidParameter('SERVICE is not a valid value of propagateTags for a task that runs alone.');
  }
}

type Room = { readonly failure: JsonObject } | { readonly instance: Instance | undefined };

function findRoom(core: Core, cluster: Cluster, want: { revision: Revision; capacity: Capacity }): Room {
  if (want.capacity.launchType === 'FARGATE') {
    return hasRoom(core, want.capacity) ? { instance: undefined } : { failure: { reason: noFargateRoom } };
  }
  const placed = place(cluster, want.revision);
  if ('instance' in placed) return placed;
  return { failure: { arn: placed.closest?.arn, reason: placed.reason } };
}

interface Launch {
  readonly cluster: Cluster;
  readonly revision: Revision;
  readonly capacity: Capacity;
  readonly instance: Instance | undefined;
}

function launch(core: Core, input: JsonObject, { cluster, revision, capacity, instance }: Launch): Task {
  const network = member(member(input, 'networkConfiguration'), 'awsvpcConfiguration');
  const propagated =
    text(input, 'propagateTags') === 'TASK_DEFINITION' ? core.store.tags.get(revision.arn) : undefined;
  const tags = new Map([...(propagated ?? []), ...readTags(input)]);
  if (flag(input, 'enableECSManagedTags') === true) tags.set('aws:ecs:clusterName', cluster.name);
  const platformVersion = text(input, 'platformVersion');
  return createTask(core, {
    ...capacity,
    cluster,
    revision,
    instance,
    platformVersion: platformVersion === 'LATEST' ? undefined : platformVersion,
    group: text(input, 'group') ?? `family:${revision.family}`,
    startedBy: text(input, 'startedBy'),
    overrides: record(input, 'overrides'),
    subnets: texts(network, 'subnets') ?? [],
    enableExecuteCommand: flag(input, 'enableExecuteCommand'),
    tags,
  });
}
