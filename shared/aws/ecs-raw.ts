import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { isJsonObject, type JsonObject, parseLossless, printLossless } from '../domain/lossless-json.ts';

interface HttpMessage {
  body?: unknown;
  headers: Record<string, string>;
}

/**
 * The SDK drops members that its model does not know, in both directions. So the body that goes out is replaced before it is
 * signed, and the body that comes in is read before it is parsed.
 */
export async function describeRaw(ecs: ECSClient, taskDefinition: string): Promise<JsonObject> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
  const heard = listen(command.middlewareStack);
  await ecs.send(command);
  return heard();
}

export async function registerRaw(ecs: ECSClient, input: JsonObject): Promise<JsonObject> {
  const { family } = input;
  const command = new RegisterTaskDefinitionCommand({
    family: typeof family === 'string' ? family : '',
    containerDefinitions: [],
  });
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as HttpMessage;
      request.body = printLossless(input);
      request.headers['content-length'] = String(Buffer.byteLength(String(request.body)));
      return next(args);
    },
    { step: 'build', name: 'sendRawJson', priority: 'low' },
  );
  const heard = listen(command.middlewareStack as unknown as Stack);
  await ecs.send(command);
  return heard();
}

/** The two commands' stacks differ in types that the raw bodies do not touch. */
type Stack = DescribeTaskDefinitionCommand['middlewareStack'];

function listen(stack: Stack): () => JsonObject {
  let text = '';
  stack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const response = answer.response as HttpMessage;
      const body = await collect(response.body);
      text = body.toString('utf8');
      response.body = new Uint8Array(body);
      return answer;
    },
    { step: 'deserialize', name: 'keepRawJson', priority: 'low' },
  );
  return () => {
    const answer = parseLossless(text);
    return isJsonObject(answer) ? answer : {};
  };
}

/** A task definition is at most 64 KiB; its answer adds little. */
const bodyMax = 4 * 1024 * 1024;

async function collect(body: unknown): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > bodyMax) throw new RangeError(`ECS answered more than ${bodyMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
