import { sqsQueue } from '../../shared/aws/queue.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleSchedule } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { TickEnv } from './config.ts';
import { tick } from './flow.ts';

const env = readEnv(TickEnv);
const queues = {
  unpublished: sqsQueue(env.UNPUBLISHED_QUEUE_URL),
  looks: sqsQueue(env.DEPLOYMENTS_QUEUE_URL),
  rollouts: sqsQueue(env.ROLLOUTS_QUEUE_URL),
};
const deps = { table: dynamoTable(env.TABLE_NAME), ...queues, clock, journal };

export const handler = handleSchedule(() => tick(deps));
