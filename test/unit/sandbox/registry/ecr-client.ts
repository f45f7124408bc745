import { ECRClient } from '@aws-sdk/client-ecr';

/** The SDK as anybody would use it: only the endpoint is ours. */
export function ecrClient(endpoint: string): ECRClient {
  return new ECRClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
}
