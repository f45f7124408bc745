import * as z from 'zod';

export const DeliverSlackEnv = z.object({
  AWS_REGION: z.string().min(1),
  TABLE_NAME: z.string().min(1),
  SLACK_QUEUE_URL: z.url(),
});
