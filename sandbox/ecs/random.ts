/** A seeded source of everything that AWS would choose by chance. One seed replays one world. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  between(min: number, max: number): number;
  whole(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  shuffled<T>(list: readonly T[]): T[];
  digits(length: number): string;
  hex(length: number): string;
  word(length: number): string;
  uuid(): string;
}

/** sfc32, seeded by one number. https://pracrand.sourceforge.net/RNG_engines.txt */
function sfc32(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, (seed * 0x9e3779b9) | 0, 0x243f6a88, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

export function seededRandom(seed: number): Random {
  const next = sfc32(seed);
  const whole = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const from = (alphabet: string, length: number) => {
    let text = '';
    for (let count = 0; count < length; count += 1) text += alphabet[whole(0, alphabet.length - 1)] ?? '';
    return text;
  };
  const hex = (length: number) => from('0123456789abcdef', length);
  return {
    next,
    whole,
    hex,
    between: (min, max) => min + next() * (max - min),
    chance: (probability) => next() < probability,
    pick: (list) => list[whole(0, list.length - 1)] ?? list[0],
    shuffled: (list) =>
      list
        .map((value) => ({ value, rank: next() }))
        .toSorted((one, other) => one.rank - other.rank)
        .map(({ value }) => value),
    digits: (length) => from('0123456789', length),
    word: (length) => from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', length),
    uuid: () => `${hex(8)}-${hex(4)}-5${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
}
