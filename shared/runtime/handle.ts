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
  /** Hides a message that failed because somebody was not there: for as long as they asked, or for `retrySeconds`. */
  readonly postpone?: (receiptHandle: string, seconds: number) => Promise<void>;
  readonly retrySeconds?: number;
}

/** Every queue-fed Lambda is this stack around one flow; each message stands or falls alone. */
export function handleRecords(flow: Flow, options: Options = {}) {
  return middy<Records, Failures>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(async ({ Records }) => {
      const failed: { itemIdentifier: string }[] = [];
      const faults: Error[] = [];
      for (const record of Records) {
        const fault = await attempt(flow, record, options);
        if (fault === undefined) continue;
        failed.push({ itemIdentifier: identifierOf(record) });
        faults.push(fault);
      }
      throwIfNothingWorks(Records.length, faults);
      return { batchItemFailures: failed };
    });
}

/**
 * Failed records alone count nowhere. A batch of which none succeeded, and not because somebody was away, is an error of the
 * function: its metric rises, its alarm fires, and the records come again all the same.
 */
function throwIfNothingWorks(records: number, faults: readonly Error[]): void {
  const fault = faults.find((one) => !(one instanceof Unavailable));
  if (fault !== undefined && faults.length === records) throw fault;
}

/** A Lambda that a schedule invokes: nobody retries it, the next one makes up for it. */
export function handleSchedule(flow: () => Promise<void>) {
  return middy<unknown, void>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(() => flow());
}

/** The fault for which the message has to come again. */
async function attempt(
  flow: Flow,
  record: SQSRecord | DynamoDBRecord,
  options: Options,
): Promise<Error | undefined> {
  const id = identifierOf(record);
  try {
    await flow(messageOf(record));
    return undefined;
  } catch (error) {
    if (error instanceof RejectedInput) {
      logger.warn('rejected', { id, reason: error.message });
      return undefined;
    }
    const fault = error instanceof Error ? error : new Error(String(error));
    logger.error('failed', { id, error: fault });
    await postponeIfAsked(record, fault, options);
    return fault;
  }
}

async function postponeIfAsked(
  record: SQSRecord | DynamoDBRecord,
  fault: Error,
  { postpone, retrySeconds }: Options,
): Promise<void> {
  const seconds = fault instanceof Unavailable ? (fault.retryAfterSeconds ?? retrySeconds) : undefined;
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
