import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamoTable } from '../../shared/aws/table.ts';
import { Unavailable } from '../../shared/faults.ts';
import type { Item } from '../../shared/ports.ts';
import { aServer, bodyOf, type HttpServer, json, operationOf, type Saying } from './http.ts';
import { at } from './settings.ts';

const key = { pk: 'target#demo/web', sk: 'state' };
const first: Item = { ...key, version: 1, body: { v: 1 } };
const marshalled = { pk: { S: key.pk }, sk: { S: key.sk } };

function adapter({ url }: HttpServer) {
  return dynamoTable('slipway-table', new DynamoDBClient({ ...at(url), maxAttempts: 1 }));
}

function refusal(type: string, more: object = {}): Saying {
  return json({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'no', ...more }, 400);
}

function sent(server: HttpServer, number = 0): [string, Record<string, unknown>] {
  const heard = server.heard[number];
  if (heard === undefined) throw new Error(`nothing was sent ${number}`);
  return [operationOf(heard), bodyOf(heard)];
}

describe('the table', () => {
  it('writes a first version only where nothing is', async () => {
    await using server = await aServer(() => json({}));
    expect(await adapter(server).write([first])).toBe('written');
    expect(sent(server)).toEqual([
      'PutItem',
      {
        TableName: 'slipway-table',
        ConditionExpression: 'attribute_not_exists(pk)',
        Item: { ...marshalled, version: { N: '1' }, body: { M: { v: { N: '1' } } } },
      },
    ]);
  });

  it('writes a later version over the one before, with what is due and when it may be forgotten', async () => {
    await using server = await aServer(() => json({}));
    const due = { list: 'target', at: Date.UTC(2026, 10, 21, 10) };
    await adapter(server).write([{ ...first, version: 7, due, expiresAt: Date.UTC(2026, 11, 1) + 1 }]);
    expect(sent(server)[1]).toMatchObject({
      ConditionExpression: 'version = :before',
      ExpressionAttributeValues: { ':before': { N: '6' } },
      Item: {
        version: { N: '7' },
        dueList: { S: 'target' },
        dueAt: { S: '2026-11-21T10:00:00.000Z' },
        expiresAt: { N: '1796083201' },
      },
    });
  });

  it('writes several items in one transaction, each under its own condition and with one token for every try', async () => {
    await using server = await aServer(() => json({}));
    const second: Item = { pk: 'notice#1', sk: 'notice', version: 2, body: {} };
    expect(await adapter(server).write([first, second])).toBe('written');
    const [operation, body] = sent(server);
    expect(operation).toBe('TransactWriteItems');
    expect(body).toMatchObject({
      ClientRequestToken: expect.stringMatching(/^[\w-]{36}$/),
      TransactItems: [
        { Put: { TableName: 'slipway-table', ConditionExpression: 'attribute_not_exists(pk)' } },
        {
          Put: {
            ConditionExpression: 'version = :before',
            ExpressionAttributeValues: { ':before': { N: '1' } },
          },
        },
      ],
    });
  });

  it('asks nobody to write nothing, and refuses more than a transaction holds', async () => {
    await using server = await aServer(() => json({}));
    expect(await adapter(server).write([])).toBe('written');
    await expect(adapter(server).write(Array.from({ length: 101 }, () => first))).rejects.toThrow(RangeError);
    expect(server.heard).toEqual([]);
  });

  const check = { Code: 'ConditionalCheckFailed' };
  it.each<[string, Saying, 'conflict' | typeof Unavailable]>([
    ['another version', refusal('ConditionalCheckFailedException'), 'conflict'],
    ['a transaction under way', refusal('TransactionConflictException'), 'conflict'],
    [
      'one of several at another version',
      refusal('TransactionCanceledException', { CancellationReasons: [{ Code: 'None' }, check] }),
      'conflict',
    ],
    [
      'one of several in another transaction',
      refusal('TransactionCanceledException', {
        CancellationReasons: [{ Code: 'TransactionConflict' }, check],
      }),
      'conflict',
    ],
    [
      'a throttled transaction',
      refusal('TransactionCanceledException', { CancellationReasons: [check, { Code: 'ThrottlingError' }] }),
      Unavailable,
    ],
    ['a cancellation without reasons', refusal('TransactionCanceledException'), Unavailable],
    ['throttling', refusal('ProvisionedThroughputExceededException'), Unavailable],
    ['missing permission', refusal('AccessDeniedException'), Unavailable],
    ['a cut connection', 'cut', Unavailable],
  ])('takes %s for what it is', async (_what, said, expected) => {
    await using server = await aServer(() => said);
    const written = adapter(server).write([first, { ...first, sk: 'other' }]);
    if (expected === 'conflict') expect(await written).toBe('conflict');
    else await expect(written).rejects.toThrow(expected);
  });

  it('reads what it wrote, consistently, in our words', async () => {
    await using server = await aServer(() =>
      json({
        Item: {
          ...marshalled,
          version: { N: '3' },
          body: { M: { text: { S: '' }, list: { L: [{ N: '1.5' }, { BOOL: false }, { NULL: true }] } } },
          dueList: { S: 'target' },
          dueAt: { S: '2026-11-21T10:00:00.000Z' },
          expiresAt: { N: '1796083201' },
        },
      }),
    );
    expect(await adapter(server).get({ ...key, other: 'member' } as typeof key)).toEqual({
      ...key,
      version: 3,
      body: { text: '', list: [1.5, false, null] },
      due: { list: 'target', at: Date.UTC(2026, 10, 21, 10) },
      expiresAt: 1_796_083_201_000,
    });
    expect(sent(server)).toEqual([
      'GetItem',
      { TableName: 'slipway-table', Key: marshalled, ConsistentRead: true },
    ]);
  });

  it('has nothing where nothing is', async () => {
    await using server = await aServer(() => json({}));
    expect(await adapter(server).get(key)).toBeUndefined();
  });

  it('lists a partition to its end, page by page', async () => {
    const item = (sk: string) => ({ pk: marshalled.pk, sk: { S: sk }, version: { N: '1' }, body: { M: {} } });
    await using server = await aServer((_heard, times) =>
      json(times === 1 ? { Items: [item('a')], LastEvaluatedKey: marshalled } : { Items: [item('b')] }),
    );
    const items = await adapter(server).list(key.pk, 'st');
    expect(items.map(({ sk }) => sk)).toEqual(['a', 'b']);
    expect(sent(server)[1]).toEqual({
      TableName: 'slipway-table',
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: key.pk }, ':sk': { S: 'st' } },
    });
    expect(sent(server, 1)[1]).toMatchObject({ ExclusiveStartKey: marshalled });
  });

  it('asks the index for what is due, no more than was asked for', async () => {
    await using server = await aServer(() => json({ Items: [{ ...marshalled, dueAt: { S: 'x' } }] }));
    expect(await adapter(server).due('target', Date.UTC(2026, 10, 21), 25)).toEqual([key]);
    expect(sent(server)).toEqual([
      'Query',
      {
        TableName: 'slipway-table',
        IndexName: 'due',
        KeyConditionExpression: 'dueList = :list AND dueAt <= :upTo',
        ExpressionAttributeValues: { ':list': { S: 'target' }, ':upTo': { S: '2026-11-21T00:00:00.000Z' } },
        Limit: 25,
      },
    ]);
  });
});
