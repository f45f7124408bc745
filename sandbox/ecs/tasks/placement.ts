import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { show } from '../input.ts';
import type { Cluster, Instance, Revision, Task } from '../state.ts';

/** Why there is no place; without instances there is neither a closest one nor a reason. */
export interface Misplaced {
  readonly reason: string | undefined;
  readonly closest: Instance | undefined;
}

export type Placement = { readonly instance: Instance } | Misplaced;

interface Needs {
  readonly cpu: number;
  readonly memory: number;
  readonly ports: readonly string[];
}

/** Finds an instance with room, or says what the closest one lacks. */
export function place(cluster: Cluster, revision: Revision): Placement {
  const instances = [...cluster.instances.values()].filter(({ status }) => status === 'ACTIVE');
  const needs = needsOf(revision);
  const connected = instances.filter(({ agentConnected }) => agentConnected);
  const fitting = connected.find((instance) => lacks(instance, needs) === undefined);
  if (fitting !== undefined) return { instance: fitting };
  const closest = connected[0] ?? instances[0];
  if (closest === undefined) return { reason: undefined, closest };
  return {
    closest,
    reason: connected.length === 0 ? 'AGENT' : `RESOURCE:${lacks(closest, needs) ?? 'MEMORY'}`,
  };
}

/** The words in which a service's event says the same. */
export function placementText(placement: Misplaced): string {
  const start = 'was unable to place a task because no container instance met all of its requirements.';
  const { closest, reason } = placement;
  if (closest === undefined || reason === undefined)
    return `${start} Reason: No Container Instances were found in your cluster.`;
  const id = closest.arn.slice(closest.arn.lastIndexOf('/') + 1);
  return `${start} The closest matching (container-instance ${id}) ${words[reason] ?? 'does not meet the requirements.'}`;
}

const words: Readonly<Record<string, string>> = {
  'RESOURCE:MEMORY': 'has insufficient memory available.',
  'RESOURCE:CPU': 'has insufficient CPU units available.',
  'RESOURCE:PORTS': 'is already using a port required by your task.',
  AGENT: 'has the agent disconnected.',
};

export function remaining(instance: Instance): Needs {
  const used = tasksOn(instance).map(({ revision }) => needsOf(revision));
  return {
    cpu: instance.cpu - sum(used.map(({ cpu }) => cpu)),
    memory: instance.memory - sum(used.map(({ memory }) => memory)),
    ports: [...instance.ports, ...used.flatMap(({ ports }) => ports)],
  };
}

export function tasksOn(instance: Instance): Task[] {
  return [...instance.cluster.tasks.values()].filter(
    (task) => task.instance === instance && task.lastStatus !== 'STOPPED',
  );
}

function lacks(instance: Instance, needs: Needs): 'CPU' | 'MEMORY' | 'PORTS' | undefined {
  const left = remaining(instance);
  if (left.cpu < needs.cpu) return 'CPU';
  if (left.memory < needs.memory) return 'MEMORY';
  return needs.ports.some((port) => left.ports.includes(port)) ? 'PORTS' : undefined;
}

function needsOf({ body }: Revision): Needs {
  const containers = (body['containerDefinitions'] ?? []) as readonly JsonObject[];
  const each = (pick: (container: JsonObject) => unknown) =>
    sum(containers.map((one) => Number(pick(one) ?? 0)));
  const bound = body['networkMode'] !== 'awsvpc';
  return {
    cpu: Number(body['cpu'] ?? each(({ cpu }) => cpu)),
    memory: Number(body['memory'] ?? each(({ memory, memoryReservation }) => memoryReservation ?? memory)),
    ports: bound ? containers.flatMap(hostPorts) : [],
  };
}

function hostPorts(container: JsonObject): string[] {
  const mappings = (container['portMappings'] ?? []) as readonly JsonObject[];
  return mappings.map(({ hostPort }) => show(hostPort ?? 0)).filter((port) => port !== '0');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
