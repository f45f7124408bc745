import * as z from 'zod';
import {
  account,
  ecrRepositoryEvent,
  imageDigest,
  imageTag,
  parsedAs,
  region,
  registryOf,
  repositoryName,
  word,
} from '../ecr-fields.ts';

const EcrReplicationAction = ecrRepositoryEvent(
  'ECR Replication Action',
  z.object({
    'action-type': word,
    result: word,
    'repository-name': repositoryName,
    'image-digest': imageDigest,
    'image-tag': imageTag,
    'source-account': account,
    'source-region': region,
  }),
).transform((event) => ({
  eventId: event.id,
  at: Date.parse(event.time),
  /** Where the copy is. */
  ...registryOf(event),
  action: event.detail['action-type'],
  result: event.detail.result,
  repository: event.detail['repository-name'],
  digest: event.detail['image-digest'],
  tag: event.detail['image-tag'] || undefined,
  /** Where the image was pushed. */
  source: { account: event.detail['source-account'], region: event.detail['source-region'] },
}));

export type ReplicationAction = Readonly<z.infer<typeof EcrReplicationAction>>;

export function parseReplicationAction(event: unknown): ReplicationAction {
  return parsedAs('ECR Replication Action', EcrReplicationAction.safeParse(event));
}
