import type { Rule, Rules } from '../../../functions/image-pushed/decide/rule.ts';
import type { Platform } from '../../../shared/domain/platform.ts';
import type { ServiceSnapshot } from '../../../shared/domain/service.ts';
import { parseTagPolicy } from '../../../shared/domain/tag-policy/parse.ts';
import type { TagPolicy, TagPolicySource } from '../../../shared/domain/tag-policy/policy.ts';
import { defaultTerms } from '../../../shared/domain/target/rollout.ts';
import type { ContainerImage, Seen, Target } from '../../../shared/domain/target/state.ts';
import { arn, aService, aTarget, at, registry } from '../../builders/rollouts.ts';

export function aPolicy(source: TagPolicySource): TagPolicy {
  const parsed = parseTagPolicy(source);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.policy;
}

export function aRule(overrides: Partial<Rule> = {}): Rule {
  return {
    registry,
    image: 'shop/web',
    policy: aPolicy({ semver: '^1' }),
    base: 'running',
    adopt: 'baseline',
    schedules: false,
    terms: defaultTerms,
    bounds: { parallel: 20, stopAfter: 1 },
    ...overrides,
  };
}

export function rules(...deploy: readonly Rule[]): Rules {
  return { deploy, adoptByTag: new Set(), home: registry };
}

/** A service with what its running revision says. */
export interface Candidate {
  readonly service: ServiceSnapshot;
  readonly containers: readonly ContainerImage[];
  readonly platform: Platform | undefined;
}

/** prod/web, whose container `app` runs shop/web:1.0.0. */
export function aCandidate(overrides: Partial<Candidate> = {}): Candidate {
  return {
    service: aService(),
    containers: [
      { name: 'app', image: `${registry}/shop/web:1.0.0` },
      { name: 'log', image: 'fluent/fluent-bit:2' },
    ],
    platform: { os: 'linux', architecture: 'amd64' },
    ...overrides,
  };
}

export function seenAs({ service, containers, platform }: Candidate): Seen {
  const { status, controller, managedByEcs, taskDefinition, tags } = service;
  return {
    at: at(-60),
    status,
    controller,
    managedByEcs,
    revision: taskDefinition,
    containers,
    platform,
    tags,
  };
}

/** The target of a service that runs these, in this order: app, more-1, more-2 … */
export function runningTarget(...images: readonly string[]): Target {
  const containers = images.map((image, index) => ({ name: index === 0 ? 'app' : `more-${index}`, image }));
  return { ...aTarget(), seen: { ...seenAs(aCandidate({ containers })), revision: arn(1) } };
}
