import { VirtualClock } from '../../sandbox/clock.ts';
import { type BuiltImage, buildImage, type ImageOptions } from '../../sandbox/push/image.ts';
import { createRegistry, type Registry } from '../../sandbox/registry/registry.ts';
import { type RegistryServerOptions, startRegistry } from '../../sandbox/registry/server.ts';
import type { RegistryOptions } from '../../sandbox/registry/types.ts';
import { account, type BusEvent, region } from '../../sandbox/world-types.ts';

/** The same image each time, unless told otherwise. */
export function anImage(overrides: Partial<ImageOptions> = {}): BuiltImage {
  return buildImage({ seed: 'a', ...overrides });
}

export interface RegistryWorld {
  readonly registry: Registry;
  readonly clock: VirtualClock;
  readonly events: BusEvent[];
}

export function aRegistry(options: Partial<RegistryOptions> = {}): RegistryWorld {
  const clock = new VirtualClock();
  const events: BusEvent[] = [];
  const emit = (event: BusEvent) => events.push(event);
  return { registry: createRegistry({ clock, account, region, emit, ...options }), clock, events };
}

export interface RunningRegistry extends RegistryWorld, AsyncDisposable {
  readonly url: string;
}

/** On a free port, closed at the end of the block that holds it by `await using`. */
export async function aRunningRegistry(
  options: Partial<RegistryOptions> = {},
  serverOptions: RegistryServerOptions = {},
): Promise<RunningRegistry> {
  const world = aRegistry(options);
  const server = await startRegistry(world.registry, serverOptions);
  return { ...world, url: server.url, [Symbol.asyncDispose]: () => server.close() };
}
