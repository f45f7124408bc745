import * as z from 'zod';
import { rolloutNoticeKinds } from '../../../shared/domain/notice.ts';
import { causes } from '../../../shared/domain/target/rollout.ts';
import { Digest, Millis, said } from '../parts.ts';

const Change = z.object({
  container: z.string(),
  repository: z.string(),
  from: z
    .object({ tag: z.string().optional(), digest: Digest.optional() })
    .describe('What ran before, where it is known'),
  to: z.object({ tag: z.string().describe('Empty where nobody knows one'), digest: Digest }),
  commit: z
    .string()
    .optional()
    .describe('The image label org.opencontainers.image.revision: text of whoever built it'),
  author: z
    .string()
    .optional()
    .describe('The image label org.opencontainers.image.authors: text of whoever built it'),
  rule: z.string().describe('The tag policy that wanted it, in words'),
});

/** The body of a message on the topic, and the detail of an event `Slipway Rollout` on the bus. Version 1. */
export const PublishedRollout = z
  .object({
    ...said(rolloutNoticeKinds),
    rollout: z.object({
      id: z.string().describe('cluster/service/generation'),
      generation: z.int().min(1),
      cause: z.enum(causes).optional().describe('Why there is a rollout. Missing: a push'),
      by: z.string().optional().describe('Who asked for it, where a person did'),
      changes: z.array(Change).describe('Empty where a rollback goes to images whose digests nobody knows'),
      revision: z.string().optional().describe('ARN of the task definition revision that Slipway registered'),
      baseRevision: z.string().optional().describe('ARN of the revision that it was cloned from'),
      deploymentId: z.string().optional().describe("ECS's id of the deployment"),
      startedAt: Millis.optional(),
      durationMs: z.int().min(0).optional(),
      reason: z.string().optional().describe("ECS's own words, or Slipway's"),
    }),
  })
  .describe('What Slipway announces of a rollout');

/** JSON Schema for whoever reads the topic or the bus. Later versions may have members that it does not name. */
export function publishedRolloutSchema(): object {
  return z.toJSONSchema(PublishedRollout, { io: 'input' });
}
