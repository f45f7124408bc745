import { OutcomeUnknown, Unavailable } from '../../shared/faults.ts';
import { Dice } from './dice.ts';

/** Everything that a schedule may suffer. Each schedule has some of them. */
export const faultKinds = [
  'crash before',
  'crash after',
  'unavailable',
  'answer lost',
  'request lost',
  'throttled',
  'slow',
  'timed out',
  'acknowledgement lost',
  'message twice',
  'timer lost',
  'stream record lost',
  'event lost',
  'event late',
  'event twice',
  'tick lost',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Probability of each kind, per place where it can strike. */
export type FaultPlan = Readonly<Partial<Record<FaultKind, number>>>;

export interface FaultSettings {
  readonly plan: FaultPlan;
  /** Of kinds, or of single faults by their names: what shrinking left out. */
  readonly without: ReadonlySet<string>;
}

/** Says where a fault strikes, and keeps the list of those that did. */
export class Faults {
  readonly struck: string[] = [];
  readonly #dice: Dice;
  readonly #settings: FaultSettings;
  on = true;

  constructor(seed: number, settings: FaultSettings) {
    this.#dice = new Dice(seed);
    this.#settings = settings;
  }

  get dice(): Dice {
    return this.#dice;
  }

  /** At most one of these kinds strikes here. */
  strikes(place: string, kinds: readonly FaultKind[], times = 1): FaultKind | undefined {
    const passage = this.#dice.count(place);
    if (!this.on) return undefined;
    let left = this.#dice.at(place, passage);
    for (const kind of kinds) {
      const probability = (this.#settings.plan[kind] ?? 0) * times;
      if (left < probability) return this.#unlessLeftOut(kind, `${kind}@${place}#${passage}`);
      left -= probability;
    }
    return undefined;
  }

  #unlessLeftOut(kind: FaultKind, name: string): FaultKind | undefined {
    const { without } = this.#settings;
    if (without.has(name) || without.has(kind)) return undefined;
    this.struck.push(name);
    return kind;
  }
}

const common: readonly FaultKind[] = ['crash before', 'crash after', 'slow', 'timed out'];
const reads: readonly FaultKind[] = [...common, 'unavailable', 'throttled'];
const writes: readonly FaultKind[] = [...common, 'unavailable', 'answer lost'];
const effects: readonly FaultKind[] = [...common, 'throttled', 'request lost', 'answer lost'];

const ownStore: readonly FaultKind[] = [...common, 'unavailable'];

/** Calls with an effect of which nobody can tell, without an answer, whether it took place. */
const unknowable: ReadonlySet<string> = new Set([
  'services.update',
  'services.rollBack',
  'definitions.register',
  'scheduled.set',
]);

/** Few calls are such, and most of what can go wrong for good does so there. */
export function timesMoreOf(call: string): number {
  return unknowable.has(call) ? 4 : 1;
}

/** What may go wrong with one call of a port. */
export function faultsOf(call: string): readonly FaultKind[] {
  if (unknowable.has(call)) return effects;
  if (call === 'clock.pause') return ['crash before', 'crash after'];
  if (call.startsWith('table.')) return call === 'table.write' ? writes : ownStore;
  if (call.endsWith('.send') || call.endsWith('.publish') || call === 'clusters.setTag') return writes;
  return reads;
}

/** The answer to a call whose request or answer was lost. */
export function noAnswer(call: string): Error {
  const text = `${call}: no answer`;
  return unknowable.has(call) ? new OutcomeUnknown(text) : new Unavailable(text);
}
