import { ECSClient } from '@aws-sdk/client-ecs';
import { AwsError } from '../../sandbox/ecs/aws-error.ts';
import type { EcsModel } from '../../sandbox/ecs/model.ts';
import { parseBody, printAnswer } from '../../sandbox/ecs/wire.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';

type Handle = EcsModel['handle'];

interface Stack {
  identify(): readonly string[];
  resolve(handler: (args: Args) => Promise<Answer>, context: object): (args: Args) => Promise<Answer>;
}

interface Args {
  readonly input: object;
  readonly request: { body: unknown; readonly headers: Record<string, string> };
}

interface Answer {
  readonly output: JsonObject;
  readonly response: { body: unknown };
}

interface Command {
  readonly input: Readonly<Record<string, unknown>>;
  readonly middlewareStack: Stack;
  readonly constructor: { readonly name: string };
}

/**
 * The SDK's client without HTTP: the real adapters hand it the real commands, and the model gets their inputs. Middleware that
 * an adapter added to a command runs over bodies as they would be on the wire.
 */
export function ecsClientOver(handle: Handle): ECSClient {
  const client = Object.create(ECSClient.prototype) as ECSClient;
  const send = async (command: Command) => answer(command, handle);
  return Object.assign(client, { send, config: {} });
}

async function answer(command: Command, handle: Handle): Promise<JsonObject> {
  const operation = command.constructor.name.replace(/Command$/, '');
  const given = defined(command.input) as JsonObject;
  if (command.middlewareStack.identify().length === 0) return dated(call(operation, given, handle));
  const request = { body: JSON.stringify(given), headers: {} };
  const innermost = ({ request: { body } }: Args): Promise<Answer> => {
    const output = call(operation, parseBody(String(body)), handle);
    return Promise.resolve({ output, response: { body: wire(output) } });
  };
  const { output } = await command.middlewareStack.resolve(innermost, {})({ input: given, request });
  return output;
}

function call(operation: string, input: JsonObject, handle: Handle): JsonObject {
  try {
    return handle(operation, input, { accessKey: 'slipway' });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw Object.assign(new Error(error.message), {
      name: error.type,
      $metadata: { httpStatusCode: error.status },
    });
  }
}

async function* wire(output: JsonObject): AsyncIterable<Uint8Array> {
  yield Buffer.from(printAnswer(output));
}

function defined(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** The SDK hands times out as dates. */
function dated(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, datedMember(key, one)]));
}

function datedMember(key: string, value: unknown): JsonObject {
  if (Array.isArray(value)) return value.map((one) => datedMember('', one)) as unknown as JsonObject;
  if (typeof value === 'number' && key.endsWith('At'))
    return new Date(value * 1_000) as unknown as JsonObject;
  const isRecord = typeof value === 'object' && value !== null;
  return isRecord ? dated(value as JsonObject) : (value as JsonObject);
}
