import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { type Answer, awaited, type Ecs, textAt } from './endpoint.ts';

/** Public, so that no definition needs an execution role to pull it. */
const image = 'public.ecr.aws/shop/web:1.4.2';

export function container(change: JsonObject = {}): JsonObject {
  return { name: 'app', image, memory: 512, cpu: 128, essential: true, ...change };
}

/** A definition that Fargate takes. */
export function fargateDefinition(family: string, change: JsonObject = {}): JsonObject {
  return {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [container()],
    ...change,
  };
}

function network(ecs: Ecs): JsonObject {
  return { awsvpcConfiguration: { subnets: [ecs.subnet], securityGroups: ['sg-0a1b2c3d'] } };
}

export function serviceInput(ecs: Ecs, change: JsonObject = {}): JsonObject {
  return { launchType: 'FARGATE', desiredCount: 1, networkConfiguration: network(ecs), ...change };
}

/** A cluster of the scenario's own with one registered definition of the same name. */
export async function clusterWithDefinition(ecs: Ecs, name: string): Promise<void> {
  await ecs.call('CreateCluster', { clusterName: name });
  await ecs.call('RegisterTaskDefinition', fargateDefinition(name));
}

/** A cluster, a definition and a service, all of that name. */
export async function clusterWithService(ecs: Ecs, name: string, change: JsonObject = {}): Promise<Answer> {
  await clusterWithDefinition(ecs, name);
  const input = { cluster: name, serviceName: name, taskDefinition: name, ...change };
  return ecs.call('CreateService', serviceInput(ecs, input));
}

export function describeService(ecs: Ecs, name: string): Promise<Answer> {
  return ecs.call('DescribeServices', { cluster: name, services: [name] });
}

export function stableService(ecs: Ecs, name: string): Promise<Answer> {
  return awaited(
    ecs,
    () => describeService(ecs, name),
    (answer) =>
      answer.at('services.0.deployments.1') === null &&
      answer.at('services.0.deployments.0.rolloutState') === 'COMPLETED' &&
      answer.at('services.0.runningCount') === answer.at('services.0.desiredCount'),
  );
}

export function runTask(ecs: Ecs, cluster: string, change: JsonObject = {}): Promise<Answer> {
  return ecs.call('RunTask', {
    cluster,
    taskDefinition: cluster,
    launchType: 'FARGATE',
    networkConfiguration: network(ecs),
    ...change,
  });
}

/** Runs one task and waits until it says RUNNING. */
export async function runningTask(ecs: Ecs, cluster: string): Promise<string> {
  const task = textAt(await runTask(ecs, cluster), 'tasks.0.taskArn');
  await awaitTask(ecs, { cluster, task, status: 'RUNNING' });
  return task;
}

interface AwaitedTask {
  readonly cluster: string;
  readonly task: string;
  readonly status: string;
}

export function awaitTask(ecs: Ecs, { cluster, task, status }: AwaitedTask): Promise<Answer> {
  return awaited(
    ecs,
    () => ecs.call('DescribeTasks', { cluster, tasks: [task] }),
    (answer) => answer.at('tasks.0.lastStatus') === status,
  );
}

/** The part of an ARN after the last slash, or after the last colon. */
export function tail(arn: unknown): string {
  return String(arn).replace(/^.*[/:]/, '');
}
