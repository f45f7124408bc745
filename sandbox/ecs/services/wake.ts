import { after, type Core, span } from '../core.ts';
import type { Service } from '../state.ts';

/** Asks for a round of the scheduler. An earlier one that is due serves as well: it asks again when it must. */
export function requestPass(core: Core, service: Service, inSeconds: number): void {
  const at = core.clock.now() + span(core, inSeconds);
  if (service.pass !== undefined && service.pass.at <= at) return;
  service.pass?.cancel();
  const cancel = after(core, inSeconds, () => {
    service.pass = undefined;
    for (const pass of core.passes) pass(service);
  });
  service.pass = { at, cancel };
}

export function requestPassAt(core: Core, service: Service, at: number): void {
  requestPass(core, service, (Math.max(0, at - core.clock.now()) * core.pace) / 1000);
}
