import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminOf } from '../../../../sandbox/local-aws/clients.ts';
import { eventFeed } from '../../../../sandbox/local-aws/event-feed.ts';
import type { BusEvent } from '../../../../sandbox/world-types.ts';

interface Entry {
  readonly Id: string;
  readonly Source: string;
  readonly Detail: string;
  readonly Time: number;
}

let server: Server;
let client: EventBridgeClient;
let requests: Entry[][] = [];
let refusals = 0;

beforeEach(async () => {
  requests = [];
  refusals = 0;
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { Entries } = JSON.parse(body) as { Entries: Entry[] };
      requests.push(Entries);
      refusals -= 1;
      const result = refusals >= 0 ? { ErrorCode: 'InternalFailure', ErrorMessage: 'no' } : { EventId: 'e' };
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map(() => result) }));
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  client = new EventBridgeClient(adminOf(`http://127.0.0.1:${port}`));
});

afterEach(() => {
  client.destroy();
  server.close();
});

const event = (id: string, detail: BusEvent['detail'] = {}): BusEvent => ({
  version: '0',
  id,
  'detail-type': 'ECS Deployment State Change',
  source: 'aws.ecs',
  account: '000000000000',
  time: '2026-11-21T10:00:00Z',
  region: 'eu-west-1',
  resources: ['arn'],
  detail,
});

describe('the feed of the event bus', () => {
  it('keeps order, ids and times, ten events to a request', async () => {
    const feed = eventFeed(client, () => {});
    const ids = Array.from({ length: 23 }, (_, index) => `id-${index}`);
    for (const id of ids) feed.emit(event(id, { id }));
    await feed.drained();
    expect(requests.map((entries) => entries.length)).toEqual([10, 10, 3]);
    expect(requests.flat().map(({ Id }) => Id)).toEqual(ids);
    expect(requests[0]?.[0]).toMatchObject({
      Source: 'aws.ecs',
      Detail: '{"id":"id-0"}',
      Time: Date.parse('2026-11-21T10:00:00Z') / 1000,
    });
  });

  it('sends events that are large together one by one', async () => {
    const feed = eventFeed(client, () => {});
    for (const id of ['a', 'b']) feed.emit(event(id, { text: 'x'.repeat(150_000) }));
    await feed.drained();
    expect(requests.map((entries) => entries.map(({ Id }) => Id))).toEqual([['a'], ['b']]);
  });

  it('tells what the bus refused, and goes on', async () => {
    const faults: unknown[] = [];
    const feed = eventFeed(client, (fault) => faults.push(fault));
    refusals = 1;
    feed.emit(event('lost'));
    await feed.drained();
    feed.emit(event('next'));
    await feed.drained();
    expect(String(faults[0])).toContain('PutEvents: InternalFailure no');
    expect(requests).toHaveLength(2);
  });
});
