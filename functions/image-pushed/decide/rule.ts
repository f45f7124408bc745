import { nameMatches } from '../../../shared/domain/name-glob.ts';
import { policyTag, type ServiceSnapshot } from '../../../shared/domain/service.ts';
import type { TagPolicy } from '../../../shared/domain/tag-policy/policy.ts';
import { parseServiceTagPolicy } from '../../../shared/domain/tag-policy/service-tag.ts';
import type { Base } from '../../../shared/domain/target/state.ts';

/** A deploy rule of the file, its tag policy checked. */
export interface Rule {
  readonly image: string;
  readonly policy: TagPolicy;
  readonly services?: readonly string[] | undefined;
  readonly containers?: readonly string[] | undefined;
  readonly base: Base;
}

export interface Rules {
  /** In the order of the file. */
  readonly deploy: readonly Rule[];
  /** Clusters in which a service may opt in by its own tag. */
  readonly adoptByTag: ReadonlySet<string>;
}

export type RuleChoice =
  | { readonly kind: 'rule'; readonly rule: Pick<Rule, 'policy' | 'containers' | 'base'> }
  | { readonly kind: 'none'; readonly reason: NoRule; readonly detail?: string };

export type NoRule =
  | 'no rule names it'
  | 'slipway:tags is not allowed in this cluster'
  | 'slipway:tags is invalid';

/** The first rule of the file that matches; then, where the cluster allows it, the service's own tag; then nothing. */
export function chooseRule(rules: Rules, repository: string, service: ServiceSnapshot): RuleChoice {
  const rule = rules.deploy.find(
    ({ image, services }) => nameMatches(image, repository) && names(services, service),
  );
  if (rule !== undefined) return { kind: 'rule', rule };
  const own = service.tags[policyTag];
  if (own === undefined) return { kind: 'none', reason: 'no rule names it' };
  if (!rules.adoptByTag.has(service.cluster)) {
    return { kind: 'none', reason: 'slipway:tags is not allowed in this cluster' };
  }
  const parsed = parseServiceTagPolicy(own);
  if (!parsed.ok) return { kind: 'none', reason: 'slipway:tags is invalid', detail: parsed.problem };
  return { kind: 'rule', rule: { policy: parsed.policy, base: 'running' } };
}

function names(globs: readonly string[] | undefined, { cluster, service }: ServiceSnapshot): boolean {
  return globs === undefined || globs.some((glob) => nameMatches(glob, `${cluster}/${service}`));
}

/** Repositories that any rule could want: what no rule wants needs no look at the clusters. */
export function mayWant({ deploy, adoptByTag }: Rules, repository: string): boolean {
  return adoptByTag.size > 0 || deploy.some(({ image }) => nameMatches(image, repository));
}
