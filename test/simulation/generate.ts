import { type Random, seededRandom } from '../../sandbox/ecs/random.ts';
import type { Switches } from '../../sandbox/ecs/switches.ts';
import type { DeployRule } from '../../shared/config/types.ts';
import type { Case, ContainerPlan, PolicyKind, RepositoryPlan, ServicePlan } from './case.ts';
import { type FaultKind, type FaultPlan, faultKinds } from './faults.ts';
import { steps } from './script.ts';

const minute = 60_000;

export function generate(seed: number): Case {
  const random = seededRandom(seed);
  const repositories = repositoriesOf(random);
  const services = servicesOf(random, repositories);
  const activeMs = random.pick([5, 15, 30]) * minute;
  return {
    seed,
    repositories,
    services,
    deploy: repositories.map((repository) => ruleOf(random, repository, services)),
    reconcileMs: random.pick([5, 15]) * minute,
    switches: switchesOf(random),
    staleSeconds: random.pick([0, 0, 3, 10]),
    pace: random.pick([1, 1, 4]),
    latencyMs: random.pick([20, 60, 400]),
    faults: faultsOf(random),
    throttledAt: random.chance(0.15) ? random.whole(0, activeMs) : undefined,
    steps: steps(random, { repositories, services, activeMs }),
    activeMs,
  };
}

function repositoriesOf(random: Random): readonly RepositoryPlan[] {
  const policy = () => random.pick<PolicyKind>(['exact', 'exact', 'semver', 'semver', 'numerical', 'newest']);
  const web = { name: 'shop/web', policy: policy() };
  return random.chance(0.5) ? [web, { name: 'shop/proxy', policy: policy() }] : [web];
}

const names = ['web', 'api', 'worker', 'mail'] as const;

function servicesOf(random: Random, repositories: readonly RepositoryPlan[]): readonly ServicePlan[] {
  const count = random.pick([1, 1, 1, 2, 2, 3]);
  const sharesFamily = random.chance(0.2);
  const shared = containersOf(random, repositories);
  return names.slice(0, count).map((name) => ({
    name,
    family: sharesFamily ? 'shop' : name,
    containers: sharesFamily ? shared : containersOf(random, repositories),
    desired: random.pick([0, 1, 1, 1, 2, 3]),
    breaker: random.pick(['none', 'fails', 'rolls back', 'rolls back']),
    minimum: random.pick([0, 100, 100]),
    checksHealth: random.chance(0.3),
    strategy: random.chance(0.1) ? 'BLUE_GREEN' : 'ROLLING',
  }));
}

function containersOf(random: Random, repositories: readonly RepositoryPlan[]): readonly ContainerPlan[] {
  const [web, proxy] = repositories;
  const app = { name: 'app', repository: web?.name };
  const others: ContainerPlan[] = [];
  if (proxy !== undefined && random.chance(0.6)) others.push({ name: 'proxy', repository: proxy.name });
  else if (random.chance(0.3)) others.push({ name: 'second', repository: web?.name });
  if (random.chance(0.2)) others.push({ name: 'sidecar' });
  return [app, ...others];
}

const tagKeys: Readonly<Record<PolicyKind, DeployRule['tags']>> = {
  exact: { exact: 'latest' },
  semver: { semver: '^1' },
  numerical: { numerical: 'ascending' },
  newest: { newest: 'pushed' },
};

function ruleOf(
  random: Random,
  { name, policy }: RepositoryPlan,
  services: readonly ServicePlan[],
): DeployRule {
  return {
    image: name,
    tags: tagKeys[policy],
    base: random.chance(0.1) ? 'latest' : 'running',
    adopt: random.chance(0.15) ? 'now' : 'baseline',
    first: random.chance(0.25) ? `prod/${random.pick(services as [ServicePlan]).name}` : undefined,
    parallel: random.pick([1, 2, 20]),
    stopAfter: random.pick([1, 1, 2]),
    everyMs: random.pick([0, 20_000, 60_000, 180_000]),
    rollback: random.chance(0.1) ? 'notify' : 'automatic',
    timeoutMs: random.pick([5, 15]) * minute,
    bakeMs: random.pick([0, 1, 3, 10]) * minute,
    schedules: false,
  };
}

function switchesOf(random: Random): Partial<Switches> {
  return {
    throttling: false,
    finishedRowsStay: random.pick(['until task-free', 'until primary completed']),
    rollbackMakesNewId: random.chance(0.2),
    countExitsAfterRunning: random.chance(0.3),
    thirdBackOff: random.pick(['300 s', 'none within 20 min']),
    withoutCandidate: random.pick(['ROLLBACK_FAILED', 'STOPPED']),
    stopOfFinished: random.pick(['ConflictException', 'ServiceDeploymentNotFoundException']),
    serviceDeploymentLeads: random.chance(0.3),
    siblingsStillStart: random.chance(0.5),
    randomEnvironmentOrder: random.chance(0.3),
    randomContainerOrder: random.chance(0.2),
    addsFaultInjection: random.chance(0.2),
    ignoresSigterm: random.pick([0, 0, 0.3]),
    shortPages: random.chance(0.3),
  };
}

/** Some kinds often rather than all kinds seldom: faults hide one another. */
function faultsOf(random: Random): FaultPlan {
  if (random.chance(0.08)) return {};
  const strength = random.pick([0.003, 0.01, 0.03]);
  const chosen = faultKinds.filter(() => random.chance(0.4));
  return Object.fromEntries(chosen.map((kind) => [kind, Math.min(0.5, strength * weight[kind])]));
}

/** Places where a kind can strike are more for some than for others. */
const weight: Readonly<Record<FaultKind, number>> = {
  'crash before': 1,
  'crash after': 1,
  unavailable: 1,
  'answer lost': 5,
  'request lost': 5,
  throttled: 1,
  slow: 1,
  'timed out': 0.5,
  'acknowledgement lost': 5,
  'message twice': 5,
  'timer lost': 10,
  'stream record lost': 10,
  'event lost': 10,
  'event late': 10,
  'event twice': 10,
  'tick lost': 10,
};
