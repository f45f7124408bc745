import { type FaultKind, Faults } from '../simulation/faults.ts';

interface Planned {
  readonly place: RegExp;
  readonly kind: FaultKind;
  times: number;
}

/** Faults strike where a case says so, and nowhere else. A place is `function:port.method`. */
export class PlannedFaults extends Faults {
  readonly #planned: Planned[] = [];

  constructor() {
    super(1, { plan: {}, without: new Set() });
  }

  plan(place: RegExp, kind: FaultKind, times = 1): void {
    this.#planned.push({ place, kind, times });
  }

  override strikes(place: string, kinds: readonly FaultKind[]): FaultKind | undefined {
    const found = this.#planned.find(
      (one) => one.times > 0 && one.place.test(place) && kinds.includes(one.kind),
    );
    if (found === undefined) return undefined;
    found.times -= 1;
    this.struck.push(`${found.kind}@${place}`);
    return found.kind;
  }
}
