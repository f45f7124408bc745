import * as z from 'zod';

export const ReconcileEnv = z.object({
  TABLE_NAME: z.string().min(1),
  RECONCILES_QUEUE_URL: z.url(),
  PUSHES_QUEUE_URL: z.url(),
  /** What this stack writes into the tag of the clusters that it owns. */
  OWNER: z.string().min(1).max(256),
});
