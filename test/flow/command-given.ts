import { applyCommand } from '../../functions/roll-service/command.ts';
import { type Command, commandMessage } from '../../shared/domain/command.ts';
import type { Good } from '../../shared/domain/target/rollout.ts';
import type { Seen, Target } from '../../shared/domain/target/state.ts';
import { type CommandAnswer, loadAnswer } from '../../shared/records/command-record.ts';
import { aDescribed } from '../builders/events.ts';
import { aGood as anyGood, aSeen as anySeen, arn, at, name, pinnedImage } from '../builders/rollouts.ts';
import { aroundAll, type Watch } from '../fakes/around.ts';
import type { FakeWorld } from '../fakes/fake-world.ts';

export type Wish = Command extends infer One
  ? One extends Command
    ? Omit<One, 'id' | 'by' | 'at'>
    : never
  : never;

let asked = 0;

/** Ada asks for it, each time anew. */
export function aCommand(wish: Wish): Command {
  asked += 1;
  const id = `00000000-0000-4000-8000-${String(asked).padStart(12, '0')}`;
  return { by: 'ada', at: at(90), id, ...wish };
}

function pass(_method: string, call: () => unknown): unknown {
  return call();
}

/** roll-service is handed the command. */
export async function carryOut(world: FakeWorld, command: Command, watch: Watch = pass): Promise<void> {
  const { table, rollouts, definitions, clock, journal, config } = world;
  const ports = aroundAll({ table, rollouts, definitions, clock, journal }, watch);
  await applyCommand(commandMessage(command).body, { ...ports, mode: config.mode });
}

export async function answerTo(world: FakeWorld, wish: Wish | Command): Promise<CommandAnswer | undefined> {
  const command = 'id' in wish ? wish : aCommand(wish);
  await carryOut(world, command);
  return loadAnswer(world.table, command.id);
}

const images = { app: pinnedImage('a'), proxy: pinnedImage('d', 'shop/proxy') };

/** prod/web as reconcile saw it: `app` on shop/web, and a proxy. */
export function aSeen(overrides: Partial<Seen> = {}): Seen {
  const containers = Object.entries(images).map(([container, image]) => ({ name: container, image }));
  return anySeen({ containers, platform: undefined, ...overrides });
}

export function aGood(overrides: Partial<Good> = {}): Good {
  return anyGood({ images, ...overrides });
}

export function aSeenTarget(overrides: Partial<Target> = {}): Target {
  return { v: 1, ...name, generation: 0, wanted: {}, rollouts: [], seen: aSeen(), ...overrides };
}

/** Revision n of `web` as ECS describes it, with this image in `app`. */
export function aRevision(number: number, app: string) {
  const { proxy } = images;
  return aDescribed(
    {
      taskDefinitionArn: arn(number),
      containerDefinitions: [
        { name: 'app', image: app },
        { name: 'proxy', image: proxy },
      ],
    },
    number,
  );
}
