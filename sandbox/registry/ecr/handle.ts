import * as z from 'zod';
import { Refusal } from '../refusal.ts';
import { batchDelete, batchGet } from './image-batches.ts';
import { describeAll as describeImages, list as listImages, listReferrers } from './images.ts';
import { type EcrContext, epochSeconds, type Operation, type Output, operation } from './input.ts';
import { checkAvailability, completeUpload, downloadUrl, initiateUpload, uploadPart } from './layers.ts';
import { putImage } from './put-image.ts';
import { create, describeAll as describeRepositories, putTagMutability, remove } from './repositories.ts';
import { list as listTags, tag, untag } from './resource-tags.ts';

const TOKEN_LIFE_MS = 12 * 60 * 60_000;

/** Anybody may use /v2 here, so the token only has to look like one. */
const getAuthorizationToken = operation(z.object({}), ({ registry, origin }) => ({
  authorizationData: [
    {
      authorizationToken: Buffer.from('AWS:anonymous').toString('base64'),
      expiresAt: epochSeconds(registry.clock.now() + TOKEN_LIFE_MS),
      proxyEndpoint: origin,
    },
  ],
}));

const operations = new Map<string, Operation>([
  ['BatchCheckLayerAvailability', checkAvailability],
  ['BatchDeleteImage', batchDelete],
  ['BatchGetImage', batchGet],
  ['CompleteLayerUpload', completeUpload],
  ['CreateRepository', create],
  ['DeleteRepository', remove],
  ['DescribeImages', describeImages],
  ['DescribeRepositories', describeRepositories],
  ['GetAuthorizationToken', getAuthorizationToken],
  ['GetDownloadUrlForLayer', downloadUrl],
  ['InitiateLayerUpload', initiateUpload],
  ['ListImageReferrers', listReferrers],
  ['ListImages', listImages],
  ['ListTagsForResource', listTags],
  ['PutImage', putImage],
  ['PutImageTagMutability', putTagMutability],
  ['TagResource', tag],
  ['UntagResource', untag],
  ['UploadLayerPart', uploadPart],
]);

/** One call of ECR's API. Throws Refusal. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ */
export async function handleEcr(context: EcrContext, name: string, input: unknown): Promise<Output> {
  const run = operations.get(name);
  if (run !== undefined) {
    const output = await run(context, input ?? {});
    return output;
  }
  throw new Refusal(
    `The operation '${name.slice(0, 100)}' is not modelled here; these are: ${[...operations.keys()].join(', ')}`,
    { code: 'UNSUPPORTED', status: 400, type: 'UnknownOperationException' },
  );
}
