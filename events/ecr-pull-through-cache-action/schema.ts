import * as z from 'zod';
import {
  ecrRepositoryEvent,
  imageDigest,
  imageTag,
  parsedAs,
  registryOf,
  repositoryName,
  word,
} from '../ecr-fields.ts';

const EcrPullThroughCacheAction = ecrRepositoryEvent(
  'ECR Pull Through Cache Action',
  z.object({
    'sync-status': word,
    'repository-name': repositoryName,
    'image-digest': imageDigest.nullish(),
    'image-tag': imageTag,
    'failure-code': z.string().max(256).nullish(),
  }),
).transform((event) => ({
  eventId: event.id,
  at: Date.parse(event.time),
  ...registryOf(event),
  result: event.detail['sync-status'],
  repository: event.detail['repository-name'],
  /** Missing where the sync failed before it knew. */
  digest: event.detail['image-digest'] ?? undefined,
  tag: event.detail['image-tag'] || undefined,
  failure: event.detail['failure-code'] ?? undefined,
}));

export type PullThroughCacheAction = Readonly<z.infer<typeof EcrPullThroughCacheAction>>;

export function parsePullThroughCacheAction(event: unknown): PullThroughCacheAction {
  return parsedAs('ECR Pull Through Cache Action', EcrPullThroughCacheAction.safeParse(event));
}
