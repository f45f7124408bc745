import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { type JsonValue, parseLossless } from '../domain/lossless-json.ts';
import { RejectedInput, Unavailable } from '../faults.ts';
import { noticeIdOfKey, publishRequest } from '../records/notice-record.ts';
import { logger } from './observe.ts';

type Flow = (message: JsonValue) => Promise<void>;

interface Records {
  readonly Records: readonly (SQSRecord | DynamoDBRecord)[];
}

interface Failures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

interface Options {
  /** Hides a message that failed for as long as the other side asked. */
  readonly postpone?: (receiptHandle: string, seconds: number) => Promise<void>;
}

/** Every queue-fed Lambda is this stack around one flow; each message stands or falls alone. */
export function handleRecords(flow: Flow, options: Options = {}) {
  return middy<Records, Failures>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(async ({ Records }) => {
      const failed: { itemIdentifier: string }[] = [];
      for (const record of Records) {
        const problem = await attempt(flow, record, options);
        if (problem) failed.push({ itemIdentifier: identifierOf(record) });
      }
      return { batchItemFailures: failed };
    });
}

/** A Lambda that a schedule invokes: nobody retries it, the next one makes up for it. */
export function handleSchedule(flow: () => Promise<void>) {
  return middy<unknown, void>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(() => flow());
}

/** True when the message has to come again. */
async function attempt(flow: Flow, record: SQSRecord | DynamoDBRecord, options: Options): Promise<boolean> {
  const id = identifierOf(record);
  try {
    await flow(messageOf(record));
    return false;
  } catch (error) {
    if (error instanceof RejectedInput) {
      logger.warn('rejected', { id, reason: error.message });
      return false;
    }
    logger.error('failed', { id, error: error as Error });
    await postponeIfAsked(record, error, options);
    return true;
  }
}

async function postponeIfAsked(record: SQSRecord | DynamoDBRecord, error: unknown, { postpone }: Options) {
  const seconds = error instanceof Unavailable ? error.retryAfterSeconds : undefined;
  if (postpone === undefined || seconds === undefined || !('receiptHandle' in record)) return;
  try {
    await postpone(record.receiptHandle, seconds);
  } catch (failure) {
    logger.warn('not postponed', { error: failure as Error });
  }
}

function identifierOf(record: SQSRecord | DynamoDBRecord): string {
  return 'messageId' in record ? record.messageId : (record.dynamodb?.SequenceNumber ?? '');
}

function messageOf(record: SQSRecord | DynamoDBRecord): JsonValue {
  if ('body' in record) return parseBody(record.body);
  const { pk, sk } = record.dynamodb?.Keys ?? {};
  const id = noticeIdOfKey({ pk: pk?.S ?? '', sk: sk?.S ?? '' });
  if (id === undefined) throw new RejectedInput('not a record of a notice');
  return publishRequest(id);
}

function parseBody(body: string): JsonValue {
  try {
    return parseLossless(body);
  } catch (cause) {
    throw new RejectedInput('not JSON', { cause });
  }
}
