import type { Rule, Rules } from '../../../functions/image-pushed/decide/rule.ts';
import type { Candidate } from '../../../functions/image-pushed/decide.ts';
import { parseTagPolicy } from '../../../shared/domain/tag-policy/parse.ts';
import type { TagPolicy, TagPolicySource } from '../../../shared/domain/tag-policy/policy.ts';
import { aService, registry } from '../../builders/rollouts.ts';

export function aPolicy(source: TagPolicySource): TagPolicy {
  const parsed = parseTagPolicy(source);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.policy;
}

export function aRule(overrides: Partial<Rule> = {}): Rule {
  return { image: 'shop/web', policy: aPolicy({ semver: '^1' }), base: 'running', ...overrides };
}

export function rules(...deploy: readonly Rule[]): Rules {
  return { deploy, adoptByTag: new Set() };
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
