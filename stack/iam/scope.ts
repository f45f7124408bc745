import { repositoryOf } from '../../shared/config/names.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import { global, here, type Intrinsic } from './statement.ts';

/** What slipway.yml says Slipway may see and touch, as ARNs. IAM's `*` crosses `/` and so is a little wider than a glob's. */
export interface Scope {
  readonly clusters: readonly Intrinsic[];
  /** Every service of the clusters: discovery looks at them. */
  readonly services: readonly Intrinsic[];
  /** Their deployments. */
  readonly deployments: readonly Intrinsic[];
  /** Those that a rule names, or a tag may name: none in observe mode. */
  readonly rollable: readonly Intrinsic[];
  /** Deployments of those. */
  readonly stoppable: readonly Intrinsic[];
  readonly tasks: readonly Intrinsic[];
  readonly repositories: readonly Intrinsic[];
  readonly passRoles: readonly Intrinsic[];
  readonly secrets: readonly Intrinsic[];
  /** `mode: act`. */
  readonly acts: boolean;
  /** Whether any rule moves EventBridge rules and schedules. */
  readonly schedules: boolean;
}

export function scopeOf(config: SlipwayConfig): Scope {
  const clusters = config.clusters.map(({ name }) => name);
  const acts = config.mode === 'act';
  const rolled = acts ? rollable(config) : [];
  return {
    clusters: clusters.map((name) => here('ecs', `cluster/${name}`)),
    services: clusters.map((name) => here('ecs', `service/${name}/*`)),
    deployments: clusters.map((name) => here('ecs', `service-deployment/${name}/*`)),
    rollable: rolled.map((service) => here('ecs', `service/${service}`)),
    stoppable: rolled.map((service) => here('ecs', `service-deployment/${service}/*`)),
    tasks: clusters.map((name) => here('ecs', `task/${name}/*`)),
    repositories: repositories(config).map((name) => here('ecr', `repository/${name}`)),
    passRoles: acts ? passRoles(config).map((name) => global('iam', `role/${name}`)) : [],
    secrets: secrets(config).map((name) => here('secretsmanager', `secret:${name}-??????`)),
    acts,
    schedules: config.deploy.some(({ schedules }) => schedules),
  };
}

function rollable({ clusters, deploy }: SlipwayConfig): readonly string[] {
  const everywhere = deploy.some(({ services }) => services === undefined);
  const whole = clusters.filter(({ adoptByTag }) => everywhere || adoptByTag).map(({ name }) => `${name}/*`);
  const named = deploy.flatMap(({ services }) => services ?? []).map(iamGlob);
  return withoutCovered([...whole, ...named]);
}

/** Who may opt in by tag may do so for any repository. Another registry is not read. */
function repositories({ clusters, deploy }: SlipwayConfig): readonly string[] {
  if (clusters.some(({ adoptByTag }) => adoptByTag)) return ['*'];
  const own = deploy.filter(({ image }) => repositoryOf(image) === image);
  return withoutCovered(own.map(({ image }) => iamGlob(image)));
}

function passRoles({ permissions }: SlipwayConfig): readonly string[] {
  return withoutCovered((permissions?.passRoles ?? []).map(iamGlob));
}

function secrets({ notify }: SlipwayConfig): readonly string[] {
  return [...new Set(notify.map(({ slack }) => slack.credentials))].toSorted();
}

function iamGlob(pattern: string): string {
  return pattern.replace(/\*+/g, '*');
}

/** Each pattern once, and none that a prefix pattern of the list covers. Sorted, so that order in the file changes nothing. */
function withoutCovered(patterns: readonly string[]): readonly string[] {
  const unique = [...new Set(patterns)].toSorted();
  const prefixes = unique.filter((pattern) => /^[^*?]*\*$/.test(pattern));
  return unique.filter(
    (pattern) => !prefixes.some((prefix) => prefix !== pattern && pattern.startsWith(prefix.slice(0, -1))),
  );
}
