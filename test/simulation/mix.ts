import type { Result } from './run.ts';

/** How often each fault, deed and outcome was reached: what nobody reached proves nothing. */
export type Mix = Record<string, Record<string, number>>;

export function mixOf({ struck, deeds, outcomes }: Pick<Result, 'struck' | 'deeds' | 'outcomes'>): Mix {
  const faults = struck.map((name) => name.split('@')[0] ?? '');
  return { faults: counted(faults), deeds: counted(deeds), announced: counted(outcomes) };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

export function addTo(sum: Mix, more: Mix): void {
  for (const [group, counts] of Object.entries(more)) {
    const known = sum[group] ?? {};
    sum[group] = known;
    for (const [name, count] of Object.entries(counts)) known[name] = (known[name] ?? 0) + count;
  }
}

export function printed(mix: Mix): string {
  return Object.entries(mix)
    .map(([group, counts]) => `${group}: ${listed(counts)}`)
    .join('\n');
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
