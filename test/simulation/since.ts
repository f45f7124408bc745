import { show } from '../../sandbox/ecs/input.ts';
import type { Plan } from '../../shared/domain/plan/state.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import type { Item } from '../../shared/ports.ts';

/** Since when something has been written: whoever reads later must know it. */
export class Since {
  readonly #times = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  written({ pk, sk, body }: Item): void {
    if (sk === 'pause') this.#note(`paused ${show(body['paused'])} ${show(body['at'])}`);
    if (sk !== 'state') return;
    if (pk.startsWith('target#')) this.#target(body as unknown as Target);
    if (pk.startsWith('plan#')) this.#plan(body as unknown as Plan);
  }

  generation(service: string, generation: number): number {
    return this.#time(`generation ${service} ${generation}`);
  }

  ended(service: string, generation: number): number {
    return this.#time(`ended ${service} ${generation}`);
  }

  /** When the state of a target was written last. */
  rewritten(service: string): number {
    return this.#time(`written ${service}`);
  }

  hold(service: string, at: number): number {
    return this.#time(`hold ${service} ${at}`);
  }

  quarantine(service: string, digest: string, at: number): number {
    return this.#time(`quarantine ${service} ${digest} ${at}`);
  }

  paused(at: number): number {
    return this.#time(`paused true ${at}`);
  }

  stopped(plan: string): number {
    return this.#time(`stopped ${plan}`);
  }

  #target({ service, generation, hold, quarantine = [], rollouts }: Target): void {
    this.#times.set(`written ${service}`, this.#now());
    this.#note(`generation ${service} ${generation}`);
    if (hold !== undefined) this.#note(`hold ${service} ${hold.at}`);
    for (const { digest, at } of quarantine) this.#note(`quarantine ${service} ${digest} ${at}`);
    for (const one of rollouts)
      if (one.endedAt !== undefined) this.#note(`ended ${service} ${one.generation}`);
  }

  #plan({ id, stopped }: Plan): void {
    if (stopped !== undefined) this.#note(`stopped ${id}`);
  }

  #note(what: string): void {
    if (!this.#times.has(what)) this.#times.set(what, this.#now());
  }

  #time(what: string): number {
    return this.#times.get(what) ?? Number.POSITIVE_INFINITY;
  }
}
