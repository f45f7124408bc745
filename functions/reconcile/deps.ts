import type {
  Clock,
  Clusters,
  Journal,
  Queue,
  ScheduledTargets,
  Services,
  Table,
  TaskDefinitions,
  Tasks,
} from '../../shared/ports.ts';
import type { Settings } from './settings.ts';

export interface Deps extends Settings {
  /** This stack, as the clusters' tag names it. */
  readonly owner: string;
  readonly table: Table;
  readonly clusters: Clusters;
  readonly services: Services;
  readonly scheduledTargets: ScheduledTargets;
  /** For what revisions contain: each is described once ever. */
  readonly definitions: TaskDefinitions;
  readonly tasks: Tasks;
  /** This function's own queue. */
  readonly reconciles: Queue;
  /** Feeds image-pushed. */
  readonly pushes: Queue;
  readonly clock: Clock;
  readonly journal: Journal;
}
