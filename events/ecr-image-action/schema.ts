import * as z from 'zod';
import { RejectedInput } from '../../shared/faults.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
const EcrImageAction = z
  .object({
    id: z.string().max(128),
    time: z.iso.datetime({ offset: true }),
    source: z.literal('aws.ecr'),
    'detail-type': z.literal('ECR Image Action'),
    account: z.string().regex(/^\d{12}$/),
    region: z.string().regex(/^[a-z0-9-]{1,32}$/),
    detail: z.object({
      'action-type': z.string().max(64),
      result: z.string().max(64),
      'repository-name': z
        .string()
        .regex(/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/)
        .max(256),
      'image-digest': z.string().regex(/^sha256:[a-f0-9]{64}$/),
      'image-tag': z
        .string()
        .regex(/^(?:\w[\w.-]{0,127})?$/)
        .nullish(),
      'manifest-media-type': z.string().max(256).nullish(),
      'artifact-media-type': z.string().max(256).nullish(),
    }),
  })
  .transform(({ id, time, account, region, detail }) => ({
    eventId: id,
    at: Date.parse(time),
    account,
    region,
    action: detail['action-type'],
    result: detail.result,
    repository: detail['repository-name'],
    digest: detail['image-digest'],
    /** ECR sends an empty tag for some untagged manifests, and none for others. */
    tag: detail['image-tag'] || undefined,
    mediaType: detail['manifest-media-type'] ?? undefined,
    artifactType: detail['artifact-media-type'] ?? undefined,
  }));

export type ImageAction = Readonly<z.infer<typeof EcrImageAction>>;

export function parseImageAction(event: unknown): ImageAction {
  const result = EcrImageAction.safeParse(event);
  if (result.success) return result.data;
  throw new RejectedInput(`not an ECR Image Action: ${z.prettifyError(result.error)}`, {
    cause: result.error,
  });
}
