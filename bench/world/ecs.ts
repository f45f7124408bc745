import { ECSClient } from '@aws-sdk/client-ecs';
import { AwsError } from '../../sandbox/ecs/aws-error.ts';
import type { EcsModel } from '../../sandbox/ecs/model.ts';
import { clusters } from '../../shared/aws/clusters.ts';
import { acting, asking } from '../../shared/aws/errors.ts';
import { services } from '../../shared/aws/services.ts';
import { tasks } from '../../shared/aws/tasks.ts';
import { asText, type JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Clusters, Services, TaskDefinitions, Tasks } from '../../shared/ports.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface EcsCall {
  readonly operation: string;
  readonly at: number;
  readonly throttled: boolean;
  /** The services that it named. */
  readonly services: readonly string[];
}

export interface EcsPorts {
  readonly services: Services;
  readonly tasks: Tasks;
  readonly clusters: Clusters;
  readonly definitions: TaskDefinitions;
  /** Every call that reached ECS, the oldest first. */
  readonly calls: EcsCall[];
}

/** Told of each call as it reaches ECS. */
export type Watch = (call: EcsCall) => void;

type Ask = (operation: string, input: JsonObject) => Promise<JsonObject>;

/** A call of ECS's API takes so long, half of it on the way there. */
const callMs = 60;
/** As often as `clientSettings` has the SDK try a call that only reads. */
const readAttempts = 3;
/** Somewhere in the jittered back-off of the SDK. */
const backOffMs = 400;

/** The adapters of the product over the model of ECS: the SDK's client alone is replaced, so that a call takes virtual time. */
export function ecsOver(model: EcsModel, time: VirtualTime, watch: Watch): EcsPorts {
  const calls: EcsCall[] = [];
  const note = (made: EcsCall) => {
    calls.push(made);
    watch(made);
  };
  const once: Ask = (operation, input) => call({ model, time, note }, operation, input);
  const read: Ask = (operation, input) => patiently(time, () => once(operation, input));
  const [reader, writer] = [clientOver(read), clientOver(once)];
  return {
    services: services(reader, writer),
    tasks: tasks(reader),
    clusters: clusters(reader, writer),
    definitions: definitionsOver(read, once),
    calls,
  };
}

interface Wire {
  readonly model: EcsModel;
  readonly time: VirtualTime;
  readonly note: Watch;
}

async function call({ model, time, note }: Wire, operation: string, input: JsonObject): Promise<JsonObject> {
  await time.pass(callMs / 2);
  const made = { operation, at: time.now(), services: servicesIn(input) };
  try {
    const answer = JSON.stringify(model.handle(operation, input));
    note({ ...made, throttled: false });
    return JSON.parse(answer) as JsonObject;
  } catch (error) {
    note({ ...made, throttled: isThrottled(error) });
    throw asSdkError(error);
  } finally {
    await time.pass(callMs / 2);
  }
}

function servicesIn({ service, services }: JsonObject): readonly string[] {
  return Array.isArray(services) ? services.map(String) : [asText(service) ?? []].flat();
}

async function patiently<T>(time: VirtualTime, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isThrottled(error) || tries >= readAttempts) throw error;
      await time.pass(backOffMs * tries);
    }
  }
}

function isThrottled(error: unknown): boolean {
  return error instanceof Error && error.name === 'ThrottlingException';
}

function asSdkError(error: unknown): unknown {
  return error instanceof AwsError
    ? Object.assign(error, { $metadata: { httpStatusCode: error.status } })
    : error;
}

/** As much of the SDK's client as the adapters use; paginators ask for its class. */
function clientOver(ask: Ask): ECSClient {
  const client = Object.create(ECSClient.prototype) as ECSClient;
  const send = async (command: { readonly input: object }) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    return withDates(await ask(operation, { ...command.input }));
  };
  return Object.assign(client, { send });
}

/** The SDK hands times over as dates. */
function withDates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDates);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    name.endsWith('At') && typeof member === 'number' ? new Date(member * 1_000) : withDates(member),
  ]);
  return Object.fromEntries(members);
}

function definitionsOver(read: Ask, once: Ask): TaskDefinitions {
  const describe = (taskDefinition: string) =>
    read('DescribeTaskDefinition', { taskDefinition, include: ['TAGS'] });
  return {
    describe: (revision) => asking('DescribeTaskDefinition', () => describe(revision)),
    register: (input) => acting('RegisterTaskDefinition', () => once('RegisterTaskDefinition', input)),
    revisions: (family) => revisionsOf(read, family),
  };
}

async function* revisionsOf(read: Ask, familyPrefix: string): AsyncIterable<string> {
  const input = { familyPrefix, status: 'ACTIVE', sort: 'DESC' };
  for (let nextToken: string | undefined, pages = 0; pages === 0 || nextToken !== undefined; pages += 1) {
    const answer = await read(
      'ListTaskDefinitions',
      nextToken === undefined ? input : { ...input, nextToken },
    );
    const { taskDefinitionArns } = answer;
    if (Array.isArray(taskDefinitionArns)) yield* taskDefinitionArns.map(String);
    nextToken = asText(answer['nextToken']);
  }
}
