import { eventBus, snsTopic } from '../../shared/aws/announcements.ts';
import { dynamoTable } from '../../shared/aws/table.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { handleRecords } from '../../shared/runtime/handle.ts';
import { clock, journal } from '../../shared/runtime/observe.ts';
import { PublishEnv } from './config.ts';
import { publishNotice } from './flow.ts';

const env = readEnv(PublishEnv);
const outlets = { topic: snsTopic(env.TOPIC_ARN), bus: eventBus(env.EVENT_BUS_NAME) };
const deps = { table: dynamoTable(env.TABLE_NAME), ...outlets, clock, journal };

export const handler = handleRecords((message) => publishNotice(message, deps));
