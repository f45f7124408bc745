import { clientSettings } from '../../shared/aws/client-settings.ts';

/** Our own settings, with an endpoint of the test's. */
export function at(endpoint: string) {
  return {
    ...clientSettings,
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'secret-of-the-test' },
  };
}
