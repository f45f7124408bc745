import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { AdminConfig } from './clients.ts';

export interface LogLine {
  readonly at: number;
  readonly message: string;
}

const eventsMax = 10_000;

/** Everything that a function has logged so far, in order; nothing when it has not run yet. */
export async function functionLog(admin: AdminConfig, functionName: string): Promise<readonly LogLine[]> {
  const client = new CloudWatchLogsClient(admin);
  const lines: LogLine[] = [];
  try {
    const logGroupName = `/aws/lambda/${functionName}`;
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
      lines.push(...events.map(({ timestamp = 0, message = '' }) => ({ at: timestamp, message })));
      if (lines.length > eventsMax) break;
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
  } finally {
    client.destroy();
  }
  return lines.toSorted((a, b) => a.at - b.at);
}
