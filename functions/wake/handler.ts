import { sqsQueue } from '../../shared/aws/queue.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { journal } from '../../shared/runtime/observe.ts';
import { WakeEnv } from './config.ts';
import { wakeUp } from './flow.ts';

const env = readEnv(WakeEnv);
const queues = { rollouts: sqsQueue(env.ROLLOUTS_QUEUE_URL), looks: sqsQueue(env.DEPLOYMENTS_QUEUE_URL) };
const deps = { ...queues, journal };

export const handler = handleRecords((message) => wakeUp(message, deps));
