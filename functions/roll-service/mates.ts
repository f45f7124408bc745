import type { ServiceName } from '../../shared/domain/arn.ts';
import type { PlanTurn } from '../../shared/domain/nudge.ts';
import type { ServiceSnapshot } from '../../shared/domain/service.ts';
import type { Clock, Services, Table } from '../../shared/ports.ts';
import { lookTogether, noteSeen } from '../../shared/records/together-record.ts';

const pauseMs = 250;
const looksMax = 14;

export interface MatesDeps {
  readonly table: Table;
  readonly services: Services;
  readonly clock: Clock;
}

/**
 * The service as ECS has it, up to twenty seconds old: one DescribeServices for all that a plan starts together. Undefined where ECS
 * does not know it.
 */
export async function snapshotTogether(
  { plan, mates }: Pick<PlanTurn, 'plan' | 'mates'>,
  { cluster, service }: ServiceName,
  { table, services, clock }: MatesDeps,
): Promise<ServiceSnapshot | undefined> {
  const names = mates.includes(service) ? mates : [service];
  const mine = (all: readonly ServiceSnapshot[]) => all.find((one) => one.service === service);
  if (names.length === 1) return mine(await services.describe(cluster, names));
  for (let looks = 0; looks < looksMax; looks += 1) {
    const look = await lookTogether(table, { plan, cluster, mates: names }, clock.now());
    if (look.kind === 'seen') return mine(look.services);
    if (look.kind === 'mine') {
      const at = clock.now();
      const seen = await services.describe(cluster, names);
      await noteSeen(table, look.claim, { services: seen, at });
      return mine(seen);
    }
    await clock.pause(pauseMs);
  }
  return mine(await services.describe(cluster, [service]));
}
