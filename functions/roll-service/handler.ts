import { postpone } from '../../shared/aws/queue.ts';
import { services } from '../../shared/aws/services.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { taskDefinitions } from '../../shared/aws/task-definitions.ts';
import { compiledConfig } from '../../shared/config/compiled.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { RollServiceEnv } from './config.ts';
import { rollService } from './flow.ts';

const env = readEnv(RollServiceEnv);
const table = dynamoTable(env.TABLE_NAME);
const ports = { services: services(), definitions: taskDefinitions(), clock, journal };
const deps = { table, ...ports, mode: compiledConfig().mode };

export const handler = handleRecords((message) => rollService(message, deps), {
  postpone: postpone(env.ROLLOUTS_QUEUE_URL),
  retrySeconds: 20,
});
