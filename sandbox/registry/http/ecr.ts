import type { IncomingMessage } from 'node:http';
import { handleEcr } from '../ecr/handle.ts';
import type { EcrContext } from '../ecr/input.ts';
import { nextId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { readBody } from './body.ts';
import type { Reply } from './exchange.ts';
import { asRefusal } from './reply.ts';

/** A part of a layer has up to 20 MiB, and base64 makes four bytes of three. */
const REQUEST_MAX_BYTES = 32 * 1024 * 1024;
const TARGET = 'AmazonEC2ContainerRegistry_V20150921.';

export interface EcrCall {
  readonly operation: string;
  readonly input: unknown;
  /** Of the signature; undefined when the request has none. */
  readonly accessKey: string | undefined;
}

/** Throws an error with `type`, `message` and `status` when the caller may not do this. */
export type Authorize = (call: EcrCall) => Promise<void>;

/** One call of ECR's JSON API: awsJson1.1. */
export async function answerEcr(
  context: EcrContext,
  request: IncomingMessage,
  authorize?: Authorize,
): Promise<Reply> {
  try {
    const operation = operationOf(request);
    const input = parseInput(await readBody(request, REQUEST_MAX_BYTES));
    await authorize?.({ operation, input, accessKey: accessKeyOf(request) });
    return reply(context, 200, await handleEcr(context, operation, input));
  } catch (error) {
    const { type, message, status } = asAwsError(error);
    return reply(context, status, { __type: type, message });
  }
}

function operationOf({ headers }: IncomingMessage): string {
  const target = String(headers['x-amz-target'] ?? '');
  if (target.startsWith(TARGET)) return target.slice(TARGET.length);
  throw awsError('UnknownOperationException', `The target '${target.slice(0, 100)}' is not of ECR's API`);
}

function parseInput(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw Object.assign(awsError('SerializationException', 'The request body is not JSON'), { cause });
  }
}

function accessKeyOf({ headers }: IncomingMessage): string | undefined {
  return /Credential=(?<key>[^/,\s]{1,128})\//.exec(headers.authorization ?? '')?.groups?.key;
}

function reply({ registry }: EcrContext, status: number, body: unknown): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': nextId(registry) },
    body: JSON.stringify(body),
  };
}

interface AwsError {
  readonly type: string;
  readonly message: string;
  readonly status: number;
}

function awsError(type: string, message: string): Error & AwsError {
  return Object.assign(new Error(message), { type, status: 400 });
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof Refusal) return { type: error.type, message: error.message, status: 400 };
  if (isAwsError(error)) return error;
  const { type, message, status } = asRefusal(error);
  return { type, message, status };
}

function isAwsError(error: unknown): error is Error & AwsError {
  return error instanceof Error && 'type' in error && 'status' in error;
}
