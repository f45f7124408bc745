import { memberText, type Plan } from '../../../shared/domain/plan/state.ts';
import { isFailure, memberships, type Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Scene } from '../scene.ts';

/** A plan knows of every member that failed, and lets nobody else begin once as many have as its rule allows. */
export function plansCount(scene: Scene): void {
  for (const plan of scene.plans()) {
    for (const name of failedOf(scene, plan))
      if (!plan.failed.includes(name)) scene.violates(`plan: ${name} failed, and its plan never heard of it`);
    stopsInTime(scene, plan);
  }
}

/** One whose first failed together with another image, and was verified by itself then, goes on. */
export function stopsInTime(scene: Scene, { failures, stopAfter, stopped, first }: Plan): void {
  if (failures >= stopAfter && stopped === undefined && first !== 'verified')
    scene.violates(`plan: it goes on after ${failures} failures of ${stopAfter}`);
}

function failedOf(scene: Scene, { id }: Plan): readonly string[] {
  const isMember = (rollout: Rollout) => memberships(rollout).some(({ plan }) => plan === id);
  const failed = scene
    .targets()
    .filter(({ rollouts }) => rollouts.some((one) => isFailure(one) && isMember(one)));
  return failed.map(memberText);
}
