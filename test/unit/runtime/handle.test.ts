import type { Context, DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type JsonValue, printLossless } from '../../../shared/domain/lossless-json.ts';
import { RejectedInput, Unavailable } from '../../../shared/faults.ts';
import { handleRecords, handleSchedule } from '../../../shared/runtime/handle.ts';

const context = {
  functionName: 'image-pushed',
  memoryLimitInMB: '256',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:image-pushed',
  awsRequestId: 'request-1',
} as Context;

/** Everything that is logged, line by line. */
const written: string[] = [];
for (const stream of [process.stdout, process.stderr]) {
  vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
}
for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  vi.spyOn(console, method).mockImplementation((...texts) => written.push(texts.join(' ')));
}
afterEach(() => {
  written.splice(0);
  vi.unstubAllEnvs();
});

function logged(): readonly Record<string, unknown>[] {
  return written
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function message(body: string, messageId = body): SQSRecord {
  return { messageId, receiptHandle: `receipt of ${messageId}`, body } as SQSRecord;
}

function streamed(keys: Record<string, { S?: string }>, SequenceNumber = '1'): DynamoDBRecord {
  return { eventID: 'e', eventName: 'INSERT', dynamodb: { Keys: keys, SequenceNumber } };
}

function failed(...ids: string[]) {
  return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
}

describe('a function that a queue feeds', () => {
  it('says with the first invocation of a process that it started cold', async () => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
    vi.resetModules();
    const fresh = await import('../../../shared/runtime/handle.ts');
    const handler = fresh.handleRecords(() => Promise.resolve());
    for (const id of ['1', '2']) await handler({ Records: [message('{', id)] }, context);
    expect(logged()).toMatchObject([
      { id: '1', cold_start: true, function_request_id: 'request-1' },
      { id: '2', cold_start: false },
    ]);
  });

  it('hands each message over as JSON, with every digit', async () => {
    const heard: string[] = [];
    const handler = handleRecords((one: JsonValue) => {
      heard.push(printLossless(one));
      return Promise.resolve();
    });
    const bodies = ['{"n":12345678901234567890,"x":1.10}', '"text"', 'null'];
    expect(await handler({ Records: bodies.map((body) => message(body)) }, context)).toEqual(failed());
    expect(heard).toEqual(bodies);
  });

  it('lets each message stand or fall alone', async () => {
    const handler = handleRecords(async (one) => {
      if (one === 'bad') throw new Unavailable('not there');
    });
    const bodies = ['"good"', '"bad"', '"fine"', '"bad"'];
    const Records = bodies.map((body, number) => message(body, `m${number}`));
    expect(await handler({ Records }, context)).toEqual(failed('m1', 'm3'));
  });

  it.each([
    ['the flow rejects', '{}'],
    ['is not JSON', '{'],
  ])('acknowledges a message that %s, and says why in one line', async (_what, body) => {
    const handler = handleRecords(() => Promise.reject(new RejectedInput('not for us')));
    expect(await handler({ Records: [message(body, 'm1')] }, context)).toEqual(failed());
    expect(logged().filter(({ level }) => level === 'WARN')).toMatchObject([
      { message: 'rejected', id: 'm1', reason: body === '{' ? 'not JSON' : 'not for us' },
    ]);
  });

  it('fails as a whole where nothing works, so that its errors are counted, and logs the cause once', async () => {
    const handler = handleRecords(() =>
      Promise.reject(new Error('a bug', { cause: new Error('its cause') })),
    );
    await expect(handler({ Records: [message('{}', 'm1')] }, context)).rejects.toThrow('a bug');
    expect(logged().filter(({ level }) => level === 'ERROR')).toMatchObject([
      { message: 'failed', id: 'm1', error: { message: 'a bug', cause: { message: 'its cause' } } },
    ]);
  });

  it('postpones a message by as long as the other side asked', async () => {
    const postponed: unknown[] = [];
    const postpone = async (...asked: unknown[]) => void postponed.push(asked);
    const waits: Record<string, number | undefined> = { '"soon"': 30 };
    const handler = handleRecords(
      (one) => Promise.reject(new Unavailable('busy', { retryAfterSeconds: waits[printLossless(one)] })),
      { postpone },
    );
    const Records = [message('"soon"', 'm1'), message('"whenever"', 'm2')];
    expect(await handler({ Records }, context)).toEqual(failed('m1', 'm2'));
    expect(postponed).toEqual([['receipt of m1', 30]]);
  });

  it('retries a message that could not be postponed', async () => {
    const busy = new Unavailable('busy', { retryAfterSeconds: 30 });
    const options = { postpone: () => Promise.reject(new Error('no receipt')) };
    const handler = handleRecords(() => Promise.reject(busy), options);
    expect(await handler({ Records: [message('{}', 'm1')] }, context)).toEqual(failed('m1'));
    expect(logged()).toContainEqual(expect.objectContaining({ message: 'not postponed', level: 'WARN' }));
  });

  it('never logs what a message, the environment or a payload holds', async () => {
    vi.stubEnv('SLACK_TOKEN', 'the-secret-part');
    const handler = handleRecords(() => Promise.reject(new Unavailable('not there')));
    const Records = [
      message('{"url":"https://hooks.example.com/the-secret-part"}', 'm1'),
      message('the-secret-part{', 'm2'),
    ];
    await handler({ Records }, context);
    expect(logged().length).toBeGreaterThan(1);
    expect(written.join('')).not.toContain('the-secret-part');
  });
});

describe('a function that a stream feeds', () => {
  it('is asked to publish the notice whose record was written', async () => {
    const heard: JsonValue[] = [];
    const handler = handleRecords(async (one) => void heard.push(one));
    const record = streamed({ pk: { S: 'notice#n1' }, sk: { S: 'notice' } });
    expect(await handler({ Records: [record] }, context)).toEqual(failed());
    expect(heard).toEqual([{ v: 1, notice: 'n1' }]);
  });

  it('names a record that failed by its sequence number', async () => {
    const handler = handleRecords(() => Promise.reject(new Unavailable('not there')), {
      postpone: () => Promise.reject(new Error('a stream has no receipts')),
    });
    const record = streamed({ pk: { S: 'notice#n1' }, sk: { S: 'notice' } }, '4711');
    expect(await handler({ Records: [record] }, context)).toEqual(failed('4711'));
  });

  it.each([
    ['another item', { pk: { S: 'target#demo/web' }, sk: { S: 'state' } }],
    ['a delivery', { pk: { S: 'notice#n1' }, sk: { S: 'delivery#slack' } }],
    ['no key', {}],
  ])('rejects a record of %s', async (_what, keys) => {
    const flow = vi.fn(() => Promise.resolve());
    expect(await handleRecords(flow)({ Records: [streamed(keys)] }, context)).toEqual(failed());
    expect(flow).not.toHaveBeenCalled();
    expect(logged()).toContainEqual(expect.objectContaining({ reason: 'not a record of a notice' }));
  });
});

describe('a function that a schedule invokes', () => {
  it('runs its flow, and fails as the flow fails', async () => {
    const flow = vi.fn(() => Promise.resolve());
    await handleSchedule(flow)({}, context);
    expect(flow).toHaveBeenCalledOnce();
    const broken = handleSchedule(() => Promise.reject(new Unavailable('no table')));
    await expect(broken({}, context)).rejects.toThrow('no table');
  });
});
