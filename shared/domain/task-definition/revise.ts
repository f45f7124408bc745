import { asText, isJsonObject, type JsonObject, type JsonValue } from '../lossless-json.ts';

/** What DescribeTaskDefinition answers and RegisterTaskDefinition has no parameter for. */
const readOnly = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'deregisteredAt',
  'deleteRequestedAt',
  'registeredBy',
]);

const tagsMax = 50;
const rolloutTag = 'slipway:rollout';

export interface Described {
  readonly taskDefinition: JsonObject;
  /** Undefined where nobody asked for tags. */
  readonly tags?: readonly JsonValue[] | undefined;
}

/** Reads DescribeTaskDefinition's answer, or a bare task definition. Throws when it is neither. */
export function readDescribed(value: JsonValue): Described {
  const answer = isJsonObject(value) ? value : {};
  const taskDefinition = isJsonObject(answer['taskDefinition']) ? answer['taskDefinition'] : answer;
  if (!Array.isArray(taskDefinition['containerDefinitions'])) {
    throw new TypeError('no task definition: expected {"taskDefinition": {"containerDefinitions": […]}}');
  }
  const { tags } = answer;
  return { taskDefinition, tags: Array.isArray(tags) ? tags : undefined };
}

export interface Change {
  /** Container name → image. */
  readonly images: Readonly<Record<string, string>>;
  /** Value of the tag `slipway:rollout`. */
  readonly rollout?: string | undefined;
}

/**
 * The same definition with only these containers' images changed, as RegisterTaskDefinition takes it: every other member,
 * known or not, as it was. Throws when a container is not in it.
 */
export function revise(described: Described, { images, rollout }: Change): JsonObject {
  const containers = readContainers(described.taskDefinition);
  const known = containers.map(({ name }) => name);
  const missing = Object.keys(images).filter((name) => !known.includes(name));
  if (missing.length > 0) {
    throw new RangeError(
      `no container named ${missing.join(', ')} in the task definition: it has ${known.join(', ')}`,
    );
  }
  const kept = Object.entries(described.taskDefinition).filter(([member]) => !readOnly.has(member));
  const tags = revisedTags(described.tags, rollout);
  return {
    ...Object.fromEntries(kept),
    containerDefinitions: containers.map(({ name, definition }) =>
      Object.hasOwn(images, name) ? { ...definition, image: images[name] } : definition,
    ),
    ...(tags === undefined ? {} : { tags }),
  };
}

function revisedTags(
  tags: readonly JsonValue[] | undefined,
  rollout: string | undefined,
): readonly JsonValue[] | undefined {
  const kept = tags?.filter((tag) => {
    const name = tagKey(tag);
    return !name.startsWith('aws:') && (rollout === undefined || name !== rolloutTag);
  });
  if (rollout === undefined || (kept?.length ?? 0) >= tagsMax) return kept;
  return [...(kept ?? []), { key: rolloutTag, value: rollout }];
}

/** Who registers for others says so in their name. What has no such tag, for want of room, gets none. */
export function withRolloutTag(input: JsonObject, rollout: string): JsonObject {
  const { tags } = input;
  if (!Array.isArray(tags)) return input;
  const named = tags.map((tag: JsonValue) =>
    tagKey(tag) === rolloutTag ? { key: rolloutTag, value: rollout } : tag,
  );
  return { ...input, tags: named };
}

/** Slipway registered it: for a rollout that may never have come to anything. */
export function isOurs({ tags = [] }: Described): boolean {
  return tags.some((tag) => tagKey(tag) === rolloutTag);
}

function tagKey(tag: JsonValue): string {
  const name = isJsonObject(tag) ? tag['key'] : undefined;
  return typeof name === 'string' ? name : '';
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly definition: JsonObject;
}

export function readContainers(taskDefinition: JsonObject): readonly Container[] {
  const definitions = taskDefinition['containerDefinitions'];
  if (!Array.isArray(definitions)) return [];
  return definitions.filter(isJsonObject).map((definition) => ({
    name: asText(definition['name']) ?? '',
    image: asText(definition['image']) ?? '',
    definition,
  }));
}
