import * as z from 'zod';

export const ImagePushedEnv = z.object({
  ACCOUNT_ID: z.string().regex(/^\d{12}$/),
  AWS_REGION: z.string().min(1),
  TABLE_NAME: z.string().min(1),
  PUSHES_QUEUE_URL: z.url(),
  ROLLOUTS_QUEUE_URL: z.url(),
  WAKEUPS_QUEUE_URL: z.url(),
});
