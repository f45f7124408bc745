import { images } from '../../shared/aws/images.ts';
import { sqsQueue } from '../../shared/aws/queue.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { compiledConfig } from '../../shared/config/compiled.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { ImagePushedEnv } from './config.ts';
import { imagePushed } from './flow.ts';
import { settingsOf } from './settings.ts';

const env = readEnv(ImagePushedEnv);
const queues = {
  pushes: sqsQueue(env.PUSHES_QUEUE_URL),
  rollouts: sqsQueue(env.ROLLOUTS_QUEUE_URL),
  wakeups: sqsQueue(env.WAKEUPS_QUEUE_URL),
};
const ports = { table: dynamoTable(env.TABLE_NAME), images: images(), ...queues, clock, journal };
const home = { account: env.ACCOUNT_ID, region: env.AWS_REGION };
const deps = { ...ports, ...settingsOf(compiledConfig(), home), home };

export const handler = handleRecords((event) => imagePushed(event, deps));
