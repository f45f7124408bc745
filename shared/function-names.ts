/** Slipway's Lambda functions: their folders under `functions/`, and their names in `serverless.yml`. */
export const functionNames = [
  'image-pushed',
  'roll-service',
  'deployment-changed',
  'wake',
  'tick',
  'reconcile',
  'publish',
  'deliver-slack',
] as const;
export type FunctionName = (typeof functionNames)[number];
