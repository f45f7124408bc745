import { type Clock, VirtualClock } from '../../../sandbox/clock.ts';
import { startEcsEndpoint } from '../../../sandbox/ecs/endpoint.ts';
import { createEcsModel } from '../../../sandbox/ecs/model.ts';
import { seededRandom } from '../../../sandbox/ecs/random.ts';
import { defaultSwitches } from '../../../sandbox/ecs/switches.ts';
import { account, type BusEvent, type PullableImage, region } from '../../../sandbox/world-types.ts';
import type { EndpointSettings } from './endpoint.ts';

const stepMs = 2_000;
const fine: PullableImage = {
  digest: `sha256:${'5a'.repeat(32)}`,
  behaviour: 'fine',
  platforms: ['linux/amd64', 'linux/arm64'],
};

export interface ModelWorld extends EndpointSettings {
  readonly events: readonly BusEvent[];
  close(): Promise<void>;
}

interface WorldOptions {
  readonly seed?: number;
  readonly clock?: Clock;
  readonly pace?: number;
}

/** Our model behind its endpoint, by default in time that passes only while a test waits. */
export async function startModelWorld(options: WorldOptions = {}): Promise<ModelWorld> {
  const virtual = new VirtualClock();
  const { seed = 1, clock = virtual, pace = 1 } = options;
  const events: BusEvent[] = [];
  const model = createEcsModel({
    clock,
    account,
    region,
    emit: (event) => events.push(event),
    resolveImage: () => fine,
    random: seededRandom(seed),
    switches: { ...defaultSwitches, throttling: false },
    pace,
  });
  const endpoint = await startEcsEndpoint(model);
  return {
    url: endpoint.url,
    subnet: 'subnet-0a1b2c3d',
    patience: { looks: 900, pause: () => Promise.resolve(virtual.advance(stepMs)) },
    events,
    close: () => endpoint.close(),
  };
}
