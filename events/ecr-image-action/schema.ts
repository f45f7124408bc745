import * as z from 'zod';
import { ecrEvent, imageDigest, imageTag, parsedAs, repositoryName, word } from '../ecr-fields.ts';

const EcrImageAction = ecrEvent(
  'ECR Image Action',
  z.object({
    'action-type': word,
    result: word,
    'repository-name': repositoryName,
    'image-digest': imageDigest,
    'image-tag': imageTag,
    'manifest-media-type': z.string().max(256).nullish(),
    'artifact-media-type': z.string().max(256).nullish(),
  }),
).transform(({ id, time, account, region, detail }) => ({
  eventId: id,
  at: Date.parse(time),
  account,
  region,
  action: detail['action-type'],
  result: detail.result,
  repository: detail['repository-name'],
  digest: detail['image-digest'],
  tag: detail['image-tag'] || undefined,
  mediaType: detail['manifest-media-type'] ?? undefined,
  artifactType: detail['artifact-media-type'] ?? undefined,
}));

export type ImageAction = Readonly<z.infer<typeof EcrImageAction>>;

export function parseImageAction(event: unknown): ImageAction {
  return parsedAs('ECR Image Action', EcrImageAction.safeParse(event));
}
