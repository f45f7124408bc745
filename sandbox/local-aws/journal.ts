import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
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
