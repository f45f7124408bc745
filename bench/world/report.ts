/** One bound, and what was measured beside it. */
export interface Bound {
  readonly what: string;
  readonly measured: number;
  readonly atMost: number;
}

export type Cell = string | number;

/** A table in Markdown: numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.map(shown).join(' | ')} |`;
  const rule = head.map((_, column) => (typeof rows[0]?.[column] === 'number' ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function shown(cell: Cell): string {
  if (typeof cell === 'string' || Number.isInteger(cell)) return cell.toLocaleString('en');
  return cell.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 3 });
}

/** Sums of fractions are off by as much. */
const tiny = 1e-9;

function holds({ measured, atMost }: Bound): boolean {
  return measured <= atMost + tiny;
}

/** Prints what was measured beside what it may be. Exits 1 where something is broken. */
export function judge(bounds: readonly Bound[]): void {
  const rows = bounds.map((one) => [one.what, one.measured, one.atMost, holds(one) ? 'holds' : 'BROKEN']);
  console.log(`\n${table(['bound', 'measured', 'at most', ''], rows)}`);
  if (!bounds.every(holds)) process.exitCode = 1;
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}
