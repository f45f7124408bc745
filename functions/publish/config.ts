import * as z from 'zod';

export const PublishEnv = z.object({
  TABLE_NAME: z.string().min(1),
  TOPIC_ARN: z.string().startsWith('arn:'),
  EVENT_BUS_NAME: z.string().min(1),
});
