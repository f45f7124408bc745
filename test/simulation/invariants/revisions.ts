import { show } from '../../../sandbox/ecs/input.ts';
import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import type { Scene } from '../scene.ts';
import { digestsOf, isBadFor, runningDigests } from './good.ts';

const varying = new Set(['taskDefinitionArn', 'revision', 'registeredAt', 'registeredBy', 'tags', 'status']);

/** One registration for each content and cause, and after a failure the family's newest revision is a good one. */
export function nothingIsLeftBehind(scene: Scene): void {
  const ours = scene.truth.registered.filter(({ by }) => by === 'slipway').map(({ arn }) => arn);
  const contents = new Map<string, string>();
  for (const arn of ours) {
    const definition = scene.truth.definition(arn);
    const content = contentOf(definition);
    const before = contents.get(content);
    if (before !== undefined)
      scene.violates(`registered twice: ${before} and ${arn} for ${rolloutOf(definition)}`);
    contents.set(content, arn);
  }
  for (const family of new Set(scene.given.services.map((service) => service.family)))
    newestIsGood(scene, family);
}

function contentOf(definition: JsonObject): string {
  const members = Object.entries(definition).filter(([key]) => !varying.has(key));
  return JSON.stringify([members, rolloutOf(definition)]);
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
  const users = scene.given.services.filter((service) => service.family === family);
  const digests = Object.values(digestsOf(scene, newest));
  const isBad = users.every(({ name }) => digests.some((digest) => isBadFor(scene, name, digest)));
  if (users.some(({ name }) => scene.isHeld(name))) return;
  const isRolledBack = users.every(({ name }) => {
    const running = Object.values(runningDigests(scene, name));
    return scene.goesBack(name) && !running.some((digest) => isBadFor(scene, name, digest));
  });
  if (isBad && isRolledBack) scene.violates(`left behind: ${newest} is the newest of its family, and bad`);
}
