/** Every client: a bound on each try, three tries with jittered back-off, and the environment's Region and credentials. */
export const clientSettings = {
  maxAttempts: 3,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
} as const;

/** For a call that may not be repeated blindly. */
export const oneAttempt = { ...clientSettings, maxAttempts: 1 } as const;
