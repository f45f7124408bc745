import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  type QueueAttributeName,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import { makeDemo } from '../demo/cluster.ts';
import { startInbox } from '../inbox.ts';
import { building } from '../local-aws/undo.ts';
import { type LocalAws, startLocalAws } from '../local-aws/world.ts';
import { slackLine } from '../tour/slack-line.ts';
import { type RunningWorld, secretName, seed, type WorldOptions } from './running-world.ts';
import { adminEcs, worldOver } from './world-over.ts';

const pace = 30;
const settlesWithinMs = 90_000;

export interface RunningLocalAws extends RunningWorld {
  readonly aws: LocalAws;
}

/** The packaged stack in a local AWS. Needs Python 3.10 or newer. */
export function startLocalAwsWorld({
  root,
  signal,
  saw,
  onFault,
  off = [],
  patienceMs,
}: WorldOptions): Promise<RunningLocalAws> {
  return building(async (undos) => {
    const inbox = await startInbox((message) => saw(slackLine(message)));
    undos.add(() => inbox.close());
    const aws = await startLocalAws({
      root,
      signal,
      onFault,
      configFile: join(root, 'sandbox', 'demo', 'slipway.yml'),
      pace,
      seed,
      secrets: { [secretName]: inbox.url },
      params: Object.fromEntries(off.map((name) => [name, 'DISABLED'])),
    });
    undos.add(() => aws.close());
    const endpoints = { ...aws.endpoints, inbox: inbox.url };
    await makeDemo(adminEcs(endpoints.ecs), endpoints.registry);
    const logs = new CloudWatchLogsClient(aws.admin);
    undos.add(() => Promise.resolve(logs.destroy()));
    const journal = () => readJournal(logs);
    const reconcile = () => fireReconcile(aws);
    await reconcile();
    await settled(aws, { off, journal, signal });
    const world = worldOver({
      name: 'local-aws',
      endpoints,
      signal,
      patienceMs,
      journal,
      losingEvents: aws.losingEvents,
      reconcile,
    });
    return { world, pace, inbox, aws, close: () => undos.run() };
  });
}

/** Where the function is switched off, its schedule is. */
async function fireReconcile({ schedules }: LocalAws): Promise<void> {
  const schedule = schedules.all.find(({ name }) => name.includes('ReconcileSchedule'));
  if (schedule !== undefined) await schedules.fire(schedule.name);
}

interface Settling {
  readonly off: readonly string[];
  readonly journal: () => Promise<readonly JsonObject[]>;
  readonly signal: AbortSignal;
}

/** Until Slipway knows what runs: a push before that finds nobody. */
async function settled({ admin }: LocalAws, { off, journal, signal }: Settling): Promise<void> {
  if (off.includes('reconcile')) return;
  const sqs = new SQSClient(admin);
  try {
    const end = Date.now() + settlesWithinMs;
    while (Date.now() < end) {
      const isSeen = (await journal()).some(({ outcome }) => outcome === 'pass over');
      if (isSeen && (off.includes('image-pushed') || (await isDrained(sqs)))) return;
      await setTimeout(200, undefined, { signal });
    }
  } finally {
    sqs.destroy();
  }
  throw new Error(`Slipway did not see the demo's services within ${settlesWithinMs / 1_000} s`);
}

/** Nothing of what reconcile wants to have selected waits any more. */
async function isDrained(sqs: SQSClient): Promise<boolean> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const QueueUrl = QueueUrls.find((url) => url.includes('PushesQueue'));
  const AttributeNames: QueueAttributeName[] = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
  ];
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Object.values(Attributes).every((count) => Number(count) === 0);
}

/** The functions' outcome lines, as CloudWatch Logs has them. */
async function readJournal(logs: CloudWatchLogsClient): Promise<readonly JsonObject[]> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const pages = await Promise.all(
    logGroups.map(({ logGroupName }) => logs.send(new FilterLogEventsCommand({ logGroupName }))),
  );
  return pages.flatMap(({ events = [] }) => events.flatMap(({ message = '' }) => entryOf(message)));
}

function entryOf(message: string): readonly JsonObject[] {
  if (!message.startsWith('{')) return [];
  try {
    const entry = JSON.parse(message) as JsonValue;
    return isJsonObject(entry) && entry['outcome'] !== undefined ? [entry] : [];
  } catch {
    return [];
  }
}
