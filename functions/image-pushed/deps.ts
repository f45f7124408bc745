import type { Target } from '../../shared/domain/target/state.ts';
import type { Clock, Images, Journal, Queue, Table } from '../../shared/ports.ts';
import type { RepositoryName } from '../../shared/records/inventory-record.ts';
import type { Home } from './classify.ts';
import type { Rules } from './decide/rule.ts';

/** All that deciding needs; it only reads. */
export interface PlanDeps {
  readonly home: Home;
  /** The configured ones; what the inventory knows of others does not count. */
  readonly clusters: readonly string[];
  readonly rules: Rules;
  readonly table: Table;
  /** The registry of this account and Region. */
  readonly images: Images;
  /** Tells when a tag was resolved. */
  readonly clock?: Clock | undefined;
  /** Who runs a repository, where that is not asked of the inventory in the table. */
  readonly running?: ((image: RepositoryName) => Promise<readonly Target[]>) | undefined;
}

export interface Deps extends PlanDeps {
  readonly mode: 'act' | 'observe';
  /** This function's own queue. */
  readonly pushes: Queue;
  readonly rollouts: Queue;
  readonly wakeups: Queue;
  readonly clock: Clock;
  readonly journal: Journal;
}
