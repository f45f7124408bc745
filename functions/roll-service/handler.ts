import { postpone, sqsQueue } from '../../shared/aws/queue.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { compiledConfig } from '../../shared/config/compiled.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { RollServiceEnv } from './config.ts';
import { rollService } from './flow.ts';
import { awsPorts } from './ports.ts';

const env = readEnv(RollServiceEnv);
const { mode, share } = compiledConfig();
const table = dynamoTable(env.TABLE_NAME);
const [rollouts, wakeups] = [sqsQueue(env.ROLLOUTS_QUEUE_URL), sqsQueue(env.WAKEUPS_QUEUE_URL)];
const queues = { rollouts, wakeups, reconciles: sqsQueue(env.RECONCILES_QUEUE_URL) };
const deps = { table, ...queues, ...awsPorts(table), clock, journal, mode, share };

export const handler = handleRecords((message) => rollService(message, deps), {
  postpone: postpone(env.ROLLOUTS_QUEUE_URL),
  retrySeconds: 20,
});
