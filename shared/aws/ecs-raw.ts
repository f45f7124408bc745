import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { JsonObject } from '../domain/lossless-json.ts';
import { listen, sendRaw } from './raw-json.ts';

export async function describeRaw(ecs: ECSClient, taskDefinition: string): Promise<JsonObject> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
  const heard = listen(command);
  await ecs.send(command);
  return heard();
}

export async function registerRaw(ecs: ECSClient, input: JsonObject): Promise<JsonObject> {
  const { family } = input;
  const command = new RegisterTaskDefinitionCommand({
    family: typeof family === 'string' ? family : '',
    containerDefinitions: [],
  });
  sendRaw(command, input);
  const heard = listen(command);
  await ecs.send(command);
  return heard();
}
