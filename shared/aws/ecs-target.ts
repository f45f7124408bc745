import { parseClusterArn } from '../domain/arn.ts';
import { asText, isJsonObject, type JsonObject, type JsonValue } from '../domain/lossless-json.ts';
import { compare } from '../domain/task-definition/compare.ts';
import { OutcomeUnknown, Refused, Throttled, Unavailable } from '../faults.ts';
import { acting } from './errors.ts';

/** What a rule's or a schedule's target starts. Undefined: something else than an ECS task. */
export interface EcsTarget {
  readonly cluster: string;
  readonly taskDefinition: string;
}

export function readEcsTarget(target: JsonValue | undefined): EcsTarget | undefined {
  if (!isJsonObject(target)) return undefined;
  const { Arn: arn, EcsParameters: parameters } = target;
  const cluster = parseClusterArn(asText(arn) ?? '');
  const taskDefinition = isJsonObject(parameters) ? asText(parameters['TaskDefinitionArn']) : undefined;
  return cluster === undefined || taskDefinition === undefined ? undefined : { cluster, taskDefinition };
}

/** The same target with another task definition. */
export function withTaskDefinition(target: JsonValue | undefined, taskDefinition: string): JsonObject {
  const whole = isJsonObject(target) ? target : {};
  const { EcsParameters: parameters } = whole;
  const kept = isJsonObject(parameters) ? parameters : {};
  return { ...whole, EcsParameters: { ...kept, TaskDefinitionArn: taskDefinition } };
}

export function gone(what: string, cluster: string): Refused {
  return new Refused('Gone', `${what} is gone, or no longer starts a task in the cluster ${cluster}`);
}

interface Written {
  readonly what: string;
  readonly sent: JsonObject;
  readonly after: JsonObject;
}

/** Every member that was there has to be there still, and no other. */
export function checkNothingElseChanged({ what, sent, after }: Written): void {
  const { lost, added } = compare(sent, after);
  const odd = [...lost, ...added];
  if (odd.length === 0) return;
  const [first = ''] = odd;
  if (odd.length === 1 && first.endsWith('EcsParameters.TaskDefinitionArn')) {
    throw new OutcomeUnknown(`${what}: it was set, but what is read there is not what was set`);
  }
  const paths = odd.slice(0, 5).join(', ');
  throw new Refused('ChangedOtherwise', `${what}: after it was set, this was not as before: ${paths}`);
}

/** Somebody else writes the same thing just now; this call changed nothing. */
const busy = new Set(['ConcurrentModificationException', 'ConflictException']);

export async function setting<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await acting(operation, call);
  } catch (error) {
    if (!(error instanceof Refused && busy.has(error.code))) throw error;
    throw new Unavailable(`${operation}: ${error.code}: ${error.message}`, { cause: error });
  }
}

/** What PutTargets says of an entry that failed, in an answer of success. */
export function entryFault(code: string, message: string): Error {
  const text = `PutTargets: ${code}: ${message}`;
  if (code === 'ThrottlingException') return new Throttled(text);
  return busy.has(code) || code === 'InternalException'
    ? new Unavailable(text)
    : new Refused(code, `PutTargets: ${message}`);
}
