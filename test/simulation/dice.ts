/** Chance by place: what is drawn for one place of the schedule does not move when another place is left out. */
export class Dice {
  readonly #seed: number;
  readonly #counts = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** How often this place has been passed so far. */
  count(place: string): number {
    const passed = (this.#counts.get(place) ?? 0) + 1;
    this.#counts.set(place, passed);
    return passed;
  }

  /** At least 0, below 1: the same for the same seed, place and passage. */
  at(place: string, passage: number): number {
    return (
      (hashed(place, Math.imul(this.#seed, 0x9e3779b1) ^ Math.imul(passage, 0x85ebca6b)) >>> 0) / 2 ** 32
    );
  }

  roll(place: string): number {
    return this.at(place, this.count(place));
  }

  whole(place: string, min: number, max: number): number {
    return min + Math.floor(this.roll(place) * (max - min + 1));
  }
}

/** FNV-1a, and murmur3's last mix. */
function hashed(text: string, start: number): number {
  let hash = 0x811c9dc5 ^ start;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
