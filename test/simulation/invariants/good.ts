import { parseImageRef } from '../../../shared/domain/image-ref.ts';
import type { ServicePlan } from '../case.ts';
import type { Scene } from '../scene.ts';

/** Whether an image fails on this service. */
export function isBadFor(scene: Scene, service: string, digest: string): boolean {
  const plan = scene.given.services.find(({ name }) => name === service);
  const behaviour = scene.registry.behaviourOf(digest);
  if (plan === undefined || plan.desired === 0 || behaviour === 'fine') return false;
  return behaviour !== 'never-healthy' || checksHealth(scene, plan);
}

/** The family's definition says so, which the first of its services brought. */
function checksHealth({ given }: Scene, { family }: ServicePlan): boolean {
  return given.services.find((one) => one.family === family)?.checksHealth === true;
}

/** Container → digest that a revision names or, where it names a tag, that the tag has now. */
export function digestsOf(scene: Scene, revision: string): Readonly<Record<string, string>> {
  const images = Object.entries(scene.truth.images(revision));
  return Object.fromEntries(
    images.flatMap(([name, image]) => {
      const digest = parseImageRef(image)?.digest ?? scene.registry.resolve(image)?.digest;
      return digest === undefined ? [] : [[name, digest]];
    }),
  );
}

/** Container → digest that a service runs: ECS keeps what a tag was when a deployment first pulled it. */
export function runningDigests(scene: Scene, service: string): Readonly<Record<string, string>> {
  const { truth } = scene;
  return { ...digestsOf(scene, truth.revisionOf(service)), ...truth.pulled(service) };
}
