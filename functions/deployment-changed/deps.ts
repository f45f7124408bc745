import type { Clock, Journal, Queue, Services, Table, Tasks } from '../../shared/ports.ts';

export interface Deps {
  readonly table: Table;
  readonly services: Services;
  readonly tasks: Tasks;
  /** `rollouts.fifo`: only roll-service acts. */
  readonly rollouts: Queue;
  /** This function's own queue. */
  readonly looks: Queue;
  readonly wakeups: Queue;
  readonly clock: Clock;
  readonly journal: Journal;
}
