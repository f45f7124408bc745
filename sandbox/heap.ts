/** Hands out the least first. Ten thousand services have tens of thousands of timers and messages. */
export class Heap<T> {
  readonly #entries: T[] = [];
  readonly #isBefore: (one: T, other: T) => boolean;

  constructor(isBefore: (one: T, other: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get first(): T | undefined {
    return this.#entries[0];
  }

  add(entry: T): void {
    this.#entries.push(entry);
    let place = this.#entries.length - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#swapped(place, above)) return;
      place = above;
    }
  }

  take(): T | undefined {
    const first = this.#entries[0];
    const last = this.#entries.pop();
    if (last === undefined || this.#entries.length === 0) return first;
    this.#entries[0] = last;
    this.#sink();
    return first;
  }

  #sink(): void {
    let place = 0;
    for (;;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const [one, other] = [this.#entries[left], this.#entries[right]];
      const least = one !== undefined && other !== undefined && this.#isBefore(other, one) ? right : left;
      if (!this.#swapped(least, place)) return;
      place = least;
    }
  }

  /** Moves the lower of two entries up where it comes before the upper one. */
  #swapped(lower: number, upper: number): boolean {
    const [below, above] = [this.#entries[lower], this.#entries[upper]];
    if (below === undefined || above === undefined || !this.#isBefore(below, above)) return false;
    this.#entries[lower] = above;
    this.#entries[upper] = below;
    return true;
  }
}
