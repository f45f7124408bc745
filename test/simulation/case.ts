import type { Switches } from '../../sandbox/ecs/switches.ts';
import type { Behaviour } from '../../sandbox/world-types.ts';
import type { DeployRule } from '../../shared/config/types.ts';
import type { CommandName } from '../../shared/domain/command.ts';
import type { FaultPlan } from './faults.ts';

export type PolicyKind = 'exact' | 'semver' | 'numerical' | 'newest';

export interface RepositoryPlan {
  readonly name: string;
  readonly policy: PolicyKind;
}

export interface ContainerPlan {
  readonly name: string;
  /** Missing: an image of another registry, which no rule names. */
  readonly repository?: string | undefined;
}

export interface ServicePlan {
  readonly name: string;
  readonly family: string;
  readonly containers: readonly ContainerPlan[];
  readonly desired: number;
  readonly breaker: 'none' | 'fails' | 'rolls back';
  readonly minimum: 0 | 100;
  readonly checksHealth: boolean;
  readonly strategy: 'ROLLING' | 'BLUE_GREEN';
}

/** One schedule: a world, what happens in it, and what goes wrong. */
export interface Case {
  readonly seed: number;
  readonly repositories: readonly RepositoryPlan[];
  readonly services: readonly ServicePlan[];
  readonly deploy: readonly DeployRule[];
  readonly reconcileMs: number;
  readonly switches: Partial<Switches>;
  /** Reads of ECS lag by up to so many seconds. */
  readonly staleSeconds: number;
  readonly pace: number;
  readonly latencyMs: number;
  readonly faults: FaultPlan;
  readonly throttledAt?: number | undefined;
  readonly steps: readonly Step[];
  readonly activeMs: number;
}

/** What people and other programs do. Times in milliseconds from the beginning. */
export type Deed =
  | {
      readonly do: 'push';
      readonly repository: string;
      readonly behaviour: Behaviour;
      readonly back: boolean;
    }
  | { readonly do: 'tag again'; readonly repository: string; readonly which: number }
  | { readonly do: 'set service'; readonly service: string; readonly to: 'first' | 'previous' | 'clone' }
  | { readonly do: 'register'; readonly family: string }
  | { readonly do: 'hold tag'; readonly service: string }
  | { readonly do: 'free tag'; readonly service: string }
  | { readonly do: 'scale'; readonly service: string; readonly count: number }
  | { readonly do: 'no capacity'; readonly forMs: number }
  | { readonly do: 'exit a task'; readonly service: string }
  | { readonly do: 'command'; readonly service: string; readonly name: CommandName };

export interface Step {
  readonly at: number;
  readonly deed: Deed;
}
