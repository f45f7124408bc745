import type { DeployRule, SlipwayConfig } from '../../shared/config/types.ts';
import { ecrRegistry, ecrRegistryOf } from '../../shared/domain/image-ref.ts';
import { parseTagPolicy } from '../../shared/domain/tag-policy/parse.ts';
import type { Home } from './classify.ts';
import type { Rule, Rules } from './decide/rule.ts';

export interface Settings {
  readonly mode: SlipwayConfig['mode'];
  readonly clusters: readonly string[];
  readonly rules: Rules;
}

/** The checked `slipway.yml` as this function uses it. Throws where a tag policy is invalid: packaging has refused that. */
export function settingsOf({ mode, clusters, deploy }: SlipwayConfig, home: Home): Settings {
  const registry = ecrRegistry(home.account, home.region);
  const rules: Rules = {
    deploy: deploy.map((rule) => ruleOf(rule, registry)),
    adoptByTag: new Set(clusters.filter(({ adoptByTag }) => adoptByTag).map(({ name }) => name)),
    home: registry,
  };
  return { mode, clusters: clusters.map(({ name }) => name), rules };
}

function ruleOf(rule: DeployRule, home: string): Rule {
  const { tags, services, containers, base, adopt, schedules } = rule;
  const parsed = parseTagPolicy(tags);
  if (!parsed.ok) throw new Error(`deploy rule ${rule.image}: ${parsed.problem}`);
  const { everyMs, timeoutMs, bakeMs, rollback, first, parallel, stopAfter } = rule;
  return {
    ...imageOf(rule.image, home),
    policy: parsed.policy,
    services,
    containers,
    base,
    adopt,
    schedules,
    terms: { everyMs, timeoutMs, bakeMs, rollback },
    bounds: { first: first === undefined ? undefined : nameOf(first), parallel, stopAfter },
  };
}

/** An image may name its registry: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop/web`. */
function imageOf(text: string, home: string): Pick<Rule, 'registry' | 'image'> {
  const slash = text.indexOf('/');
  const registry = ecrRegistryOf(text.slice(0, Math.max(0, slash)));
  return registry === undefined
    ? { registry: home, image: text }
    : { registry, image: text.slice(slash + 1) };
}

function nameOf(text: string) {
  const slash = text.indexOf('/');
  return { cluster: text.slice(0, slash), service: text.slice(slash + 1) };
}
