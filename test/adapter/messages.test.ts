import { createHash } from 'node:crypto';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { eventBus, snsTopic } from '../../shared/aws/announcements.ts';
import { postpone, sqsQueue } from '../../shared/aws/queue.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { parseLossless } from '../../shared/domain/lossless-json.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import { nudge } from '../../shared/domain/nudge.ts';
import { Refused, Unavailable } from '../../shared/faults.ts';
import { aServer, bodyOf, type Heard, json, operationOf, type Saying } from './http.ts';
import { at } from './settings.ts';

const url = 'https://sqs.eu-west-1.amazonaws.com/000000000000/rollouts.fifo';

/** SQS says what it stored, and the SDK compares. */
function stored(heard: Heard): Saying {
  const text = String(bodyOf(heard)['MessageBody']);
  return json({ MessageId: '1', MD5OfMessageBody: createHash('md5').update(text).digest('hex') });
}

describe('a queue', () => {
  it('is sent a nudge with its group and its deduplication id', async () => {
    await using server = await aServer(stored);
    const message = nudge({ cluster: 'demo', service: 'web', generation: 3 });
    await sqsQueue(url, new SQSClient(at(server.url))).send(message);
    const [heard] = server.heard;
    expect(heard && operationOf(heard)).toBe('SendMessage');
    expect(heard && bodyOf(heard)).toEqual({
      QueueUrl: url,
      MessageBody: '{"v":1,"kind":"nudge","cluster":"demo","service":"web","generation":3}',
      MessageGroupId: message.group,
      MessageDeduplicationId: message.deduplicationId,
    });
  });

  it('is sent a delay where one is asked for, and every digit of a number', async () => {
    await using server = await aServer(stored);
    const body = parseLossless('{"n":12345678901234567890}');
    await sqsQueue(url, new SQSClient(at(server.url))).send({ body, delaySeconds: 15 });
    expect(JSON.parse(server.heard[0]?.body ?? '')).toEqual({
      QueueUrl: url,
      MessageBody: '{"n":12345678901234567890}',
      DelaySeconds: 15,
    });
  });

  it('that stores another text than was sent took nothing', async () => {
    await using server = await aServer(() => json({ MessageId: '1', MD5OfMessageBody: '0'.repeat(32) }));
    const sent = sqsQueue(url, new SQSClient({ ...at(server.url), maxAttempts: 1 })).send({ body: 1 });
    await expect(sent).rejects.toThrow(Unavailable);
  });

  it.each([
    [0, 1],
    [1.2, 2],
    [30, 30],
    [1e9, 3_600],
  ])('hides a message that has to wait %d seconds for %d', async (seconds, hidden) => {
    await using server = await aServer(() => json({}));
    await postpone(url, new SQSClient(at(server.url)))('receipt', seconds);
    expect(server.heard.map((heard) => [operationOf(heard), bodyOf(heard)])).toEqual([
      ['ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: 'receipt', VisibilityTimeout: hidden }],
    ]);
  });
});

const notice = {
  id: 'n1',
  kind: 'rollout.completed',
  severity: 'info',
  at: Date.UTC(2026, 10, 21),
  cluster: 'demo',
  service: 'web',
  text: 'demo/web rolled out <!channel>',
} as Notice;

describe('an announcement', () => {
  it('goes to the topic as JSON, with attributes for filter policies', async () => {
    await using server = await aServer(() => ({
      body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    }));
    await snsTopic('arn:aws:sns:eu-west-1:000000000000:t', new SNSClient(at(server.url))).publish(notice);
    const form = new URLSearchParams(server.heard[0]?.body);
    expect(form.get('Action')).toBe('Publish');
    expect(form.get('TopicArn')).toBe('arn:aws:sns:eu-west-1:000000000000:t');
    expect(JSON.parse(form.get('Message') ?? '')).toEqual(notice);
    const attributes = [1, 2, 3, 4].map((number) => [
      form.get(`MessageAttributes.entry.${number}.Name`),
      form.get(`MessageAttributes.entry.${number}.Value.StringValue`),
    ]);
    expect(Object.fromEntries(attributes)).toEqual({
      kind: 'rollout.completed',
      severity: 'info',
      service: 'web',
      cluster: 'demo',
    });
  });

  it('goes to the bus as an event of its time', async () => {
    await using server = await aServer(() => json({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }));
    await eventBus('slipway', new EventBridgeClient(at(server.url))).publish(notice);
    expect(bodyOf(server.heard[0] ?? nothing)).toEqual({
      Entries: [
        {
          EventBusName: 'slipway',
          Source: 'slipway',
          DetailType: 'Slipway Rollout',
          Time: notice.at / 1_000,
          Detail: JSON.stringify(notice),
        },
      ],
    });
  });

  it('of no service and no cluster has no empty attribute: SNS would refuse it', async () => {
    await using server = await aServer(() => ({
      body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    }));
    const ofAll: Notice = {
      ...notice,
      kind: 'system.paused',
      cluster: '',
      service: '',
      system: { reason: '' },
    };
    await snsTopic('arn:aws:sns:eu-west-1:000000000000:t', new SNSClient(at(server.url))).publish(ofAll);
    const form = new URLSearchParams(server.heard[0]?.body);
    const names = [1, 2, 3].map((number) => form.get(`MessageAttributes.entry.${number}.Name`));
    expect(names).toEqual(['kind', 'severity', null]);
  });

  it.each([
    ['rollout.failed', 'Slipway Rollout'],
    ['target.held', 'Slipway Target'],
    ['system.paused', 'Slipway System'],
  ] as const)('of kind %s is an event of type %s', async (kind, type) => {
    await using server = await aServer(() => json({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }));
    await eventBus('slipway', new EventBridgeClient(at(server.url))).publish({ ...notice, kind } as Notice);
    expect(bodyOf(server.heard[0] ?? nothing)).toMatchObject({ Entries: [{ DetailType: type }] });
  });

  it('that the bus did not take, in an answer of success, is unavailable', async () => {
    const entry = { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' };
    await using server = await aServer(() => json({ FailedEntryCount: 1, Entries: [entry] }));
    const published = eventBus('slipway', new EventBridgeClient(at(server.url))).publish(notice);
    await expect(published).rejects.toThrow(new Unavailable('PutEvents: InternalFailure try again'));
  });

  it('that the topic refuses is refused in its words', async () => {
    const error =
      '<ErrorResponse><Error><Code>NotFound</Code><Message>no topic</Message></Error></ErrorResponse>';
    await using server = await aServer(() => ({ status: 404, body: error }));
    const published = snsTopic('arn:aws:sns:x', new SNSClient(at(server.url))).publish(notice);
    await expect(published).rejects.toThrow(Refused);
    await expect(published).rejects.toThrow('no topic');
  });
});

describe('a secret', () => {
  const asked = (said: Saying) => aServer(() => said);
  const client = (endpoint: string) => new SecretsManagerClient({ ...at(endpoint), maxAttempts: 1 });

  it('is asked for once in five minutes', async () => {
    await using server = await asked(json({ SecretString: 'https://hooks.slack.com/services/T/B/x' }));
    let now = 0;
    const port = secrets(() => now, client(server.url));
    for (const moment of [0, 1, 299_999]) {
      now = moment;
      expect(await port.read('slipway/slack')).toBe('https://hooks.slack.com/services/T/B/x');
    }
    expect(server.heard).toHaveLength(1);
    now = 300_000;
    await port.read('slipway/slack');
    await port.read('slipway/other');
    expect(server.heard.map((heard) => bodyOf(heard)['SecretId'])).toEqual([
      'slipway/slack',
      'slipway/slack',
      'slipway/other',
    ]);
  });

  it('that could not be read is asked for again', async () => {
    await using server = await aServer((_heard, times) =>
      times === 1
        ? json({ __type: 'ResourceNotFoundException', message: 'none' }, 400)
        : json({ SecretString: 's' }),
    );
    const port = secrets(() => 0, client(server.url));
    await expect(port.read('a')).rejects.toMatchObject({
      name: 'Refused',
      code: 'ResourceNotFoundException',
    });
    expect(await port.read('a')).toBe('s');
  });

  it('of bytes is none', async () => {
    await using server = await asked(json({ SecretBinary: 'AAAA' }));
    await expect(secrets(() => 0, client(server.url)).read('a')).rejects.toThrow(
      'the secret a holds no text',
    );
  });
});

const nothing = { method: '', path: '', headers: {}, body: '{}' };
