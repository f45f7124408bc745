import { parseImageRef } from '../../shared/domain/image-ref.ts';
import { defaultTerms, type Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { digestsOf, runningDigests } from './invariants/good.ts';
import type { Scene } from './scene.ts';
import type { Completed } from './truth.ts';

/** What pushes cause keeps its distance and its order. */
export function keepsOrder(scene: Scene, service: string, revision: string): void {
  const target = scene.target(service);
  const rollout = target?.rollouts.find((one) => one.revision === revision);
  if (target === undefined || rollout === undefined || rollout.goBackTo !== undefined) return;
  if (scene.meddled.has(service)) return;
  noDowngrade(scene, rollout, service);
  keepsDistance(scene, target, rollout);
  findsWhatIsNew(scene, rollout, service);
}

const unhurried: ReadonlySet<string> = new Set(['push', 'found']);

/** `every`, between what has started and what was accepted since. */
function keepsDistance(scene: Scene, { service, rollouts }: Target, rollout: Rollout): void {
  const { cause = 'push', terms = defaultTerms, acceptedAt, generation } = rollout;
  const starts = rollouts.map(({ startedAt = 0 }) => startedAt).filter((at) => at < acceptedAt);
  const soonest = Math.max(0, ...starts) + terms.everyMs;
  if (unhurried.has(cause) && scene.clock.now() < soonest)
    scene.violates(`every: ${service}/${generation} starts ${soonest - scene.clock.now()} ms too soon`);
}

/** Reconcile takes nothing that ran here before, and whose tags were all pushed before what ran since. */
function findsWhatIsNew(scene: Scene, { cause, changes, acceptedAt }: Rollout, service: string): void {
  if (cause !== 'found' || scene.unquarantined.has(service)) return;
  const completed = (scene.truth.completed.get(service) ?? []).filter(({ at }) => at < acceptedAt);
  const images = completed.flatMap((one) => Object.values(scene.truth.images(one.revision)));
  const ran = new Set(images.map((image) => parseImageRef(image)?.digest));
  const digests = Object.values(changes).map(({ digest }) => digest);
  const last = Math.max(0, ...completed.map((one) => pushedBefore(scene, one)));
  const isPushed = scene.registry.pushes.some(({ digest, at }) => digests.includes(digest) && at > last);
  if (!isPushed && digests.every((digest) => ran.has(digest)))
    scene.violates(
      `found: ${service} is set to what it ran before: ${digests.map((one) => one.slice(7, 11)).join(', ')}`,
    );
}

/** The last push of what it runs that it may be of. */
function pushedBefore({ truth, registry }: Scene, { revision, at }: Completed): number {
  const digests = Object.values(truth.images(revision)).map((image) => parseImageRef(image)?.digest);
  const pushes = registry.pushes.filter((one) => one.at < at && digests.includes(one.digest));
  return Math.max(0, ...pushes.map((one) => one.at));
}

/** In the order of the policy; what a person or a rollback asks for aside. */
function noDowngrade(scene: Scene, rollout: Rollout, service: string): void {
  const before = runningDigests(scene, service);
  const after = digestsOf(scene, rollout.revision ?? '');
  const plan = scene.given.services.find((one) => one.name === service);
  for (const { name, repository } of plan?.containers ?? []) {
    const known = { repository, until: rollout.acceptedAt };
    const from = rank(scene, known, before[name]);
    const to = rank(scene, { repository, until: Number.POSITIVE_INFINITY }, after[name]);
    const isBad = scene.target(service)?.quarantine?.some(({ digest }) => digest === before[name]) === true;
    if (to < from && !isBad) scene.violates(`downgrade: ${service} ${name} goes from ${from} to ${to}`);
  }
}

interface Known {
  readonly repository: string | undefined;
  /** What was pushed later nobody could know. */
  readonly until: number;
}

/** Where the policy puts a digest; everywhere the same where it has no order of tags. */
function rank(scene: Scene, { repository, until }: Known, digest: string | undefined): number {
  const { policy } = scene.given.repositories.find(({ name }) => name === repository) ?? {};
  if (repository === undefined || digest === undefined) return 0;
  return policy === 'semver' || policy === 'numerical'
    ? scene.registry.greatest(repository, digest, until)
    : 0;
}
