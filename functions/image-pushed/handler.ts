import { images } from '../../shared/aws/images.ts';
import { sqsQueue } from '../../shared/aws/queue.ts';
import { services } from '../../shared/aws/services.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { rememberedDefinitions, taskDefinitions } from '../../shared/aws/task-definitions.ts';
import { compiledConfig } from '../../shared/config/compiled.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { ImagePushedEnv } from './config.ts';
import { imagePushed } from './flow.ts';
import { settingsOf } from './settings.ts';

const env = readEnv(ImagePushedEnv);
const definitions = rememberedDefinitions(taskDefinitions());
const ports = { images: images(), services: services(), definitions, clock, journal };
const stores = { table: dynamoTable(env.TABLE_NAME), rollouts: sqsQueue(env.ROLLOUTS_QUEUE_URL) };
const home = { account: env.ACCOUNT_ID, region: env.AWS_REGION };
const deps = { ...ports, ...stores, ...settingsOf(compiledConfig()), home };

export const handler = handleRecords((event) => imagePushed(event, deps));
