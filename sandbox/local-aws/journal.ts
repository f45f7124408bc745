import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import type { AdminConfig } from './clients.ts';

export interface FunctionsJournal {
  /** The functions' outcome lines so far, as CloudWatch Logs has them. */
  read(): Promise<readonly JsonObject[]>;
  close(): void;
}

export function functionsJournal(admin: AdminConfig): FunctionsJournal {
  const logs = new CloudWatchLogsClient(admin);
  return { read: () => readJournal(logs), close: () => logs.destroy() };
}

async function readJournal(logs: CloudWatchLogsClient): Promise<readonly JsonObject[]> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const groups = logGroups.map(({ logGroupName }) => entriesOf(logs, logGroupName));
  return (await Promise.all(groups)).flat();
}

async function entriesOf(
  client: CloudWatchLogsClient,
  logGroupName: string | undefined,
): Promise<readonly JsonObject[]> {
  const entries: JsonObject[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
    entries.push(...events.flatMap(({ message = '' }) => entryOf(message)));
  }
  return entries;
}

function entryOf(message: string): readonly JsonObject[] {
  if (!message.startsWith('{')) return [];
  try {
    const entry = JSON.parse(message) as JsonValue;
    if (!isJsonObject(entry) || entry['outcome'] === undefined) return [];
    // The logger keeps `service` for the function's own name.
    const { ecsService, ...more } = entry;
    return [{ ...more, service: ecsService }];
  } catch {
    return [];
  }
}
