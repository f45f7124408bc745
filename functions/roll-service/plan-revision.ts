import { parseRevisionArn } from '../../shared/domain/arn.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { rolloutId } from '../../shared/domain/target/state.ts';
import {
  type Described,
  readContainers,
  readDescribed,
  revise,
} from '../../shared/domain/task-definition/revise.ts';
import { compareImages, imagesOf, stopsAt } from './decide.ts';
import type { Deps, End, Turn } from './deps.ts';

export type Planned =
  | End
  /** The revision was registered in an earlier attempt. */
  | { readonly kind: 'registered'; readonly revision: string }
  | { readonly kind: 'register'; readonly base: string; readonly input: JsonObject };

/** Looks at the service and at the revision to clone, and says what RegisterTaskDefinition has to be sent. */
export async function planRevision(turn: Turn, deps: Deps): Promise<Planned> {
  const { name, rollout } = turn;
  const { revision } = rollout;
  const [service] = await deps.services.describe(name.cluster, [name.service]);
  if (revision !== undefined && service?.taskDefinition === revision) return { kind: 'registered', revision };
  const stop = stopsAt(service);
  if (stop !== undefined) return { kind: 'end', outcome: 'skipped', reason: stop };
  if (revision !== undefined) return { kind: 'registered', revision };
  return planClone(turn, service?.taskDefinition ?? '', deps);
}

async function planClone(turn: Turn, running: string, deps: Deps): Promise<Planned> {
  const { name, rollout } = turn;
  const described = readDescribed(await deps.definitions.describe(baseOf(turn, running)));
  const images = imagesOf(rollout);
  const compared = compareImages(images, readContainers(described.taskDefinition));
  const base = arnOf(described, running);
  if (compared.missing.length > 0) {
    const reason = `${base} has no container ${compared.missing.join(', ')}`;
    return { kind: 'end', outcome: 'failed', reason };
  }
  if (compared.running && base === running) {
    return { kind: 'end', outcome: 'skipped', reason: 'already running', silent: true };
  }
  const input = revise(described, { images, rollout: rolloutId(name, rollout.generation) });
  return { kind: 'register', base, input };
}

function baseOf({ rollout }: Turn, running: string): string {
  return rollout.base === 'latest' ? (parseRevisionArn(running)?.family ?? running) : running;
}

function arnOf({ taskDefinition }: Described, otherwise: string): string {
  const arn = taskDefinition['taskDefinitionArn'];
  return typeof arn === 'string' ? arn : otherwise;
}
