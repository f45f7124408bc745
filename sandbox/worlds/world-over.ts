import { ECSClient } from '@aws-sdk/client-ecs';
import type { JsonObject, JsonValue } from '../../shared/domain/lossless-json.ts';
import type { LosingEvents } from '../losing-events.ts';
import { pushImage } from '../push/client.ts';
import type { Endpoints, World } from '../stories/world.ts';
import { region } from '../world-types.ts';

interface Parts {
  readonly name: World['name'];
  readonly endpoints: Endpoints;
  readonly signal: AbortSignal;
  readonly patienceMs?: number | undefined;
  readonly journal: () => Promise<readonly JsonObject[]>;
  readonly losingEvents: LosingEvents;
  readonly reconcile: () => Promise<void>;
}

/** The same interface for every world, over its endpoints. */
export function worldOver({ losingEvents, patienceMs = 40_000, ...parts }: Parts): World {
  const { endpoints, signal } = parts;
  const push: World['push'] = (image) => pushImage({ ...image, registryUrl: endpoints.registry });
  return {
    ...parts,
    patienceMs,
    ecs: adminEcs(endpoints.ecs),
    push,
    pushUnheard: (image) => losingEvents(image.repository, () => push(image)),
    inbox: async () => (await (await fetch(endpoints.inbox, { signal })).json()) as JsonValue[],
  };
}

export function adminEcs(endpoint: string): ECSClient {
  return new ECSClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}
