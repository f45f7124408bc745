import { sqsQueue } from '../../shared/aws/queue.ts';
import { services } from '../../shared/aws/services.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { DeploymentChangedEnv } from './config.ts';
import { deploymentChanged } from './flow.ts';

const env = readEnv(DeploymentChangedEnv);
const queues = { rollouts: sqsQueue(env.ROLLOUTS_QUEUE_URL), looks: sqsQueue(env.DEPLOYMENTS_QUEUE_URL) };
const deps = { table: dynamoTable(env.TABLE_NAME), services: services(), ...queues, clock, journal };

export const handler = handleRecords((message) => deploymentChanged(message, deps));
