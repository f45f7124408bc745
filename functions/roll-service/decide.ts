import { parseImageRef } from '../../shared/domain/image-ref.ts';
import {
  type Deployment,
  holdTag,
  obstacle,
  primaryOf,
  type ServiceSnapshot,
} from '../../shared/domain/service.ts';
import { observing } from '../../shared/domain/target/accept.ts';
import { type Images, imagesOf } from '../../shared/domain/target/images.ts';
import { isFailure, isRolling, type Rollout } from '../../shared/domain/target/rollout.ts';
import { lastBegun, openRollouts, type Target, unfinished } from '../../shared/domain/target/state.ts';
import { gaveWay, lostOn } from '../../shared/domain/target/stray.ts';
import type { Container } from '../../shared/domain/task-definition/revise.ts';

export type Mode = 'act' | 'observe';

/** Why a rollout may not touch its service, in words. Undefined: it may. */
export function stopsAt(
  service: ServiceSnapshot | undefined,
  { cause }: Pick<Rollout, 'cause'>,
  mode: Mode,
): string | undefined {
  if (service === undefined) return 'service not found';
  const { [holdTag]: _held, ...others } = service.tags;
  const reason = obstacle(cause === 'manual-rollback' ? { ...service, tags: others } : service);
  const hold = service.tags[holdTag] ?? '';
  if (reason === 'on hold' && hold !== '') return `on hold: ${hold}`;
  return reason ?? (mode === 'observe' ? observing : undefined);
}

/**
 * The deployment that runs, or ran, this revision. ECS still shows one that failed, so a revision whose UpdateService was not
 * recorded is not set a second time.
 */
export function deploymentOf(service: ServiceSnapshot | undefined, revision: string): Deployment | undefined {
  return service?.deployments.find(({ taskDefinition }) => taskDefinition === revision);
}

/** ECS's reads have caught up with an UpdateService after so long, with room to spare. */
const readsLagMs = 60_000;

/** A read that does not show the deployment that we started last, and that nothing has ended since, is an old one. */
export function isOlderThanUs(
  service: ServiceSnapshot | undefined,
  target: Target | undefined,
  now: number,
): boolean {
  const last = target && lastBegun(target);
  if (service === undefined || last?.revision === undefined || last.startedAt === undefined) return false;
  const stands = isRolling(last) || last.phase === 'completed';
  return stands && now - last.startedAt < readsLagMs && deploymentOf(service, last.revision) === undefined;
}

/** A newer push took the turn from one that may have called UpdateService just then: an old read shows nothing of that. */
export function mayBeSet(target: Target | undefined, now: number): boolean {
  return (target?.rollouts ?? []).some(
    ({ cause, revision, startedAt, endedAt = 0 }) =>
      cause !== 'restore' && revision !== undefined && startedAt === undefined && now - endedAt < readsLagMs,
  );
}

/** The service is still set to the revision of an older rollout that ECS has failed. */
export function isFailing(target: Target, service: ServiceSnapshot | undefined): boolean {
  const primary = service === undefined ? undefined : primaryOf(service);
  if (primary?.rolloutState !== 'FAILED') return false;
  return openRollouts(target).some((one) => isRolling(one) && one.revision === primary.taskDefinition);
}

/**
 * The service was set to a revision of ours, and whoever set it died before that was written down: a newer push took the turn, and
 * nobody watches what ECS rolls, or has told how that ended.
 */
export function isUnwatched(target: Target, service: ServiceSnapshot | undefined): boolean {
  return unwatched(target, service) !== undefined;
}

/** It is what this rollout wants. */
export function isWantedUnwatched(
  target: Target,
  { changes }: Rollout,
  service: ServiceSnapshot | undefined,
): boolean {
  const lost = unwatched(target, service);
  return Object.entries(changes).every(([name, { digest }]) => lost?.changes[name]?.digest === digest);
}

function unwatched(target: Target, service: ServiceSnapshot | undefined): Rollout | undefined {
  const primary = service && primaryOf(service);
  return primary && lostOn(target, primary.taskDefinition);
}

/** The service was set to another revision since the clone was made, so the clone would undo that. */
export function baseMoved({ base, baseRevision, goBackTo }: Rollout, running: string | undefined): boolean {
  return goBackTo === undefined && base === 'running' && baseRevision !== running;
}

interface Placed {
  readonly target: Target;
  readonly rollout: Rollout;
  readonly running: string;
}

/**
 * The images that the push was compared with are not those that run: another hand has set the service to something else since it
 * was last looked at. What a rollout of ours set is no other hand, nor is ECS that goes back from one whose beginning nobody wrote
 * down; and what is wanted already is right.
 */
export function movedAway({ target, rollout, running }: Placed, containers: readonly Container[]): boolean {
  const { seen, rollouts } = target;
  if (seen === undefined || seen.revision === running) return false;
  if (rollouts.some(({ revision, startedAt }) => startedAt !== undefined && revision === running))
    return false;
  if (isReplaced(target, lostOn(target, running), rollout) || wentBack(target, running)) return false;
  const byName = new Map(containers.map(({ name, image }) => [name, image]));
  return Object.entries(imagesOf(rollout.changes)).some(([name, wanted]) => {
    const before = seen.containers.find((one) => one.name === name)?.image;
    const now = byName.get(name);
    return before !== undefined && now !== before && now !== wanted;
  });
}

/** Whoever set it died before that was written down; every image of it is replaced. */
function isReplaced(
  { rollouts }: Target,
  lost: Rollout | undefined,
  { generation, changes }: Rollout,
): boolean {
  if (lost === undefined || !Object.keys(lost.changes).every((name) => Object.hasOwn(changes, name)))
    return false;
  const since = rollouts.filter((one) => one.generation >= lost.generation && one.generation < generation);
  return since.every(gaveWay);
}

function wentBack(target: Target, running: string): boolean {
  const revision = target.seen?.revision;
  return revision !== undefined && lostOn(target, revision)?.baseRevision === running;
}

interface Place {
  readonly rollout: Rollout;
  /** The revision that the service is set to. */
  readonly running: string;
  readonly containers: readonly Container[];
}

/** Older rollouts that ECS is still rolling, whose images the new revision has to hold too. */
export function carriedRollouts(target: Target, { rollout, running, containers }: Place): readonly Rollout[] {
  return openRollouts(target).filter(
    (one) =>
      one.generation < rollout.generation &&
      one.revision === running &&
      compareImages(carriedImages(target, [one]), containers).missing.length === 0,
  );
}

export function carriedImages(target: Target, carried: readonly Rollout[]): Images {
  return imagesOf(unfinished(target, carried));
}

/** What of the images the base revision does not run yet, or why they cannot be put into it. */
export function compareImages(
  images: Images,
  containers: readonly Container[],
): { readonly missing: readonly string[]; readonly running: boolean } {
  const byName = new Map(containers.map(({ name, image }) => [name, image]));
  const missing = Object.keys(images).filter((name) => !byName.has(name));
  const running = Object.entries(images).every(([name, image]) => byName.get(name) === image);
  return { missing, running };
}

/**
 * A container that nobody changes may name its image by a tag that has come to mean a digest which failed here, or another one than
 * runs: the clone would deploy that. These keep the digest that runs: where such a digest is known, or waits for its turn, and where
 * an image is tried alone.
 */
export function keeping(
  { quarantine = [], rollouts, alone = [] }: Pick<Target, 'quarantine' | 'rollouts' | 'alone'>,
  { containers, rollout: { cause, changes } }: Pick<Place, 'containers' | 'rollout'>,
): readonly Container[] {
  const others = [...rollouts.filter(isFailure), ...alone].flatMap((one) => Object.values(one.changes));
  const bad = new Set([...quarantine, ...others].map(({ repository }) => repository));
  return containers.filter(({ name, image }) => {
    const ref = parseImageRef(image);
    const isLoose = ref !== undefined && ref.digest === undefined && !Object.hasOwn(changes, name);
    return isLoose && (cause === 'alone' || bad.has(ref.repository));
  });
}
