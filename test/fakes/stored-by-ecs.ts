import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';

/** Lists that ECS stores empty where nobody sent them. */
const emptyLists = ['portMappings', 'environment', 'mountPoints', 'volumesFrom', 'systemControls'];

/** What ECS adds to a definition that was sent, and what it re-orders. */
export function storedByEcs(sent: JsonObject): JsonObject {
  const containers = sent['containerDefinitions'];
  return {
    volumes: [],
    placementConstraints: [],
    ...sent,
    containerDefinitions: Array.isArray(containers) ? containers.map(storedContainer).toReversed() : [],
  };
}

function storedContainer(container: JsonValue): JsonValue {
  if (!isJsonObject(container)) return container;
  const { environment, portMappings, healthCheck } = container;
  return {
    cpu: 0,
    essential: true,
    ...Object.fromEntries(emptyLists.map((member) => [member, []])),
    ...container,
    ...(Array.isArray(environment) ? { environment: environment.toReversed() } : {}),
    ...(Array.isArray(portMappings) ? { portMappings: portMappings.map(storedPort) } : {}),
    ...(isJsonObject(healthCheck)
      ? { healthCheck: { interval: 30, timeout: 5, retries: 3, ...healthCheck } }
      : {}),
  };
}

function storedPort(mapping: JsonValue): JsonValue {
  if (!isJsonObject(mapping)) return mapping;
  return { protocol: 'tcp', hostPort: mapping['containerPort'], ...mapping };
}
