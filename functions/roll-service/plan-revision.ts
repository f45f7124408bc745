import { parseRevisionArn } from '../../shared/domain/arn.ts';
import { asText, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { rolloutId, type Target } from '../../shared/domain/target/state.ts';
import {
  type Described,
  readContainers,
  readDescribed,
  revise,
} from '../../shared/domain/task-definition/revise.ts';
import { Refused } from '../../shared/faults.ts';
import {
  baseMoved,
  carriedImages,
  carriedRollouts,
  compareImages,
  deploymentOf,
  imagesOf,
  stopsAt,
} from './decide.ts';
import type { Deps, End, Turn } from './deps.ts';
import { refused } from './end.ts';
import { freshService } from './fresh-service.ts';

export type Planned =
  | End
  /** The revision was registered in an earlier attempt. */
  | { readonly kind: 'registered'; readonly revision: string }
  | {
      readonly kind: 'register';
      readonly base: string;
      readonly carries: readonly number[];
      readonly input: JsonObject;
    };

export interface Planning extends Turn {
  readonly target: Target;
}

/** Looks at the service and at the revision to clone, and says what RegisterTaskDefinition has to be sent. */
export async function planRevision(turn: Planning, deps: Deps): Promise<Planned> {
  try {
    return await plan(turn, deps);
  } catch (error) {
    if (error instanceof Refused) return refused(turn, error, deps.clock.now());
    throw error;
  }
}

async function plan(turn: Planning, deps: Deps): Promise<Planned> {
  const { name, rollout } = turn;
  const { revision } = rollout;
  const service = await freshService(name, turn.target, deps);
  if (revision !== undefined && deploymentOf(service, revision) !== undefined)
    return { kind: 'registered', revision };
  const stop = stopsAt(service, deps.mode);
  if (stop !== undefined) return { kind: 'end', outcome: 'skipped', reason: stop };
  const running = service?.taskDefinition ?? '';
  return revision === undefined || baseMoved(rollout, running)
    ? planClone(turn, running, deps)
    : { kind: 'registered', revision };
}

async function planClone(turn: Planning, running: string, deps: Deps): Promise<Planned> {
  const { name, rollout, target } = turn;
  const described = readDescribed(await deps.definitions.describe(baseOf(turn, running)));
  const containers = readContainers(described.taskDefinition);
  const carried = carriedRollouts(target, { rollout, running, containers });
  const images = { ...carriedImages(target, carried), ...imagesOf(rollout.changes) };
  const compared = compareImages(images, containers);
  const base = arnOf(described, running);
  if (compared.missing.length > 0) {
    const reason = `${base} has no container ${compared.missing.join(', ')}`;
    return { kind: 'end', outcome: 'failed', reason };
  }
  if (compared.running && base === running) {
    return { kind: 'end', outcome: 'skipped', reason: 'already running', silent: true };
  }
  const input = revise(described, { images, rollout: rolloutId(name, rollout.generation) });
  return { kind: 'register', base, carries: carried.map(({ generation }) => generation), input };
}

/** While a registration may be unanswered, the family's newest revision may be the one that it left behind. */
function baseOf({ rollout }: Turn, running: string): string {
  if (rollout.base === 'running') return running;
  const known = rollout.phase === 'registering' ? rollout.baseRevision : undefined;
  return known ?? parseRevisionArn(running)?.family ?? running;
}

function arnOf({ taskDefinition }: Described, otherwise: string): string {
  return asText(taskDefinition['taskDefinitionArn']) ?? otherwise;
}
