import type { ServiceName } from '../../shared/domain/arn.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { PlanTurn } from '../../shared/domain/nudge.ts';
import type { ServiceSnapshot } from '../../shared/domain/service.ts';
import type { Images } from '../../shared/domain/target/images.ts';
import type { Outcome, Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import type {
  Clock,
  Journal,
  Queue,
  ScheduledTargets,
  Services,
  Table,
  TaskDefinitions,
  Tasks,
} from '../../shared/ports.ts';
import type { Mode } from './decide.ts';

export interface Deps {
  readonly table: Table;
  readonly services: Services;
  readonly tasks: Tasks;
  readonly definitions: TaskDefinitions;
  readonly scheduledTargets: ScheduledTargets;
  /** This function's own queue, `rollouts.fifo`. */
  readonly rollouts: Queue;
  readonly wakeups: Queue;
  /** Feeds `reconcile`. */
  readonly reconciles: Queue;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly mode: Mode;
  /** Percent of ECS's request rates. */
  readonly share: number;
}

/** One attempt at one rollout. */
export interface Turn {
  readonly name: ServiceName;
  readonly rollout: Rollout;
  /** The turn that its plan gave it. */
  readonly given?: PlanTurn | undefined;
}

/** One attempt, with all that is remembered of its target. */
export interface KnownTurn extends Turn {
  readonly target: Target;
}

/** A service as it was read in this attempt. */
export interface Look {
  readonly service: ServiceSnapshot | undefined;
  readonly at: number;
}

/** A turn that has found out what to register. */
export interface Registering extends Turn {
  /** ARN of the revision that is cloned, and of the one that the target is set to. */
  readonly base: string;
  readonly running: string;
  /** Generations of the older rollouts that this one finishes as well. */
  readonly carries: readonly number[];
  /** Container → image, of every container of the clone. */
  readonly holds: Images;
  readonly input: JsonObject;
}

/** The rollout is over before ECS had anything to do. */
export interface End {
  readonly kind: 'end';
  readonly outcome: Outcome;
  readonly reason: string;
  /** Nothing happened that anybody has to hear of. */
  readonly silent?: boolean;
  /** The target has what the rollout wanted already. */
  readonly isThere?: boolean;
  /** Its revision, registered already, holds an image that has failed elsewhere. */
  readonly leavesBad?: boolean;
}

/** How an attempt ends. `lost turn`: the state is not what it was, so everything is looked at again. */
export type Done = 'done' | 'lost turn';
