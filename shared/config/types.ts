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
