import type { Target } from '../../../shared/domain/target/state.ts';
import { leftOnFailed } from '../../../shared/domain/target/stray.ts';
import type { PolicyKind } from '../case.ts';
import type { Push } from '../registry.ts';
import type { Scene } from '../scene.ts';
import { isBadFor, runningDigests } from './good.ts';

interface Place {
  readonly service: string;
  readonly container: string;
  readonly repository: string;
  readonly policy: PolicyKind;
  readonly running: string;
}

/** Each target ends on the digest that its policy selects among what was pushed, or on a good one when that one fails. */
export function endsRight(scene: Scene): void {
  if (scene.isPaused()) return;
  for (const place of places(scene)) {
    if (isLeftAlone(scene, place.service)) continue;
    const selected = selectedFrom(scene, place);
    if (selected.has(place.running)) endsOnSelected(scene, place);
    else endsOnOther(scene, place, [...selected]);
  }
}

function places(scene: Scene): readonly Place[] {
  return scene.given.services.flatMap(({ name: service, containers }) => {
    const digests = runningDigests(scene, service);
    return containers.flatMap(({ name: container, repository }) => {
      const plan = scene.given.repositories.find(({ name }) => name === repository);
      const running = digests[container];
      if (plan === undefined || running === undefined) return [];
      return [{ service, container, repository: plan.name, policy: plan.policy, running }];
    });
  });
}

/** On hold, or in other hands: what runs there is what somebody wanted. */
function isLeftAlone(scene: Scene, service: string): boolean {
  return scene.isHeld(service) || scene.meddled.has(service);
}

/** The digests that the policy may select: several where pushes of one second cannot be told apart. */
function selectedFrom(scene: Scene, { repository, policy }: Place): ReadonlySet<string> {
  const tags = scene.registry.tags(repository);
  const pushes = scene.registry.pushes.filter((push) => push.repository === repository);
  if (policy === 'newest') {
    const last = Math.max(...pushes.map(secondOf));
    return new Set(pushes.filter((push) => secondOf(push) === last).map(({ digest }) => digest));
  }
  const best = [...tags.keys()].toSorted((a, b) => numberOf(b) - numberOf(a))[0] ?? '';
  return new Set([tags.get(best) ?? '']);
}

function secondOf({ at }: Push): number {
  return Math.floor(at / 1_000);
}

function numberOf(tag: string): number {
  return tag === 'latest' ? 0 : Number(tag.split('.').at(-1));
}

function endsOnSelected(scene: Scene, { service, container, running }: Place): void {
  if (!isBadFor(scene, service, running) || scene.everHeld.has(service) || !scene.goesBack(service)) return;
  scene.violates(`ends: ${service} ${container} stays on ${short(running)}, which fails`);
}

function endsOnOther(scene: Scene, place: Place, selected: readonly string[]): void {
  const { service, container, running } = place;
  const on = `${service} ${container} ends on ${short(running)}, not on ${selected.map(short).join(' or ')}`;
  if (selected.some((digest) => isBadFor(scene, service, digest))) {
    const isUndone = scene.goesBack(service) && !scene.everHeld.has(service);
    if (isBadFor(scene, service, running) && isUndone) scene.violates(`ends: ${on}, and that fails too`);
    return;
  }
  if (scene.isPlain && !selected.some((digest) => mayStay(scene, place, digest)))
    scene.violates(`ends: ${on}`);
}

/** Why a good image that the policy selects may not run after all. */
function mayStay(scene: Scene, { service, container }: Place, selected: string): boolean {
  const target = scene.target(service);
  const isStopped = scene
    .plans()
    .some(({ image, stopped }) => image.digest === selected && stopped !== undefined);
  const wasMissed = scene.lostPushes.has(selected) || scene.everHeld.has(service);
  const pushes = scene.registry.pushes.filter(({ digest }) => digest === selected);
  const isOld = (target?.ran ?? []).includes(selected) || pushes.length > 1;
  const isLost = wasMissed && isOld;
  const isBaseline = target?.baseline?.[container] === selected;
  const isFound = isStopped || isLost || isBaseline || waitsForPerson(target, selected);
  return isFound || !scene.ruleNames(service, container);
}

/** Its rule leaves the service on what failed, in another container: it is tried once a person has undone that. */
function waitsForPerson(target: Target | undefined, selected: string): boolean {
  const left = target && leftOnFailed(target);
  if (left?.terms?.rollback !== 'notify') return false;
  const waiting = (target?.alone ?? []).flatMap(({ changes }) => Object.values(changes));
  return waiting.some(({ digest }) => digest === selected);
}

function short(digest: string): string {
  return digest.slice(7, 11);
}
