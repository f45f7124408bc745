import * as z from 'zod';

export const WakeEnv = z.object({
  ROLLOUTS_QUEUE_URL: z.url(),
  DEPLOYMENTS_QUEUE_URL: z.url(),
});
