import type { ServiceName } from '../../../shared/domain/arn.ts';
import { isSameRegistry } from '../../../shared/domain/image-ref.ts';
import { nameMatches } from '../../../shared/domain/name-glob.ts';
import { isScheduled } from '../../../shared/domain/scheduled-name.ts';
import { policyTag } from '../../../shared/domain/service.ts';
import { describePolicy, type TagPolicy } from '../../../shared/domain/tag-policy/policy.ts';
import { parseServiceTagPolicy } from '../../../shared/domain/tag-policy/service-tag.ts';
import { type Base, defaultTerms, type Terms } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';

/** What a bad image of this rule may hurt. */
export interface Bounds {
  readonly first?: ServiceName | undefined;
  readonly parallel: number;
  readonly stopAfter: number;
}

/** A deploy rule, its tag policy checked. */
export interface Rule {
  /** Where its images are. */
  readonly registry: string;
  readonly image: string;
  readonly policy: TagPolicy;
  readonly services?: readonly string[] | undefined;
  readonly containers?: readonly string[] | undefined;
  readonly base: Base;
  readonly adopt: 'baseline' | 'now';
  readonly terms: Terms;
  /** Missing for a service's own tag, which is a rule for that service alone. */
  readonly bounds?: Bounds | undefined;
  readonly schedules: boolean;
}

export interface Rules {
  /** In the order of the file. */
  readonly deploy: readonly Rule[];
  /** Clusters in which a service may opt in by its own tag. */
  readonly adoptByTag: ReadonlySet<string>;
  /** The registry of this account and Region. */
  readonly home: string;
}

export interface Image {
  readonly registry: string;
  readonly repository: string;
}

export type RuleChoice =
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'none'; readonly reason: NoRule; readonly detail?: string };

export type NoRule =
  | 'no rule names it'
  | 'slipway:tags is not allowed in this cluster'
  | 'slipway:tags is invalid';

/** The first rule of the file that matches; then, where the cluster allows it, the service's own tag; then nothing. */
export function chooseRule(
  rules: Rules,
  image: Image,
  target: Pick<Target, 'cluster' | 'service' | 'seen'>,
): RuleChoice {
  const rule = rules.deploy.find((one) => wants(one, image) && names(one, target));
  if (rule !== undefined) return { kind: 'rule', rule };
  const own = isSameRegistry(rules.home, image.registry) ? target.seen?.tags[policyTag] : undefined;
  if (own === undefined) return { kind: 'none', reason: 'no rule names it' };
  if (!rules.adoptByTag.has(target.cluster)) {
    return { kind: 'none', reason: 'slipway:tags is not allowed in this cluster' };
  }
  const parsed = parseServiceTagPolicy(own);
  if (!parsed.ok) return { kind: 'none', reason: 'slipway:tags is invalid', detail: parsed.problem };
  return { kind: 'rule', rule: ownRule(image, parsed.policy) };
}

function ownRule({ registry, repository }: Image, policy: TagPolicy): Rule {
  const asked = { base: 'running', adopt: 'baseline', schedules: false } as const;
  return { registry, image: repository, policy, ...asked, terms: defaultTerms };
}

function wants({ registry, image }: Rule, wanted: Image): boolean {
  return isSameRegistry(registry, wanted.registry) && nameMatches(image, wanted.repository);
}

/** What fires tasks has no name that a person would write into `services`: there the clusters count. */
function names({ services, schedules }: Rule, { cluster, service }: ServiceName): boolean {
  if (!isScheduled({ service })) {
    return services === undefined || services.some((glob) => nameMatches(glob, `${cluster}/${service}`));
  }
  const isIn = (glob: string) => nameMatches(glob.slice(0, Math.max(0, glob.indexOf('/'))), cluster);
  return schedules && (services === undefined || services.some(isIn));
}

/** Images that any rule could want: what no rule wants is read no further. */
export function mayWant({ deploy, adoptByTag, home }: Rules, image: Image): boolean {
  const byTag = adoptByTag.size > 0 && isSameRegistry(home, image.registry);
  return byTag || deploy.some((rule) => wants(rule, image));
}

/** A rule in a person's words, told apart from those of the same policy. */
export function ruleWords({ policy, services }: Rule): string {
  const words = describePolicy(policy);
  return services === undefined ? words : `${words} for ${services.join(', ')}`;
}
