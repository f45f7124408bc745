import { sqsQueue } from '../../shared/aws/queue.ts';
import { services } from '../../shared/aws/services.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { tasks } from '../../shared/aws/tasks.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { DeploymentChangedEnv } from './config.ts';
import { deploymentChanged } from './flow.ts';

const env = readEnv(DeploymentChangedEnv);
const [rollouts, looks] = [sqsQueue(env.ROLLOUTS_QUEUE_URL), sqsQueue(env.DEPLOYMENTS_QUEUE_URL)];
const queues = { rollouts, looks, wakeups: sqsQueue(env.WAKEUPS_QUEUE_URL) };
const ecs = { services: services(), tasks: tasks() };
const deps = { table: dynamoTable(env.TABLE_NAME), ...ecs, ...queues, clock, journal };

export const handler = handleRecords((message) => deploymentChanged(message, deps));
