import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import { makeDemo } from '../demo/cluster.ts';
import { startInbox } from '../inbox.ts';
import { building } from '../local-aws/undo.ts';
import { type LocalAws, startLocalAws } from '../local-aws/world.ts';
import { slackLine } from '../tour/slack-line.ts';
import { type RunningWorld, secretName, seed, type WorldOptions } from './running-world.ts';
import { adminEcs, worldOver } from './world-over.ts';

const pace = 30;

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
    const world = worldOver({
      name: 'local-aws',
      endpoints,
      signal,
      patienceMs,
      journal: () => readJournal(logs),
    });
    return { world, pace, inbox, aws, close: () => undos.run() };
  });
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
