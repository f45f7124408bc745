import { ECSClient } from '@aws-sdk/client-ecs';
import type { JsonObject, JsonValue } from '../../shared/domain/lossless-json.ts';
import { pushImage } from '../push/client.ts';
import type { Endpoints, World } from '../stories/world.ts';
import { region } from '../world-types.ts';

interface Parts {
  readonly name: World['name'];
  readonly endpoints: Endpoints;
  readonly signal: AbortSignal;
  readonly patienceMs?: number | undefined;
  readonly journal: () => Promise<readonly JsonObject[]>;
}

/** The same interface for every world, over its endpoints. */
export function worldOver({ name, endpoints, signal, journal, patienceMs = 40_000 }: Parts): World {
  return {
    name,
    endpoints,
    signal,
    patienceMs,
    journal,
    ecs: adminEcs(endpoints.ecs),
    push: (image) => pushImage({ ...image, registryUrl: endpoints.registry }),
    inbox: async () => (await (await fetch(endpoints.inbox, { signal })).json()) as JsonValue[],
  };
}

export function adminEcs(endpoint: string): ECSClient {
  return new ECSClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}
