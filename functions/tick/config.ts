import * as z from 'zod';

export const TickEnv = z.object({
  TABLE_NAME: z.string().min(1),
  UNPUBLISHED_QUEUE_URL: z.url(),
  DEPLOYMENTS_QUEUE_URL: z.url(),
  ROLLOUTS_QUEUE_URL: z.url(),
});
