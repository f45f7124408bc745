import * as z from 'zod';
import { targetNoticeKinds } from '../../../shared/domain/notice.ts';
import { NamedImage, said } from '../parts.ts';

/** The body of a message on the topic, and the detail of an event `Slipway Target` on the bus. Version 1. */
export const PublishedTarget = z
  .object({
    ...said(targetNoticeKinds),
    target: z.object({
      reason: z.string().describe('Why, in the words of Slipway, of ECS or of whoever asked'),
      by: z.string().optional().describe('Who asked for it, where a person did'),
      image: NamedImage.optional().describe('The image that is, or was, quarantined'),
    }),
  })
  .describe('What becomes of a service or schedule apart from its rollouts');

export function publishedTargetSchema(): object {
  return z.toJSONSchema(PublishedTarget, { io: 'input' });
}
