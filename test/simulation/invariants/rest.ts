import { isOpen } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import type { Scene } from '../scene.ts';

/** Nobody waits for anything that nobody will do. Judging on makes no sense where something is stuck. */
export function nothingIsStuck(scene: Scene): boolean {
  const { violations } = scene;
  const before = violations.length;
  for (const name of Object.keys(scene.feeds)) isEmpty(scene, name);
  if (scene.busy > 0) scene.violates(`stuck: ${scene.busy} functions at work`);
  for (const target of scene.targets()) isSettled(scene, target);
  for (const { name, list, at } of scene.table.waiting) {
    if (list !== 'paused' || !scene.isPaused())
      scene.violates(`stuck: ${name} is due in ${list} at ${at - scene.startedAt}`);
  }
  return violations.length === before;
}

function isEmpty(scene: Scene, name: string): void {
  const queue = scene.feeds[name];
  for (const body of queue?.deadLetters ?? []) scene.violates(`dead letter: ${name}: ${body.slice(0, 200)}`);
  const length = queue?.length ?? 0;
  if (length > 0) scene.violates(`stuck: ${length} messages in ${name}`);
}

function isSettled(scene: Scene, { service, rollouts, owes = [], baking }: Target): void {
  if (scene.isPaused()) return;
  for (const { generation, phase, cause = 'push' } of rollouts.filter(isOpen)) {
    scene.violates(`stuck: ${service} rollout ${generation} (${cause}) is ${phase}`);
  }
  if (owes.length > 0) scene.violates(`stuck: ${service} owes ${JSON.stringify(owes)}`);
  if (baking !== undefined && baking.until < scene.clock.now())
    scene.violates(`stuck: ${service} bakes since ${baking.at}`);
}
