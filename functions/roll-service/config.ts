import * as z from 'zod';

export const RollServiceEnv = z.object({ TABLE_NAME: z.string().min(1) });
