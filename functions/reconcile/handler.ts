import { sqsQueue } from '../../shared/aws/queue.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { compiledConfig } from '../../shared/config/compiled.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { awsPorts } from './aws.ts';
import { ReconcileEnv } from './config.ts';
import { reconcile } from './flow.ts';
import { settingsOf } from './settings.ts';

const env = readEnv(ReconcileEnv);
const table = dynamoTable(env.TABLE_NAME);
const queues = { reconciles: sqsQueue(env.RECONCILES_QUEUE_URL), pushes: sqsQueue(env.PUSHES_QUEUE_URL) };
const ports = { table, ...queues, ...awsPorts(table), clock, journal };
const deps = { ...ports, ...settingsOf(compiledConfig()), owner: env.OWNER };

export const handler = handleRecords((message) => reconcile(message, deps));
