import { ECSClient, paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import type { JsonObject } from '../domain/lossless-json.ts';
import type { TaskDefinitions } from '../ports.ts';
import { clientSettings, oneAttempt } from './client-settings.ts';
import { describeRaw, registerRaw } from './ecs-raw.ts';
import { acting, asking, translated } from './errors.ts';

const revisionArn = /:task-definition\/[^:]+:\d+$/;
const knownMax = 500;

/** A revision never changes, so each is described once in the life of the process. A bare family is always asked for. */
export function taskDefinitions(
  reader = new ECSClient(clientSettings),
  writer = new ECSClient(oneAttempt),
): TaskDefinitions {
  const known = new Map<string, JsonObject>();
  return {
    async describe(revision) {
      const seen = known.get(revision);
      if (seen !== undefined) return seen;
      const answer = await asking('DescribeTaskDefinition', () => describeRaw(reader, revision));
      if (known.size >= knownMax) known.clear();
      if (revisionArn.test(revision)) known.set(revision, answer);
      return answer;
    },
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
