import * as z from 'zod';
import { systemNoticeKinds } from '../../../shared/domain/notice.ts';
import { NamedImage, said } from '../parts.ts';

/** The body of a message on the topic, and the detail of an event `Slipway System` on the bus. Version 1. */
export const PublishedSystem = z
  .object({
    ...said(systemNoticeKinds),
    cluster: z.string().describe('Empty where it concerns none'),
    service: z.string().describe('Always empty'),
    system: z.object({
      reason: z.string(),
      by: z.string().optional().describe('Who asked for it, where a person did'),
      image: NamedImage.optional().describe('What was being rolled out'),
      failed: z.array(z.string()).optional().describe('cluster/service of each target that failed'),
      leftAlone: z.int().min(0).optional().describe('How many targets are not rolled because of that'),
    }),
  })
  .describe('What concerns more than one target');

export function publishedSystemSchema(): object {
  return z.toJSONSchema(PublishedSystem, { io: 'input' });
}
