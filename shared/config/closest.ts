/** The candidate that was probably meant, or undefined where none is near. Ties: the first candidate. */
export function closest(written: string, candidates: readonly string[]): string | undefined {
  const text = written.toLowerCase();
  const begun = candidates.filter(
    (candidate) => text.length >= 3 && candidate.toLowerCase().startsWith(text),
  );
  if (begun[0] !== undefined) return begun[0];
  const near = Math.max(1, Math.floor(Math.min(text.length, 20) / 3));
  const ranked = candidates
    .filter((candidate) => Math.abs(candidate.length - text.length) <= near)
    .map((candidate) => ({ candidate, distance: distance(text, candidate.toLowerCase()) }))
    .filter((entry) => entry.distance <= near)
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** Edits (insert, delete, replace, swap neighbours) from one text to the other. */
function distance(from: string, to: string): number {
  let rows: Rows = { beforeLast: [], last: Array.from({ length: to.length + 1 }, (_, column) => column) };
  for (let row = 1; row <= from.length; row++) {
    rows = { beforeLast: rows.last, last: nextRow(from.slice(0, row), to, rows) };
  }
  return rows.last[to.length] ?? 0;
}

interface Rows {
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
}

function nextRow(from: string, to: string, { beforeLast, last }: Rows): readonly number[] {
  const current = [from.length];
  for (let column = 1; column <= to.length; column++) {
    const isSame = from.at(-1) === to[column - 1];
    const isSwap = column > 1 && from.at(-1) === to[column - 2] && from.at(-2) === to[column - 1];
    current[column] = Math.min(
      at(last, column - 1) + (isSame ? 0 : 1),
      isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      at(last, column) + 1,
      at(current, column - 1) + 1,
    );
  }
  return current;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
