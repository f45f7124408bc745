import { isJsonObject, type JsonObject, type JsonValue } from '../../../shared/domain/lossless-json.ts';
import type { Core } from '../core.ts';
import { compact } from '../input.ts';
import { inHashMapOrder } from './environment-order.ts';

/** What ECS stores of what was sent: every member, with the few that it fills in. */
export function storedDefinition(core: Core, request: JsonObject): JsonObject {
  const { tags: _tags, ...sent } = request;
  const containers = (request['containerDefinitions'] ?? []) as readonly JsonObject[];
  const stored = containers.map((container) => storedContainer(core, container, request['networkMode']));
  return compact({
    volumes: [],
    placementConstraints: [],
    ...(core.switches.addsFaultInjection ? { enableFaultInjection: false } : {}),
    ...sent,
    containerDefinitions: core.switches.randomContainerOrder ? core.random.shuffled(stored) : stored,
    cpu: units(request['cpu'], 'vcpu'),
    memory: units(request['memory'], 'gb'),
  });
}

function storedContainer(core: Core, container: JsonObject, networkMode: JsonValue | undefined): JsonObject {
  const { switches, random } = core;
  const secrets = container['secrets'];
  return compact({
    cpu: 0,
    essential: true,
    mountPoints: [],
    volumesFrom: [],
    ...(switches.addsSystemControls ? { systemControls: [] } : {}),
    ...container,
    portMappings: objects(container['portMappings']).map((mapping) => storedPort(mapping, networkMode)),
    environment: switches.randomEnvironmentOrder
      ? random.shuffled(objects(container['environment']))
      : inHashMapOrder(objects(container['environment'])),
    secrets: switches.randomContainerOrder && Array.isArray(secrets) ? random.shuffled(secrets) : secrets,
    healthCheck: storedHealthCheck(container['healthCheck']),
  });
}

function storedPort(mapping: JsonObject, networkMode: JsonValue | undefined): JsonObject {
  const hostPort = networkMode === 'awsvpc' || networkMode === 'host' ? mapping['containerPort'] : 0;
  return compact({ hostPort, protocol: 'tcp', ...mapping });
}

function storedHealthCheck(check: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(check) ? { interval: 30, timeout: 5, retries: 3, ...check } : check;
}

/** `1 vCPU` and `1GB` are stored as units and MiB. */
export function units(size: JsonValue | undefined, unit: 'vcpu' | 'gb'): JsonValue | undefined {
  if (typeof size !== 'string') return size;
  const match = /^\s*(\d*\.?\d+)\s*(vcpu|gb)\s*$/i.exec(size);
  return match?.[2]?.toLowerCase() === unit ? String(Math.round(Number(match[1]) * 1024)) : size;
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
