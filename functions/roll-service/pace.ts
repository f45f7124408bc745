import type { Api, Lane } from '../../shared/domain/pacing/rates.ts';
import type { Clock, Table } from '../../shared/ports.ts';
import { reserve } from '../../shared/records/pacing-record.ts';

/** A slot that is nearer is waited for. */
const nearMs = 1_000;
/** A slot may be used so much later than it was given for; calls that are late by more would come in a burst that nobody allowed. */
const lateMs = 5_000;

export interface SlotAsked {
  readonly api: Api;
  readonly lane: Lane;
  /** A slot that this call was given before. One that has gone by is lost. */
  readonly reserved?: number | undefined;
}

export interface PaceDeps {
  readonly table: Table;
  readonly clock: Clock;
  /** Percent of AWS's rates. */
  readonly share: number;
}

export type SlotTaken = { readonly kind: 'go' } | { readonly kind: 'later'; readonly at: number };

/** When a call of ECS may be made. `go`: now, after a pause of a second at most. `later`: note the slot, and come back with it. */
export async function takeSlot({ api, lane, reserved }: SlotAsked, deps: PaceDeps): Promise<SlotTaken> {
  const { clock, share } = deps;
  const stands = reserved !== undefined && clock.now() - reserved <= lateMs;
  const [slot = clock.now()] = stands ? [reserved] : await reserve(deps, api, { lane, count: 1, share });
  const wait = slot - clock.now();
  if (wait > nearMs) return { kind: 'later', at: slot };
  if (wait > 0) await clock.pause(wait);
  return { kind: 'go' };
}
