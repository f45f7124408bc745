import type { TagPolicySource } from '../domain/tag-policy/policy.ts';

/** `slipway.yml` after parsing, with every default filled in. Plain JSON: it is compiled into each bundle. */
export interface SlipwayConfig {
  readonly version: 1;
  readonly mode: Mode;
  readonly clusters: readonly ClusterConfig[];
  /** Missing only where nothing is packaged. */
  readonly permissions?: PermissionsConfig | undefined;
  /** In the order of the file: the first rule that matches decides. */
  readonly deploy: readonly DeployRule[];
  /** How often lost pushes are looked for. Milliseconds, whole minutes. */
  readonly reconcileMs: number;
  /** Percent of ECS's request rates that Slipway takes. */
  readonly share: number;
  readonly notify: readonly NotifyRule[];
}

export type Mode = 'act' | 'observe';

export interface ClusterConfig {
  readonly name: string;
  /** Whether services here may opt in with the ECS tag `slipway:tags`. */
  readonly adoptByTag: boolean;
}

export interface PermissionsConfig {
  /** Names of IAM roles, with their path where they have one; `*` and `?` as in IAM. */
  readonly passRoles: readonly string[];
}

export interface DeployRule {
  /** ECR repository, a glob as `nameMatches` reads it. */
  readonly image: string;
  /** The tag policy as written and already checked: `parseTagPolicy` makes the policy of it. */
  readonly tags: TagPolicySource;
  /** `cluster/service` globs. Missing: every service of `clusters` that runs the image. */
  readonly services?: readonly string[] | undefined;
  /** Missing: every container whose image is this repository. */
  readonly containers?: readonly string[] | undefined;
  readonly base: 'running' | 'latest';
  /** `baseline`: what runs when a target is first seen stays until the next push. */
  readonly adopt: 'baseline' | 'now';
  /** `cluster/service`: rolled and verified before the others. */
  readonly first?: string | undefined;
  /** At most so many targets at once. */
  readonly parallel: number;
  /** So many failures of a digest, and the remaining targets are left alone. */
  readonly stopAfter: number;
  readonly everyMs: number;
  readonly rollback: 'automatic' | 'notify';
  readonly timeoutMs: number;
  readonly bakeMs: number;
  /** Also EventBridge rules and schedules that run the image. */
  readonly schedules: boolean;
}

export interface NotifyRule {
  readonly slack: {
    /** Name of the Secrets Manager secret that holds the webhook's URL. */
    readonly credentials: string;
  };
  readonly only?: NoticeFilter | undefined;
}

/** What is missing filters nothing. */
export interface NoticeFilter {
  readonly kinds?: readonly string[] | undefined;
  readonly services?: readonly string[] | undefined;
  /** This severity and the graver ones. */
  readonly severity?: 'info' | 'warning' | 'error' | undefined;
}
