import { postpone } from '../../shared/aws/queue.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { compiledConfig } from '../../shared/config/compiled.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { httpWebhook } from '../../shared/runtime/webhook.ts';
import { DeliverSlackEnv } from './config.ts';
import { deliverSlack } from './flow.ts';

const env = readEnv(DeliverSlackEnv);
const ports = { secrets: secrets(() => clock.now()), webhook: httpWebhook(), clock, journal };
const settings = { channels: compiledConfig().notify, region: env.AWS_REGION };
const deps = { table: dynamoTable(env.TABLE_NAME), ...ports, ...settings };

export const handler = handleRecords((message) => deliverSlack(message, deps), {
  postpone: postpone(env.SLACK_QUEUE_URL),
});
