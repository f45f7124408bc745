import type { ServiceName } from '../../shared/domain/arn.ts';
import type { PlanTurn } from '../../shared/domain/nudge.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { Unavailable } from '../../shared/faults.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import { isOlderThanUs, mayBeSet } from './decide.ts';
import type { Deps, Look, Turn } from './deps.ts';
import { snapshotTogether } from './mates.ts';

const pausesMs = [2_000, 4_000];
const retryAfterSeconds = 10;

/** What was read for many at once, so short a time ago, need not be read again: reads lag by as much themselves. */
const freshMs = 20_000;

/** The service as ECS has it, and not as it was before our own last UpdateService: its reads may lag by some seconds. */
export async function freshService(
  { name, given, look }: Turn & { readonly look?: Look },
  deps: Deps,
): Promise<Look> {
  const { services, clock, journal, table } = deps;
  const target = await loadTarget(table, name);
  const known = mayBeSet(target, clock.now()) ? undefined : await togetherOr(look, { name, given }, deps);
  if (known !== undefined && !isOld(known, target)) return known;
  for (const ms of [0, ...pausesMs]) {
    if (ms > 0) await clock.pause(ms);
    const [service] = await services.describe(name.cluster, [name.service]);
    const read: Look = { service, at: clock.now() };
    if (!isOld(read, target)) return read;
    journal.record({ outcome: 'read is old', ...name });
  }
  throw new Unavailable(`${name.cluster}/${name.service}: ECS still shows what was before our last update`, {
    retryAfterSeconds,
  });
}

function isOld({ service, at }: Look, target: Target | undefined): boolean {
  return isOlderThanUs(service, target, at);
}

function togetherOr(
  look: Look | undefined,
  { name, given }: Pick<Turn, 'name' | 'given'>,
  deps: Deps,
): Promise<Look | undefined> {
  if (given === undefined || given.mates.length < 2) return Promise.resolve(undefined);
  const isFresh = look !== undefined && deps.clock.now() - look.at < freshMs;
  return isFresh ? Promise.resolve(look) : together(name, given, deps);
}

/** Members of a plan that begin together are looked at together. */
async function together(name: ServiceName, given: PlanTurn, deps: Deps): Promise<Look | undefined> {
  const service = await snapshotTogether(given, name, deps);
  return service === undefined ? undefined : { service, at: deps.clock.now() };
}
