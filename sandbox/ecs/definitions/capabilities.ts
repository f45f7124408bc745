import { isJsonObject, type JsonObject } from '../../../shared/domain/lossless-json.ts';
import { member } from '../arn.ts';
import type { Core } from '../core.ts';
import { show } from '../input.ts';
import { fitsFargate, isEcr } from './fargate.ts';

/** `compatibilities` and `requiresAttributes`: computed by ECS from the rest, the latter in any order and absent when empty. */
export function computed(core: Core, definition: JsonObject): JsonObject {
  const attributes = core.random.shuffled([...attributesOf(definition)].map((name) => ({ name })));
  const managed = core.switches.addsManagedInstances && definition['networkMode'] !== 'bridge';
  return {
    compatibilities: [
      'EC2',
      ...(fitsFargate(definition) ? ['FARGATE'] : []),
      ...(managed ? ['MANAGED_INSTANCES'] : []),
    ],
    ...(attributes.length === 0 ? {} : { requiresAttributes: attributes }),
  };
}

const CAPABILITY = 'com.amazonaws.ecs.capability';

function attributesOf(definition: JsonObject): Set<string> {
  const containers = (definition['containerDefinitions'] ?? []) as readonly JsonObject[];
  const names = new Set(containers.flatMap((container) => containerAttributes(container, definition)));
  if (definition['networkMode'] === 'awsvpc') names.add('ecs.capability.task-eni');
  if (typeof definition['taskRoleArn'] === 'string') names.add(`${CAPABILITY}.task-iam-role`);
  if (names.size > 0) names.add(`${CAPABILITY}.docker-remote-api.1.18`);
  return names;
}

function containerAttributes(container: JsonObject, definition: JsonObject): string[] {
  const names: string[] = [];
  const executionRole = typeof definition['executionRoleArn'] === 'string';
  if (isEcr(show(container['image']))) {
    names.push(`${CAPABILITY}.ecr-auth`);
    if (executionRole) names.push('ecs.capability.execution-role-ecr-pull');
  }
  const driver = member(container, 'logConfiguration')['logDriver'];
  if (typeof driver === 'string') names.push(`${CAPABILITY}.logging-driver.${driver}`);
  if (driver === 'awslogs' && executionRole) names.push('ecs.capability.execution-role-awslogs');
  if (isJsonObject(container['healthCheck'])) names.push('ecs.capability.container-health-check');
  if (Array.isArray(container['secrets']) && container['secrets'].length > 0) {
    names.push('ecs.capability.secrets.asm.environment-variables');
  }
  if (container['privileged'] === true) names.push(`${CAPABILITY}.privileged-container`);
  return names;
}
