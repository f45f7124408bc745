import type { SlipwayConfig } from '../../shared/config/types.ts';
import { parseTagPolicy } from '../../shared/domain/tag-policy/parse.ts';
import type { Rules } from './decide/rule.ts';

/** The checked `slipway.yml` as this function uses it. Throws where a tag policy is invalid: packaging has refused that. */
export function settingsOf({ mode, clusters, deploy }: SlipwayConfig): {
  readonly mode: SlipwayConfig['mode'];
  readonly clusters: readonly string[];
  readonly rules: Rules;
} {
  const rules: Rules = {
    deploy: deploy.map(({ image, tags, services, containers, base }) => {
      const parsed = parseTagPolicy(tags);
      if (!parsed.ok) throw new Error(`deploy rule ${image}: ${parsed.problem}`);
      return { image, policy: parsed.policy, services, containers, base };
    }),
    adoptByTag: new Set(clusters.filter(({ adoptByTag }) => adoptByTag).map(({ name }) => name)),
  };
  return { mode, clusters: clusters.map(({ name }) => name), rules };
}
