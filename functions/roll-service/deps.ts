import type { ServiceName } from '../../shared/domain/arn.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Outcome, Rollout } from '../../shared/domain/target/state.ts';
import type { Clock, Journal, Services, Table, TaskDefinitions } from '../../shared/ports.ts';
import type { Mode } from './decide.ts';

export interface Deps {
  readonly table: Table;
  readonly services: Services;
  readonly definitions: TaskDefinitions;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly mode: Mode;
}

/** One attempt at one rollout. */
export interface Turn {
  readonly name: ServiceName;
  readonly rollout: Rollout;
}

/** A turn that has found out what to register. */
export interface Registering extends Turn {
  /** ARN of the revision that is cloned. */
  readonly base: string;
  /** Generations of the older rollouts that this one finishes as well. */
  readonly carries: readonly number[];
  readonly input: JsonObject;
}

/** The rollout is over before ECS had anything to do. */
export interface End {
  readonly kind: 'end';
  readonly outcome: Outcome;
  readonly reason: string;
  /** Nothing happened that anybody has to hear of. */
  readonly silent?: boolean;
}
