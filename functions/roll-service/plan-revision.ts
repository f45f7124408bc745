import { parseRevisionArn } from '../../shared/domain/arn.ts';
import { withDigest } from '../../shared/domain/image-ref.ts';
import { asText, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { type Images, imagesOf } from '../../shared/domain/target/images.ts';
import type { Rollout } from '../../shared/domain/target/rollout.ts';
import { openRollouts, rolloutId } from '../../shared/domain/target/state.ts';
import {
  type Container,
  type Described,
  isOurs,
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
  isFailing,
  isUnwatched,
  keeping,
  mayBeSet,
  movedAway,
  stopsAt,
} from './decide.ts';
import type { Deps, End, KnownTurn, Look, Turn } from './deps.ts';
import { refused } from './end.ts';
import { freshService } from './fresh-service.ts';
import { digestsRunning } from './verify.ts';

export type Planned =
  | End
  /** The revision was registered in an earlier attempt. */
  | { readonly kind: 'registered'; readonly revision: string; readonly look: Look }
  /** What it wants is what ECS is rolling already, unwatched. */
  | {
      readonly kind: 'under way';
      readonly look: Look;
      readonly base: string;
      readonly carries: readonly number[];
      readonly holds: Images;
    }
  /** Another hand changed the images that the decision compared the push with. */
  | { readonly kind: 'moved' }
  /** ECS has failed an older rollout of ours, and nobody has concluded it yet: what runs is no base for a clone. */
  | { readonly kind: 'failing' }
  /** It has what it wants, if the read is not older than the UpdateService of one that lost its turn a moment ago. */
  | { readonly kind: 'unsure'; readonly isThere: true }
  | {
      readonly kind: 'register';
      readonly look: Look;
      readonly base: string;
      readonly running: string;
      readonly carries: readonly number[];
      readonly holds: Images;
      readonly input: JsonObject;
    };

/** Looks at the service and at the revision to clone, and says what RegisterTaskDefinition has to be sent. */
export async function planRevision(turn: KnownTurn, deps: Deps): Promise<Planned> {
  try {
    return await plan(turn, deps);
  } catch (error) {
    if (error instanceof Refused) return refused(turn, error, deps.clock.now());
    throw error;
  }
}

async function plan(turn: KnownTurn, deps: Deps): Promise<Planned> {
  const remembered = remember(turn, deps);
  const planned = remembered === undefined ? undefined : await planClone(remembered, deps);
  // What has it already is looked at: ECS may be rolling it still.
  const isThere = planned !== undefined && 'isThere' in planned && planned.isThere === true;
  return planned === undefined || isThere ? planFresh(turn, deps) : planned;
}

async function planFresh(turn: KnownTurn, deps: Deps): Promise<Planned> {
  const { rollout } = turn;
  const { revision } = rollout;
  const look = await freshService(turn, deps);
  const { service } = look;
  if (revision !== undefined && deploymentOf(service, revision) !== undefined)
    return { kind: 'registered', revision, look };
  const stop = stopsAt(service, rollout, deps.mode);
  if (stop !== undefined)
    return { kind: 'end', outcome: 'skipped', reason: stop, silent: rollout.cause === 'restore' };
  if (isFailing(turn.target, service)) return { kind: 'failing' };
  const running = service?.taskDefinition ?? '';
  return revision === undefined || baseMoved(rollout, running)
    ? planClone({ ...turn, running, look }, deps)
    : { kind: 'registered', revision, look };
}

/**
 * Members of a plan are many: they are cloned from what was seen last, and looked at together right before they are updated. One
 * that another hand has set to something else meanwhile is cloned again, from what it is set to then.
 */
function remember(turn: KnownTurn, { clock }: Deps): Cloning | undefined {
  const { rollout, target, given } = turn;
  const { phase, base, goBackTo } = rollout;
  const isMember = (given?.mates.length ?? 0) > 1 && phase === 'accepted';
  const isPlain = base === 'running' && goBackTo === undefined && openRollouts(target).length === 1;
  const running = target.seen?.revision;
  if (!isMember || !isPlain || running === undefined) return undefined;
  return { ...turn, running, look: { service: undefined, at: clock.now() - forgottenMs } };
}

/** Nobody takes it for a look at the service. */
const forgottenMs = 24 * 3_600_000;

export interface Cloning extends KnownTurn {
  /** The revision that the target is set to. */
  readonly running: string;
  readonly look: Look;
}

/** What RegisterTaskDefinition has to be sent for this rollout. */
export async function planClone(turn: Cloning, deps: Deps): Promise<Planned> {
  const { name, rollout, target, running, look } = turn;
  const { goBackTo } = rollout;
  const described = readDescribed(await deps.definitions.describe(baseOf(turn, running)));
  const containers = readContainers(described.taskDefinition);
  if (goBackTo === undefined && rollout.base === 'running' && movedAway(turn, containers))
    return { kind: 'moved' };
  const carried = carriedRollouts(target, { rollout, running, containers });
  const rest = goBackTo === undefined ? carriedImages(target, carried) : backTo(containers, rollout);
  const kept = await runningImages(turn, { described, containers }, deps);
  const wanted = { ...kept, ...rest, ...imagesOf(rollout.changes) };
  const compared = compareImages(wanted, containers);
  const base = arnOf(described, running);
  if (compared.missing.length > 0) {
    const reason = `${base} has no container ${compared.missing.join(', ')}`;
    return { kind: 'end', outcome: 'failed', reason };
  }
  const carries = carried.map(({ generation }) => generation);
  // What goes back is registered anew even where ECS was quicker: else the failed revision stays its family's newest.
  if (compared.running && base === running && goBackTo === undefined) {
    if (isUnwatched(target, look.service))
      return { kind: 'under way', look, base, carries, holds: holding(containers, {}) };
    if (mayBeSet(target, deps.clock.now())) return { kind: 'unsure', isThere: true };
    return { kind: 'end', outcome: 'skipped', reason: 'already running', silent: true, isThere: true };
  }
  const images = { ...(await keptImages(turn, containers, deps)), ...wanted };
  const input = revise(described, { images, rollout: rolloutId(name, rollout.generation) });
  return { kind: 'register', base, running, carries, holds: holding(containers, images), input, look };
}

function holding(containers: readonly Container[], images: Images): Images {
  return Object.fromEntries(containers.map(({ name, image }) => [name, images[name] ?? image]));
}

interface Cloned {
  readonly described: Described;
  readonly containers: readonly Container[];
}

/** The family's newest revision may be one of ours that failed, or never ran: of that only what is no image is taken. */
async function runningImages(
  { rollout, running }: Cloning,
  { described, containers }: Cloned,
  deps: Deps,
): Promise<Readonly<Record<string, string>>> {
  const isNewest = rollout.base === 'latest' && rollout.goBackTo === undefined;
  if (!isNewest || !isOurs(described) || arnOf(described, running) === running) return {};
  const { taskDefinition } = readDescribed(await deps.definitions.describe(running));
  const names = new Set(containers.map(({ name }) => name));
  const known = readContainers(taskDefinition).filter(({ name }) => names.has(name));
  return Object.fromEntries(known.map(({ name, image }) => [name, image]));
}

/** By the digests that run, where the revision that runs may name them by tags that mean others by now. */
async function keptImages(
  { name, target, rollout, running }: Cloning,
  containers: readonly Container[],
  deps: Deps,
): Promise<Images> {
  const kept = rollout.goBackTo === undefined ? keeping(target, { containers, rollout }) : [];
  if (kept.length === 0) return {};
  const good = target.good?.revision === running ? target.good.images : undefined;
  const digests = good === undefined ? await digestsRunning(name, running, deps) : {};
  return Object.fromEntries(
    kept.map((one) => [one.name, good?.[one.name] ?? withDigest(one.image, digests[one.name])]),
  );
}

/** The images that a good revision was known by: of the containers that it has, and in a restore where they are the same. */
function backTo(
  containers: readonly { readonly name: string; readonly image: string }[],
  { goBackTo, cause }: Rollout,
): Readonly<Record<string, string>> {
  const known = goBackTo?.images ?? {};
  return Object.fromEntries(
    containers.map(({ name, image }) => {
      const good = known[name] ?? image;
      return [name, cause === 'restore' && !isSameImage(image, good) ? image : good];
    }),
  );
}

/** The one is by digest what the other is by tag. */
function isSameImage(image: string, good: string): boolean {
  const [, digest] = good.split('@');
  return withDigest(image, digest) === good;
}

/** While a registration may be unanswered, the family's newest revision may be the one that it left behind. */
function baseOf({ rollout }: Turn, running: string): string {
  const { goBackTo, cause, undoes } = rollout;
  // What ECS went back to is what runs; a read that still shows what failed is old.
  if (cause === 'restore' && running !== undoes) return running;
  if (goBackTo !== undefined && goBackTo.revision !== '') return goBackTo.revision;
  if (rollout.base === 'running') return running;
  const known = rollout.phase === 'registering' ? rollout.baseRevision : undefined;
  return known ?? parseRevisionArn(running)?.family ?? running;
}

function arnOf({ taskDefinition }: Described, otherwise: string): string {
  return asText(taskDefinition['taskDefinitionArn']) ?? otherwise;
}
