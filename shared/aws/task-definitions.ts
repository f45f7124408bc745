import { ECSClient, paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import type { JsonObject } from '../domain/lossless-json.ts';
import type { TaskDefinitions } from '../ports.ts';
import { clientSettings, oneAttempt } from './client-settings.ts';
import { describeRaw, registerRaw } from './ecs-raw.ts';
import { acting, asking, translated } from './errors.ts';

/** Asks each time: a revision's content never changes, but its tags and its status do. */
export function taskDefinitions(
  reader = new ECSClient(clientSettings),
  writer = new ECSClient(oneAttempt),
): TaskDefinitions {
  return {
    describe: (revision) => asking('DescribeTaskDefinition', () => describeRaw(reader, revision)),
    register: (input) => acting('RegisterTaskDefinition', () => registerRaw(writer, input)),
    revisions: (family) => revisionsOf(reader, family),
  };
}

async function* revisionsOf(ecs: ECSClient, familyPrefix: string): AsyncIterable<string> {
  const pages = paginateListTaskDefinitions(
    { client: ecs, pageSize: 100 },
    { familyPrefix, status: 'ACTIVE', sort: 'DESC' },
  );
  try {
    for await (const { taskDefinitionArns = [] } of pages) yield* taskDefinitionArns;
  } catch (error) {
    throw translated('ListTaskDefinitions', error);
  }
}

const revisionArn = /:task-definition\/[^:]+:\d+$/;
const knownMax = 500;

/**
 * For readers of what a revision contains, which never changes: each is described once in the life of the process. Its tags
 * can change, so they are not kept. A family without revision is always asked for.
 */
export function rememberedDefinitions(definitions: TaskDefinitions): TaskDefinitions {
  const known = new Map<string, JsonObject>();
  return {
    ...definitions,
    async describe(revision) {
      const seen = known.get(revision);
      if (seen !== undefined) return seen;
      const { tags: _tags, ...content } = await definitions.describe(revision);
      if (known.size >= knownMax) known.clear();
      if (revisionArn.test(revision)) known.set(revision, content);
      return content;
    },
  };
}
