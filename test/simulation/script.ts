import type { Random } from '../../sandbox/ecs/random.ts';
import type { Behaviour } from '../../sandbox/world-types.ts';
import type { CommandName } from '../../shared/domain/command.ts';
import type { Deed, RepositoryPlan, ServicePlan, Step } from './case.ts';

export interface Setting {
  readonly repositories: readonly RepositoryPlan[];
  readonly services: readonly ServicePlan[];
  readonly activeMs: number;
}

const bad: readonly [Behaviour, ...Behaviour[]] = [
  'exits',
  'cannot-start',
  'out-of-memory',
  'cannot-be-pulled',
  'never-healthy',
];

export function steps(random: Random, scene: Setting): readonly Step[] {
  const count = random.whole(1, 5);
  const badness = random.pick([0, 0.2, 0.5]);
  const meddling = random.pick([0, 0.2, 0.5]);
  const all: Step[] = [];
  for (let number = 0; number < count; number += 1) {
    const at = random.whole(0, scene.activeMs);
    if (number > 0 && random.chance(meddling)) all.push(...meddle(random, scene, soonAfter(random, all, at)));
    else all.push(...pushes(random, scene, { at, badness }));
  }
  return all.toSorted((a, b) => a.at - b.at);
}

/** Half of what others do comes while something is on the way. */
function soonAfter(random: Random, steps: readonly Step[], otherwise: number): number {
  const after = steps[random.whole(0, steps.length - 1)]?.at ?? otherwise;
  return random.chance(0.5) ? after + random.whole(0, 90_000) : otherwise;
}

function pushes(
  random: Random,
  { repositories }: Setting,
  { at, badness }: { readonly at: number; readonly badness: number },
): readonly Step[] {
  const { name: repository } = random.pick(repositories as [RepositoryPlan]);
  if (random.chance(0.2)) return [{ at, deed: { do: 'tag again', repository, which: random.whole(0, 3) } }];
  const size = random.chance(0.15) ? random.whole(2, 5) : 1;
  const gap = random.pick([200, 3_000, 8_000]);
  const pushed: Pushed[] = Array.from({ length: size }, (_, number) => ({
    at: at + number * gap,
    deed: {
      do: 'push' as const,
      repository,
      behaviour: random.chance(badness) ? random.pick(bad) : ('fine' as const),
      back: random.chance(0.1),
    },
  }));
  pushed.push(...beside(random, repositories, pushed));
  const isTriedAgain = pushed.at(-1)?.deed.behaviour !== 'fine' && random.chance(0.3);
  const later = at + random.whole(200_000, 1_000_000);
  return isTriedAgain ? [...pushed, { at: later, deed: { do: 'tag again', repository, which: 0 } }] : pushed;
}

type Pushed = Step & { readonly deed: Deed & { readonly do: 'push' } };

/** A build that makes several images pushes them all within seconds. */
function beside(
  random: Random,
  repositories: readonly RepositoryPlan[],
  [first]: readonly Pushed[],
): readonly Pushed[] {
  const others = repositories.filter(({ name }) => name !== first?.deed.repository);
  if (first === undefined || !random.chance(0.3)) return [];
  return others.map(({ name: repository }) => ({
    at: first.at + random.whole(500, 9_000),
    deed: { do: 'push', repository, behaviour: 'fine', back: false },
  }));
}

function meddle(random: Random, { services, activeMs }: Setting, at: number): readonly Step[] {
  const { name: service, family } = random.pick(services as [ServicePlan]);
  const later = at + random.whole(1_000, activeMs);
  switch (random.whole(0, 9)) {
    case 0:
    case 1:
      return [{ at, deed: { do: 'set service', service, to: random.pick(['first', 'previous', 'clone']) } }];
    case 2:
      return [{ at, deed: { do: 'register', family } }];
    case 3:
      return [
        { at, deed: { do: 'hold tag', service } },
        ...(random.chance(0.7) ? [{ at: later, deed: { do: 'free tag', service } as const }] : []),
      ];
    case 4:
      return [{ at, deed: { do: 'scale', service, count: random.whole(1, 3) } }];
    case 5:
      return [{ at, deed: { do: 'no capacity', forMs: random.whole(10_000, 1_500_000) } }];
    case 6:
      return [{ at, deed: { do: 'exit a task', service } }];
    default:
      return commands(random, service, { at, later });
  }
}

function commands(
  random: Random,
  service: string,
  { at, later }: { readonly at: number; readonly later: number },
): readonly Step[] {
  const command = (name: CommandName, when: number): Step => ({
    at: when,
    deed: { do: 'command', service, name },
  });
  switch (random.whole(0, 6)) {
    case 0:
    case 6:
      return [command('hold', at), ...(random.chance(0.7) ? [command('resume', later)] : [])];
    case 1:
      return [command('rollback', at), ...(random.chance(0.7) ? [command('resume', later)] : [])];
    case 2:
      return [command('unquarantine', at)];
    case 3:
      return [command('pause', at), command('unpause', later)];
    default:
      return [command('deploy', at)];
  }
}
