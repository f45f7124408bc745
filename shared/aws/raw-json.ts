import { isJsonObject, type JsonObject, parseLossless, printLossless } from '../domain/lossless-json.ts';

/**
 * The SDK drops members that its model does not know, in both directions. So the body that goes out is replaced before it is
 * signed, and the body that comes in is read before it is parsed.
 */
interface HttpMessage {
  body?: unknown;
  headers: Record<string, string>;
}

type Next = (args: { request?: unknown }) => Promise<{ response: unknown }>;
type Middleware = (next: Next) => Next;

/** What is used of a command's stack: those of two commands differ in types that raw bodies do not touch. */
interface Stack {
  add(
    middleware: Middleware,
    options: { step: 'build' | 'deserialize'; name: string; priority: 'low' },
  ): void;
}

interface Command {
  readonly middlewareStack: object;
}

/** Sends this in place of the command's own body. */
export function sendRaw({ middlewareStack }: Command, body: JsonObject): void {
  const send: Middleware = (next) => (args) => {
    const request = args.request as HttpMessage;
    request.body = printLossless(body);
    request.headers['content-length'] = String(Buffer.byteLength(String(request.body)));
    return next(args);
  };
  (middlewareStack as Stack).add(send, { step: 'build', name: 'sendRawJson', priority: 'low' });
}

/** Once the command has been sent, what was answered. */
export function listen({ middlewareStack }: Command): () => JsonObject {
  let text = '';
  const keep: Middleware = (next) => async (args) => {
    const answer = await next(args);
    const response = answer.response as HttpMessage;
    const body = await collect(response.body);
    text = body.toString('utf8');
    response.body = new Uint8Array(body);
    return answer;
  };
  (middlewareStack as Stack).add(keep, { step: 'deserialize', name: 'keepRawJson', priority: 'low' });
  return () => {
    const answer = parseLossless(text);
    return isJsonObject(answer) ? answer : {};
  };
}

/** A task definition is at most 64 KiB, a page of targets less than 4 MiB. */
const bodyMax = 4 * 1024 * 1024;

async function collect(body: unknown): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > bodyMax) throw new RangeError(`AWS answered more than ${bodyMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
