import { type JsonObject, type JsonValue, printLossless } from '../../../shared/domain/lossless-json.ts';
import { clientError, invalidParameter } from '../aws-error.ts';
import { records, text } from '../input.ts';
import { units } from './defaults.ts';
import { fargateProblem } from './fargate.ts';

const MAX_CONTAINERS = 10;
const MAX_BYTES = 65_536;

/** The first problem that ECS would name, as a ClientException. */
export function validateDefinition(request: JsonObject): void {
  const problem = problemOf(request);
  if (problem !== undefined) throw clientError(problem);
}

function problemOf(request: JsonObject): string | undefined {
  const family = text(request, 'family') ?? '';
  if (family === '') return 'Family should not be null or empty.';
  if (!/^[\w-]{1,255}$/.test(family)) {
    return `Family contains invalid characters. It should contain only letters, numbers, hyphens and underscores.`;
  }
  const containers = records(request, 'containerDefinitions') ?? [];
  if (containers.length === 0) return 'Container list cannot be empty.';
  if (containers.length > MAX_CONTAINERS) return 'Too many containers.';
  const bytes = Buffer.byteLength(printLossless(request));
  if (bytes > MAX_BYTES) return `Actual length: '${bytes}'. Max allowed length is '${MAX_BYTES}' bytes.`;
  return (
    rolesProblem(request) ?? fargateProblem(request, containers) ?? containersProblem(request, containers)
  );
}

function rolesProblem(request: JsonObject): string | undefined {
  for (const key of ['taskRoleArn', 'executionRoleArn']) {
    const role = text(request, key) ?? '';
    const valid = role === '' || /^(arn:aws[\w-]*:iam::\d{12}:role\/)?[\w+=,.@/-]+$/.test(role);
    if (!valid) return 'Role is not valid';
  }
  return undefined;
}

function containersProblem(request: JsonObject, containers: readonly JsonObject[]): string | undefined {
  for (const container of containers) {
    const problem = containerProblem(request, container, containers);
    if (problem !== undefined) return problem;
  }
  if (containers.every(({ essential }) => essential === false)) {
    throw invalidParameter('At least one container in the task definition must be essential.');
  }
  const cpu = containers.reduce((sum, container) => sum + number(container['cpu']), 0);
  const taskCpu = units(request['cpu'], 'vcpu');
  if (taskCpu !== undefined && taskCpu !== null && cpu > Number(taskCpu)) {
    return "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.";
  }
  return undefined;
}

function containerProblem(
  request: JsonObject,
  container: JsonObject,
  containers: readonly JsonObject[],
): string | undefined {
  const name = text(container, 'name') ?? '';
  if (name === '') return 'Container.name should not be null or empty.';
  if ((text(container, 'image') ?? '') === '') return 'Container.image should not be null or empty.';
  return (
    memoryProblem(request, container, name) ??
    portsProblem(request, container, name) ??
    dependencyProblem(container, containers)
  );
}

function memoryProblem(request: JsonObject, container: JsonObject, name: string): string | undefined {
  const { memory, memoryReservation } = container;
  const own = memory ?? memoryReservation ?? undefined;
  if (own === undefined && (request['memory'] ?? undefined) === undefined) {
    return `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`;
  }
  const tooSmall = typeof memory === 'number' && memory < 4;
  const below =
    typeof memory === 'number' && typeof memoryReservation === 'number' && memory < memoryReservation;
  return tooSmall || below ? `Invalid 'memory' setting for container '${name}'.` : undefined;
}

function portsProblem(request: JsonObject, container: JsonObject, name: string): string | undefined {
  for (const mapping of records(container, 'portMappings') ?? []) {
    const { containerPort, hostPort, containerPortRange } = mapping;
    const port = number(containerPort);
    if (containerPortRange === undefined && (!Number.isInteger(port) || port < 1 || port > 65_535)) {
      return `Invalid 'containerPort' setting for container '${name}'.`;
    }
    const differs =
      hostPort !== undefined && hostPort !== null && hostPort !== 0 && hostPort !== containerPort;
    if (request['networkMode'] === 'awsvpc' && differs) {
      return 'When networkMode=awsvpc, the host ports and container ports in port mappings must match.';
    }
  }
  return undefined;
}

function dependencyProblem(container: JsonObject, containers: readonly JsonObject[]): string | undefined {
  for (const { containerName, condition } of records(container, 'dependsOn') ?? []) {
    const dependency = containers.find(({ name }) => name === containerName);
    const ends = condition === 'SUCCESS' || condition === 'COMPLETE';
    if (ends && dependency?.['essential'] !== false) {
      return 'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container';
    }
  }
  return undefined;
}

function number(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
