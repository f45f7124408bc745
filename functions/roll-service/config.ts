import * as z from 'zod';

export const RollServiceEnv = z.object({
  TABLE_NAME: z.string().min(1),
  ROLLOUTS_QUEUE_URL: z.url(),
  WAKEUPS_QUEUE_URL: z.url(),
  RECONCILES_QUEUE_URL: z.url(),
});
