import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { type Core, span } from '../core.ts';
import type { Service } from '../state.ts';
import type { Snapshot } from '../state-parts.ts';
import { describeServiceDeployment } from './service-deployment-view.ts';
import { describeService } from './service-view.ts';

/** Keeps what reads would have shown, as long as a lagging read may ask for it. */
export function takeSnapshots(core: Core): void {
  const { staleReadsSeconds: lag } = core.switches;
  const oldest = core.clock.now() - span(core, lag);
  for (const service of lag === 0 ? [] : core.touched) keep(core, service, oldest);
  core.touched.clear();
}

function keep(core: Core, service: Service, oldest: number): void {
  const { snapshots } = service;
  const taken = take(core, service);
  if (snapshots.at(-1)?.at === taken.at) snapshots.pop();
  snapshots.push(taken);
  while (snapshots[1] !== undefined && snapshots[1].at <= oldest) snapshots.shift();
}

function take(core: Core, service: Service): Snapshot {
  const deployments = service.serviceDeployments.map(
    (record) => [record.arn, describeServiceDeployment(core, record)] as const,
  );
  return { at: core.clock.now(), service: describeService(core, service), deployments: new Map(deployments) };
}

/** What a read sees: now, or some seconds ago. A service that was not there yet is missing. */
export function seen(core: Core, service: Service): Snapshot | undefined {
  const lag = core.switches.staleReadsSeconds;
  if (lag === 0) return take(core, service);
  const at = core.clock.now() - span(core, core.random.between(0, lag));
  return service.snapshots.findLast((snapshot) => snapshot.at <= at);
}

/** Lists leave out what was made after the moment that they show. */
export function listedUntil({ clock, pace, random, switches }: Core): number {
  const lag = switches.staleReadsSeconds;
  return lag === 0 ? clock.now() : clock.now() - random.between(0, lag * 1000) / pace;
}

export function seenService(core: Core, service: Service): JsonObject | undefined {
  return core.switches.staleReadsSeconds === 0
    ? describeService(core, service)
    : seen(core, service)?.service;
}
