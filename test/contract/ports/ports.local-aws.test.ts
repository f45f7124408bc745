import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BusEvent } from '../../../sandbox/world-types.ts';
import { eventBus, snsTopic } from '../../../shared/aws/announcements.ts';
import { dynamoTable } from '../../../shared/aws/table.ts';
import { asText, type JsonObject, type JsonValue } from '../../../shared/domain/lossless-json.ts';
import type { Table } from '../../../shared/ports.ts';
import { noticePrefix } from '../../../shared/records/notice-record.ts';
import { announcementCases, streamCases } from './announcement-cases.ts';
import { type AwsWorld, drained, listenTo, makeQueue, startAwsWorld } from './aws-world.ts';
import { busCases, contracts, functionOf, isPuttable, operatorCases, patternOf } from './bus-cases.ts';
import { queueCases } from './queue-cases.ts';
import { tableCases } from './table-cases.ts';
import { tableLoadCases } from './table-load-cases.ts';

let world: AwsWorld;
let dynamo: DynamoDBClient;
let table: Table;
const faults: unknown[] = [];

beforeAll(async () => {
  world = await startAwsWorld((fault) => faults.push(fault));
  dynamo = new DynamoDBClient(world.aws.admin);
  table = dynamoTable(world.aws.outputs['TableName'] ?? '', dynamo);
});

afterAll(async () => {
  dynamo?.destroy();
  await world?.close();
});

describe('the table in DynamoDB', () => {
  it.each([...tableCases, ...tableLoadCases])('$name', ({ name, run }) =>
    run({ table, pk: `target#${name}`, list: name }),
  );
});

describe('a queue in SQS', () => {
  it.each(queueCases)('$name', ({ run }) =>
    run({
      make: (settings) => makeQueue(world.sqs, settings),
      pass: (seconds) => sleep(seconds * 1_000),
    }),
  );
});

describe('the rules in EventBridge', () => {
  it.each(busCases)('$name: heard by $heardBy', async ({ event, heardBy }) => {
    const heard: string[] = [];
    for (const contract of contracts) if (await isMatch(patternOf(contract), event)) heard.push(contract);
    expect(heard).toEqual(heardBy === undefined ? [] : [heardBy]);
  });

  it.each(operatorCases)('$filter matches what it does in memory', async ({ filter, values, expected }) => {
    const found: boolean[] = [];
    for (const value of values) {
      const detail = value === undefined ? {} : { value };
      found.push(await isMatch({ detail: { value: [filter] } }, { ...anEvent, detail }));
    }
    expect(found).toEqual(expected);
  });

  it('put each event into the queue of its rule, as it is', async () => {
    const wanted: Record<string, JsonObject[]> = { 'image-pushed': [], 'deployment-changed': [] };
    // One after the other: what a function was handed is read from its log, and MiniStack mixes those of a burst up.
    for (const { event, heardBy } of busCases.filter(isPuttable)) {
      world.aws.cloud.feed.emit(event as unknown as BusEvent);
      await world.aws.cloud.feed.drained();
      if (heardBy === undefined) continue;
      const name = functionOf[heardBy];
      const heard = wanted[name] ?? [];
      heard.push(contentOf(event));
      await vi.waitFor(async () => expect(await bodiesFor(name)).toHaveLength(heard.length), patience);
    }
    for (const [name, heard] of Object.entries(wanted)) {
      expect((await bodiesFor(name)).map(contentOf).toSorted(byId)).toEqual(heard.toSorted(byId));
    }
  });
});

describe('topic and bus on AWS', () => {
  it.each(announcementCases)('$name', async ({ run }) => {
    const { AnnouncementsTopicArn = '', AnnouncementsBusName = '' } = world.aws.outputs;
    const url = await listenTo(world, AnnouncementsBusName);
    const sns = new SNSClient(world.aws.admin);
    const atLeast = async (count: number, ask: () => Promise<readonly JsonValue[]>) => {
      const found: JsonValue[] = [];
      await vi.waitFor(async () => {
        found.push(...(await ask()).slice(0, count));
        expect(found.length).toBeGreaterThanOrEqual(count);
      }, patience);
      return found;
    };
    await run({
      topic: snsTopic(AnnouncementsTopicArn, sns),
      bus: eventBus(AnnouncementsBusName, world.events),
      slackQueue: async (count) => {
        await vi.waitFor(async () => expect((await bodiesFor('deliver-slack')).length).toBe(count), patience);
        return bodiesFor('deliver-slack');
      },
      onBus: async (count) =>
        (await atLeast(count, () => drained(world.sqs, url))).map(
          (event) => (event as JsonObject)['detail'] ?? null,
        ),
    });
    sns.destroy();
  });
});

describe('the stream of DynamoDB, with the filter of the stack', () => {
  it.each(streamCases)('$name', ({ run }) => {
    const carried = async () => (await world.records('publish')).map(noticeOf);
    return run({
      table,
      async carried(count) {
        await vi.waitFor(
          async () => expect((await carried()).length).toBeGreaterThanOrEqual(count),
          patience,
        );
        return carried();
      },
    });
  });
});

describe('all of it', () => {
  it('went without a fault and without a refusal of IAM', async () => {
    expect(faults).toEqual([]);
    expect(await world.aws.refusals()).toEqual([]);
  });
});

const patience = { timeout: 40_000, interval: 100 };

const anEvent = {
  version: '0',
  id: 'an-event',
  'detail-type': 'a type',
  source: 'a source',
  account: '000000000000',
  time: '2026-11-21T10:00:00Z',
  region: 'eu-west-1',
  resources: [],
};

async function isMatch(pattern: JsonObject, event: JsonObject): Promise<boolean> {
  const command = new TestEventPatternCommand({
    EventPattern: JSON.stringify(pattern),
    Event: JSON.stringify(event),
  });
  return (await world.events.send(command)).Result === true;
}

async function bodiesFor(functionName: string): Promise<readonly JsonObject[]> {
  const records = await world.records(functionName);
  return records.map(({ body }) => JSON.parse(asText(body) ?? 'null') as JsonObject);
}

/** PutEvents writes the sender's account and Region into an event, whatever it said. */
function contentOf({ account: _account, region: _region, ...rest }: JsonObject): JsonObject {
  return rest;
}

function byId(a: JsonObject, b: JsonObject): number {
  return (asText(a['id']) ?? '').localeCompare(asText(b['id']) ?? '');
}

function noticeOf(record: JsonObject): string {
  const { dynamodb } = record as unknown as { dynamodb: { Keys: { pk: { S: string } } } };
  return dynamodb.Keys.pk.S.slice(noticePrefix.length);
}
