import type { ServiceName } from '../../shared/domain/arn.ts';
import { chunks } from '../../shared/domain/chunks.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import type { Table } from '../../shared/ports.ts';
import { entriesOf, knownRepositories } from '../../shared/records/inventory-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';

/** So many reads at once. */
const atOnce = 20;

/** Every target of the inventory, by name. */
export async function allTargets(table: Table): Promise<readonly Target[]> {
  const names = new Map<string, ServiceName>();
  for (const some of chunks(await knownRepositories(table), atOnce)) {
    const entries = await Promise.all(some.map((repository) => entriesOf(table, repository)));
    for (const { cluster, service, isGone } of entries.flat())
      if (!isGone) names.set(`${cluster}/${service}`, { cluster, service });
  }
  const sorted = [...names].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const found: Target[] = [];
  for (const some of chunks(sorted, atOnce)) {
    const targets = await Promise.all(some.map(([, name]) => loadTarget(table, name)));
    found.push(...targets.filter((target) => target !== undefined));
  }
  return found;
}
