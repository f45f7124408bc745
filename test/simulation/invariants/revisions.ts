import { show } from '../../../sandbox/ecs/input.ts';
import { parseImageRef } from '../../../shared/domain/image-ref.ts';
import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import type { Scene } from '../scene.ts';
import { isBadFor, runningDigests } from './good.ts';

const varying = new Set(['taskDefinitionArn', 'revision', 'registeredAt', 'registeredBy', 'tags', 'status']);

/** One registration for each content and cause, and after a failure the family's newest revision is a good one. */
export function nothingIsLeftBehind(scene: Scene): void {
  const ours = scene.truth.registered.filter(({ by }) => by === 'slipway').map(({ arn }) => arn);
  const contents = Object.groupBy(ours, (arn) => contentOf(scene.truth.definition(arn)));
  for (const same of Object.values(contents)) registeredOnce(scene, same ?? []);
  for (const family of new Set(scene.given.services.map((service) => service.family)))
    newestIsGood(scene, family);
}

/** The same content has another cause each time: another push, or another rollback. */
function registeredOnce(scene: Scene, arns: readonly string[]): void {
  const causes = new Map<string, string>();
  for (const arn of arns) {
    const cause = causeOf(scene, rolloutOf(scene.truth.definition(arn)));
    const before = causes.get(cause);
    if (before !== undefined) scene.violates(`registered twice: ${before} and ${arn} for ${cause}`);
    causes.set(cause, arn);
  }
}

/** What a rollout was accepted for; its name where the state has forgotten it. */
function causeOf(scene: Scene, id: string): string {
  const [, service = '', generation] = id.split('/');
  const rollout = scene.target(service)?.rollouts.find((one) => String(one.generation) === generation);
  if (rollout === undefined || rollout.goBackTo !== undefined) return id;
  const pushes = Object.entries(rollout.changes).map(([name, { digest, pushedAt }]) => [
    name,
    digest,
    pushedAt,
  ]);
  return JSON.stringify([rollout.baseRevision, rollout.cause === 'alone' ? id : '', pushes]);
}

/** Container → digest. A tag is the user's own: what it comes to mean is nothing that we leave behind. */
function namedIn(scene: Scene, revision: string): Readonly<Record<string, string>> {
  const images = Object.entries(scene.truth.images(revision));
  return Object.fromEntries(
    images.flatMap(([name, image]) => {
      const digest = parseImageRef(image)?.digest;
      return digest === undefined ? [] : [[name, digest]];
    }),
  );
}

function contentOf(definition: JsonObject): string {
  return JSON.stringify(Object.entries(definition).filter(([key]) => !varying.has(key)));
}

function rolloutOf({ tags }: JsonObject): string {
  const found = (tags as readonly JsonObject[] | undefined)?.find(({ key }) => key === 'slipway:rollout');
  return show(found?.['value']);
}

function newestIsGood(scene: Scene, family: string): void {
  if (!scene.isPlain) return;
  const newest = show(scene.truth.definition(family)['taskDefinitionArn']);
  const isOurs = scene.truth.registered.some(({ arn, by }) => arn === newest && by === 'slipway');
  if (!isOurs) return;
  const wasSet = scene.truth.updates.some(({ after }) => after === newest);
  if (!wasSet) return;
  const users = scene.given.services.filter((service) => service.family === family);
  const digests = Object.values(namedIn(scene, newest));
  const isBad = users.every(({ name }) => digests.some((digest) => isBadFor(scene, name, digest)));
  if (users.some(({ name }) => scene.everHeld.has(name))) return;
  const isRolledBack = users.every(({ name }) => {
    const running = Object.values(runningDigests(scene, name));
    return scene.goesBack(name) && !running.some((digest) => isBadFor(scene, name, digest));
  });
  if (isBad && isRolledBack) scene.violates(`left behind: ${newest} is the newest of its family, and bad`);
}
