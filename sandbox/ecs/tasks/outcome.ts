import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import type { Behaviour, PullableImage } from '../../world-types.ts';
import { member } from '../arn.ts';
import type { Core } from '../core.ts';
import { show } from '../input.ts';
import type { Container, Task } from '../state.ts';
import { behaviour as delay } from '../timing.ts';

/** How a task's life will go, foreseen when its images are pulled. */
export type Outcome =
  | { readonly kind: 'runs' }
  | { readonly kind: 'cannot be pulled'; readonly container: Container; readonly reason: string }
  | { readonly kind: 'cannot start'; readonly container: Container; readonly reason: string }
  | {
      readonly kind: 'dies';
      readonly container: Container;
      readonly death: Death;
      readonly reachesRunning: boolean;
    };

export interface Death {
  readonly afterSeconds: number;
  readonly exitCode: number;
  readonly reason?: string;
}

interface Pulled {
  readonly container: Container;
  readonly image: PullableImage | undefined;
}

/** Resolves each container's image and says what the essential ones will do. */
export function foresee(core: Core, task: Task): Outcome {
  const pulled = task.containers.map((container) => ({ container, image: pull(core, task, container) }));
  for (const { container, image } of pulled) {
    if (image !== undefined) container.imageDigest = image.digest;
  }
  return unpullable(task, pulled) ?? unstartable(pulled) ?? dying(core, pulled) ?? { kind: 'runs' };
}

export function behaviourOf(core: Core, task: Task, container: Container): Behaviour {
  return pull(core, task, container)?.behaviour ?? 'cannot-be-pulled';
}

export function deathOf(behaviour: Behaviour): Death | undefined {
  if (behaviour === 'exits') return { afterSeconds: delay.exitsAfter, exitCode: 1 };
  if (behaviour !== 'out-of-memory') return undefined;
  const reason = 'OutOfMemoryError: Container killed due to memory usage';
  return { afterSeconds: delay.runsOutOfMemoryAfter, exitCode: 137, reason };
}

/** A service revision keeps the digest that a tag had when it was first pulled, unless the container opts out. */
function pull(core: Core, task: Task, container: Container): PullableImage | undefined {
  const digests = task.deployment?.serviceRevision.digests;
  const consistent = digests !== undefined && container.definition['versionConsistency'] !== 'disabled';
  const pinned = consistent ? digests.get(container.name) : undefined;
  const image = core.resolveImage(pinned === undefined ? container.image : pinnedTo(container.image, pinned));
  if (image !== undefined && consistent && pinned === undefined) digests.set(container.name, image.digest);
  return image;
}

function pinnedTo(reference: string, digest: string): string {
  const bare = reference.split('@')[0] ?? reference;
  const colon = bare.lastIndexOf(':');
  return `${colon > bare.lastIndexOf('/') ? bare.slice(0, colon) : bare}@${digest}`;
}

/** Platform of a task: what Fargate asks an image for. */
function platformOf(definition: JsonObject): string {
  const { cpuArchitecture, operatingSystemFamily } = member(definition, 'runtimePlatform');
  const system = show(operatingSystemFamily ?? 'LINUX').startsWith('WINDOWS') ? 'windows' : 'linux';
  return `${system}/${cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64'}`;
}

function unpullable(task: Task, pulled: readonly Pulled[]): Outcome | undefined {
  const platform = platformOf(task.revision.body);
  for (const { container, image } of pulled.filter((one) => one.container.essential)) {
    if (image === undefined || image.behaviour === 'cannot-be-pulled') {
      return { kind: 'cannot be pulled', container, reason: notFound(task, container) };
    }
    if (task.launchType === 'FARGATE' && !runsOn(image, platform)) {
      const cause = `image Manifest does not contain descriptor matching platform '${platform}'`;
      return { kind: 'cannot be pulled', container, reason: retried(container, cause) };
    }
  }
  return undefined;
}

function runsOn(image: PullableImage, platform: string): boolean {
  return image.platforms.some((offered) => offered === platform || offered.startsWith(`${platform}/`));
}

function notFound(task: Task, { image }: Container): string {
  if (task.launchType === 'FARGATE') return retried({ image }, `${image}: not found`);
  return `CannotPullContainerError: Error response from daemon: manifest for ${image} not found: manifest unknown: Requested image not found`;
}

function retried({ image }: { readonly image: string }, cause: string): string {
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${cause}`;
}

function unstartable(pulled: readonly Pulled[]): Outcome | undefined {
  const culprit = pulled.find(
    ({ container, image }) => container.essential && image?.behaviour === 'cannot-start',
  );
  if (culprit === undefined) return undefined;
  const reason =
    'CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim ' +
    'task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app": stat /app: no such file or directory';
  return { kind: 'cannot start', container: culprit.container, reason };
}

function dying(core: Core, pulled: readonly Pulled[]): Outcome | undefined {
  for (const { container, image } of pulled) {
    const death = image && deathOf(image.behaviour);
    if (death === undefined || !container.essential) continue;
    const whileOthersStart = pulled.length > 1 && core.switches.siblingsStillStart && death.exitCode === 1;
    return { kind: 'dies', container, death, reachesRunning: !whileOthersStart };
  }
  return undefined;
}
