import type { SlipwayConfig } from '../../shared/config/types.ts';

export interface Settings {
  readonly mode: SlipwayConfig['mode'];
  readonly clusterNames: readonly string[];
  /** Some rule moves schedules and rules too. */
  readonly movesSchedules: boolean;
  readonly intervalMs: number;
}

/** The checked `slipway.yml` as this function uses it. */
export function settingsOf({ mode, clusters, deploy, reconcileMs }: SlipwayConfig): Settings {
  return {
    mode,
    clusterNames: clusters.map(({ name }) => name),
    movesSchedules: deploy.some(({ schedules }) => schedules),
    intervalMs: reconcileMs,
  };
}
