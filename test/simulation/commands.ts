import { registryHost } from '../../sandbox/world-types.ts';
import { type Command, commandMessage } from '../../shared/domain/command.ts';
import type { Message } from '../../shared/ports.ts';
import type { Deed } from './case.ts';
import type { World } from './world.ts';

type Commanding = Deed & { readonly do: 'command' };

/** As the CLI would send it. */
export function commandOf(world: World, deed: Commanding): Message {
  const command = asked(world, deed);
  const { body, group, deduplicationId } = commandMessage(command);
  return { body, group, deduplicationId };
}

function asked({ scene }: World, { service, name }: Commanding): Command {
  const at = scene.clock.now();
  const number = String(scene.faults.dice.count('command')).padStart(12, '0');
  const all = { id: `00000000-0000-4000-8000-${number}`, by: 'ann', at, reason: 'because' };
  const target = { ...all, cluster: 'prod', service };
  switch (name) {
    case 'pause':
    case 'unpause':
      return { ...all, name };
    case 'deploy':
      scene.isPlain = false;
      scene.meddled.add(service);
      return { ...target, name, image: imageFor(scene, service) };
    case 'rollback':
      scene.isPlain = false;
      scene.meddled.add(service);
      return { ...target, name };
    case 'unquarantine':
      scene.unquarantined.add(service);
      return { ...target, name };
    case 'hold':
      scene.everHeld.add(service);
      return { ...target, name };
    default:
      return { ...target, name };
  }
}

/** Any image of the repository that its first container runs. */
function imageFor({ given, registry, faults, startedAt }: World['scene'], service: string) {
  const plan = given.services.find((one) => one.name === service);
  const repository = plan?.containers[0]?.repository ?? '';
  const pushes = registry.pushes.filter((push) => push.repository === repository);
  const push = pushes[faults.dice.whole('deployed', 0, pushes.length - 1)];
  const { tag = '', digest = '', at: pushedAt = startedAt } = push ?? {};
  return { registry: registryHost, repository, tag, digest, pushedAt };
}
