import * as z from 'zod';
import { type Notice, noticeKinds, severities } from '../../../shared/domain/notice.ts';
import { RejectedInput } from '../../../shared/faults.ts';

const Digest = z.string().regex(/^sha256:[a-f0-9]{64}$/);
const Millis = z.int().min(0).describe('Milliseconds since the epoch');

const Change = z.object({
  container: z.string(),
  repository: z.string(),
  from: z
    .object({ tag: z.string().optional(), digest: Digest.optional() })
    .describe('What ran before, where it is known'),
  to: z.object({ tag: z.string(), digest: Digest }),
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

/** The body of every message on the topic, and the detail of every event on the bus. Version 1. */
const PublishedRollout = z
  .object({
    v: z.literal(1),
    id: z.string().describe('The same whenever this notice is published again'),
    kind: z.enum(noticeKinds),
    severity: z.enum(severities),
    at: Millis,
    cluster: z.string(),
    service: z.string(),
    rollout: z.object({
      id: z.string().describe('cluster/service/generation'),
      generation: z.int().min(1),
      changes: z.array(Change),
      revision: z.string().optional().describe('ARN of the task definition revision that Slipway registered'),
      baseRevision: z.string().optional().describe('ARN of the revision that it was cloned from'),
      deploymentId: z.string().optional().describe("ECS's id of the deployment"),
      startedAt: Millis.optional(),
      durationMs: z.int().min(0).optional(),
      reason: z.string().optional().describe("ECS's own words, or Slipway's"),
    }),
    text: z.string().describe('One sentence for people. Holds text from outside: escape it'),
  })
  .describe('What Slipway announces of a rollout');

export function parseNotice(message: unknown): Notice {
  const result = PublishedRollout.safeParse(message);
  if (result.success) return result.data;
  throw new RejectedInput(`not a notice: ${z.prettifyError(result.error)}`, { cause: result.error });
}

/** JSON Schema for whoever reads the topic or the bus. */
export function publishedRolloutSchema(): object {
  return z.toJSONSchema(PublishedRollout);
}
