import * as z from 'zod';
import { RejectedInput } from '../shared/faults.ts';

/** What every event of ECR says in the same way. https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
export const account = z.string().regex(/^\d{12}$/);
export const region = z.string().regex(/^[a-z0-9-]{1,32}$/);
export const word = z.string().max(64);
export const repositoryName = z
  .string()
  .regex(/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/)
  .max(256);
export const imageDigest = z.string().regex(/^sha256:[a-f0-9]{64}$/);
/** ECR sends an empty tag for some untagged manifests, and none for others. */
export const imageTag = z
  .string()
  .regex(/^(?:\w[\w.-]{0,127})?$/)
  .nullish();

const envelope = {
  id: z.string().max(128),
  time: z.iso.datetime({ offset: true }),
  source: z.literal('aws.ecr'),
  account,
  region,
};

/** An event of ECR with this `detail-type` and this `detail`. */
export function ecrEvent<Type extends string, Detail extends z.ZodType>(detailType: Type, detail: Detail) {
  return z.object({ ...envelope, 'detail-type': z.literal(detailType), detail });
}

const repositoryArns = z.array(z.string().max(512)).max(16).default([]);

/** The same, with the ARN of the repository that it is about. */
export function ecrRepositoryEvent<Type extends string, Detail extends z.ZodType>(
  detailType: Type,
  detail: Detail,
) {
  return z.object({
    ...envelope,
    'detail-type': z.literal(detailType),
    detail,
    resources: repositoryArns,
  });
}

const repositoryArn =
  /^arn:[\w-]+:ecr:(?<region>[a-z0-9-]{1,32}):(?<account>\d{12}):repository\/[a-z0-9._/-]+$/;

interface Sent {
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
}

/** Where the image is: the registry of the repository that the event names, else of whoever sent the event. */
export function registryOf({ account: sender, region: from, resources }: Sent): {
  readonly account: string;
  readonly region: string;
} {
  const named = resources
    .map((arn) => repositoryArn.exec(arn)?.groups)
    .find((groups) => groups !== undefined);
  return { account: named?.['account'] ?? sender, region: named?.['region'] ?? from };
}

/** Rejects what is not an event of this kind, so that nobody tries it again. */
export function parsedAs<T>(kind: string, result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data;
  throw new RejectedInput(`not an ${kind}: ${z.prettifyError(result.error)}`, { cause: result.error });
}
