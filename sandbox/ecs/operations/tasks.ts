import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { clusterOf, findCluster, includes, nameOf } from '../arn.ts';
import { invalidParameter, serviceNotFound } from '../aws-error.ts';
import { arnOf, type Core } from '../core.ts';
import { text, texts } from '../input.ts';
import { page, shuffledRank } from '../paging.ts';
import { lookUpService } from '../services/find.ts';
import { listedUntil } from '../services/snapshots.ts';
import type { Cluster, Task } from '../state.ts';
import { orderStop } from '../tasks/ending.ts';
import { isRemembered } from '../tasks/retention.ts';
import { describeTask } from '../tasks/task-view.ts';
import { missing, type Operations } from './operation.ts';

const MAX_DESCRIBED = 100;

export const taskOperations: Operations = {
  DescribeTasks: (core, input) => {
    const cluster = findCluster(core, input);
    const references = texts(input, 'tasks') ?? [];
    if (references.length === 0) throw invalidParameter('Tasks cannot be empty.');
    if (references.length > MAX_DESCRIBED) throw invalidParameter('Tasks can have at most 100 items.');
    const found = references.map((reference) => ({ reference, task: lookUp(core, cluster, reference) }));
    return {
      tasks: found.flatMap(({ task }) => (task ? [describeTask(core, task, includes(input, 'TAGS'))] : [])),
      failures: found
        .filter(({ task }) => task === undefined)
        .map(({ reference }) => missing(fullArn(core, cluster, reference))),
    };
  },
  ListTasks: listTasks,
  StopTask: (core, input) => {
    const cluster = findCluster(core, input);
    const reference = text(input, 'task') ?? '';
    if (!isIdentifier(reference)) throw invalidParameter('Task Identifier is invalid');
    const task = lookUp(core, cluster, reference);
    if (task === undefined) throw invalidParameter('The referenced task was not found.');
    orderStop(core, task, { code: 'UserInitiated', reason: text(input, 'reason') ?? 'Task stopped by user' });
    return { task: describeTask(core, task) };
  },
};

function isIdentifier(reference: string): boolean {
  return /^(arn:aws[\w-]*:ecs:[\w-]+:\d{12}:task\/([\w-]+\/)?)?([0-9a-f]{32}|[0-9a-f-]{36})$/.test(reference);
}

function lookUp(core: Core, cluster: Cluster, reference: string): Task | undefined {
  const task = cluster.tasks.get(fullArn(core, cluster, reference));
  return task !== undefined && isRemembered(core, task) ? task : undefined;
}

function fullArn(core: Core, cluster: Cluster, reference: string): string {
  const complete = reference.startsWith('arn:') && clusterOf(reference) !== undefined;
  return complete ? reference : arnOf(core, `task/${cluster.name}/${nameOf(reference)}`);
}

function listTasks(core: Core, input: JsonObject): JsonObject {
  const cluster = findCluster(core, input);
  checkFilters(cluster, input);
  const wanted = text(input, 'desiredStatus') ?? 'RUNNING';
  if (!['RUNNING', 'PENDING', 'STOPPED'].includes(wanted)) throw invalidParameter('Invalid desiredStatus.');
  const filters = filtersOf(input);
  const until = listedUntil(core);
  const items = candidates(cluster, input)
    .filter(
      (task) =>
        task.createdAt <= until &&
        isRemembered(core, task) &&
        task.desiredStatus === wanted &&
        filters.every((holds) => holds(task)),
    )
    .map(({ arn }) => ({ rank: shuffledRank(core, arn), value: arn }));
  return page(core, input, { items, rules: { name: 'taskArns', pageSize: 100 } });
}

/** The filters that stand alone have an index: a cluster may have tens of thousands of tasks. */
function candidates(cluster: Cluster, input: JsonObject): readonly Task[] {
  const [by, serviceName] = [text(input, 'startedBy'), text(input, 'serviceName')];
  if (by !== undefined) return [...(cluster.startedBy.get(by) ?? [])];
  if (serviceName !== undefined) return [...(lookUpService(cluster, serviceName)?.tasks ?? [])];
  return [...cluster.tasks.values()];
}

const exclusive = ['family', 'containerInstance', 'launchType', 'startedBy', 'serviceName'];

function checkFilters(cluster: Cluster, input: JsonObject): void {
  const given = exclusive.filter((key) => text(input, key) !== undefined);
  if (given.includes('startedBy') && (given.length > 1 || text(input, 'desiredStatus') !== undefined)) {
    throw invalidParameter('cannot specify startedBy with other arguments');
  }
  const besidesService = given.filter((key) => key !== 'serviceName' && key !== 'launchType');
  const serviceName = text(input, 'serviceName');
  if (serviceName === undefined) return;
  if (besidesService.length > 0) throw invalidParameter('cannot specify serviceName with other arguments');
  if (lookUpService(cluster, serviceName) === undefined) throw serviceNotFound();
}

function filtersOf(input: JsonObject): ((task: Task) => boolean)[] {
  const is = (key: string, holds: (task: Task, value: string) => boolean) => {
    const value = text(input, key);
    return value === undefined ? [] : [(task: Task) => holds(task, value)];
  };
  return [
    ...is('family', ({ revision }, value) => revision.family === value),
    ...is('startedBy', ({ startedBy }, value) => startedBy === value),
    ...is('serviceName', ({ deployment }, value) => deployment?.service.name === nameOf(value)),
    ...is('launchType', ({ launchType }, value) => launchType === value),
    ...is('containerInstance', ({ instance }, value) => nameOf(instance?.arn ?? '') === nameOf(value)),
  ];
}
