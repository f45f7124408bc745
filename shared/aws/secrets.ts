import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Unavailable } from '../faults.ts';
import type { Secrets } from '../ports.ts';
import { clientSettings } from './client-settings.ts';
import { asking } from './errors.ts';

const keptMs = 5 * 60_000;

/** Keeps a secret for five minutes, so a rotated one is used soon and a burst of notices asks once. */
export function secrets(now: () => number, client = new SecretsManagerClient(clientSettings)): Secrets {
  const kept = new Map<string, { readonly value: string; readonly until: number }>();
  return {
    async read(name) {
      const known = kept.get(name);
      if (known !== undefined && known.until > now()) return known.value;
      const command = new GetSecretValueCommand({ SecretId: name });
      const { SecretString: value } = await asking('GetSecretValue', () => client.send(command));
      if (value === undefined) throw new Unavailable(`the secret ${name} holds no text`);
      kept.set(name, { value, until: now() + keptMs });
      return value;
    },
  };
}
