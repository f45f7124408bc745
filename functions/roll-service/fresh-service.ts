import type { ServiceName } from '../../shared/domain/arn.ts';
import type { ServiceSnapshot } from '../../shared/domain/service.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { Unavailable } from '../../shared/faults.ts';
import { isOlderThanUs } from './decide.ts';
import type { Deps } from './deps.ts';

const pausesMs = [2_000, 4_000];
const retryAfterSeconds = 10;

/** The service as ECS has it, and not as it was before our own last UpdateService: its reads may lag by some seconds. */
export async function freshService(
  { cluster, service }: ServiceName,
  target: Target | undefined,
  { services, clock, journal }: Deps,
): Promise<ServiceSnapshot | undefined> {
  for (const ms of [0, ...pausesMs]) {
    if (ms > 0) await clock.pause(ms);
    const [found] = await services.describe(cluster, [service]);
    if (!isOlderThanUs(found, target, clock.now())) return found;
    journal.record({ outcome: 'read is old', cluster, service });
  }
  throw new Unavailable(`${cluster}/${service}: ECS still shows what was before our last update`, {
    retryAfterSeconds,
  });
}
