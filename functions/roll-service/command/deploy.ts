import type { Deploy } from '../../../shared/domain/command.ts';
import { isSameRegistry, parseImageRef } from '../../../shared/domain/image-ref.ts';
import { accept } from '../../../shared/domain/target/accept.ts';
import { isQuarantined } from '../../../shared/domain/target/quarantine.ts';
import type { Wanted } from '../../../shared/domain/target/rollout.ts';
import { type ContainerImage, openRollouts, type Target } from '../../../shared/domain/target/state.ts';
import { accepted, type Decided, refused, unknownTarget } from './answer.ts';
import { inWords } from './keep.ts';

/** An image that a person names, whatever the rules say of its tag. It waits for no `every`. */
export function decideDeploy(target: Target | undefined, command: Deploy, at: number): Decided {
  if (target === undefined) return refused(unknownTarget(command));
  const { cluster, service, image, by } = command;
  const name = `${cluster}/${service}`;
  const no = whyNot(target, command);
  if (no !== undefined) return refused(no);
  const containers = containersFor(target, command);
  if (containers.length === 0) return refused(noContainer(target, command));
  const what = `${inWords(image)} in ${containers.map((one) => one.name).join(', ')}`;
  if (openRollouts(target).length === 0 && containers.every((one) => runs(one, image.digest)))
    return accepted(`${name} runs ${what} already`);
  const last = target.rollouts.find(({ goBackTo }) => goBackTo === undefined);
  const step = accept(target, {
    cluster,
    service,
    changes: Object.fromEntries(containers.map((one) => [one.name, wanted(command, one)])),
    from: Object.fromEntries(containers.map((one) => [one.name, one.image])),
    base: last?.base ?? 'running',
    at,
    cause: 'deploy',
    by,
    terms: last?.terms,
  });
  return accepted(`${name} is rolled to ${what}`, step, step.target.generation);
}

/** What the service's own tags say is read from ECS when the rollout has its turn: here it may be minutes old. */
function whyNot(target: Target, { cluster, service, image }: Deploy): string | undefined {
  const name = `${cluster}/${service}`;
  const { hold, seen } = target;
  if (hold !== undefined)
    return `${name} is on hold: ${hold.reason} (${hold.by}). \`slipway resume ${name}\` lifts it`;
  if (seen === undefined)
    return `Slipway has not looked at ${name} yet: reconcile does, within its interval. Ask again then`;
  const quarantined = isQuarantined(target, image.repository, image.digest);
  if (quarantined === undefined) return undefined;
  const lift = `\`slipway unquarantine ${name} --digest ${image.digest}\` lifts it`;
  return `${inWords(image)} is quarantined for ${name}: ${quarantined.reason}. ${lift}`;
}

/** The container that was named, else every one that runs the repository. */
function containersFor({ seen }: Target, { image }: Deploy): readonly ContainerImage[] {
  const { containers = [] } = seen ?? {};
  if (image.container !== undefined) return containers.filter(({ name }) => name === image.container);
  return containers.filter((one) => {
    const ref = parseImageRef(one.image);
    return ref?.repository === image.repository && isSameRegistry(ref.registry, image.registry);
  });
}

function noContainer({ seen, cluster, service }: Target, { image }: Deploy): string {
  const known = (seen?.containers ?? []).map(({ name, image: runs }) => `${name} runs ${runs}`).join(', ');
  const missing =
    image.container === undefined
      ? `no container of ${cluster}/${service} runs ${image.registry}/${image.repository}: name one with --container`
      : `${cluster}/${service} has no container ${image.container}`;
  return `${missing} (${known === '' ? 'it has none' : known})`;
}

function runs({ image }: ContainerImage, digest: string): boolean {
  return parseImageRef(image)?.digest === digest;
}

/** ECR has several host names for one registry: the one that the container has stays. */
function wanted({ image, by }: Deploy, { image: running }: ContainerImage): Wanted {
  const { container: _container, ...named } = image;
  const host = parseImageRef(running)?.registry ?? image.registry;
  const registry = isSameRegistry(host, image.registry) ? host : image.registry;
  return { ...named, registry, rule: `asked for by ${by}` };
}
