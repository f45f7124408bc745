import type { DeployRule } from '../../shared/config/types.ts';

/** `semver ^1` of shop/web, every other key as `slipway.yml` leaves it. */
export function aRule(overrides: Partial<DeployRule> = {}): DeployRule {
  return {
    image: 'shop/web',
    tags: { semver: '^1' },
    base: 'running',
    adopt: 'baseline',
    parallel: 20,
    stopAfter: 1,
    everyMs: 60_000,
    rollback: 'automatic',
    timeoutMs: 15 * 60_000,
    bakeMs: 10 * 60_000,
    schedules: false,
    ...overrides,
  };
}
