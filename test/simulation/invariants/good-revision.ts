import { defaultTerms, type Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import type { Scene } from '../scene.ts';

/** What a rollback goes back to has stood as long as its rule asks, and nobody rolls a rollback back. */
export function goodIsVerified(scene: Scene): void {
  for (const target of scene.targets()) {
    hasStood(scene, target);
    for (const rollout of target.rollouts) undoesNoRollback(scene, target, rollout);
  }
}

const goingBack: ReadonlySet<string> = new Set(['rollback', 'manual-rollback', 'restore']);

function hasStood(scene: Scene, { service, good, rollouts }: Target): void {
  const rollout = rollouts.find(({ revision }) => revision !== undefined && revision === good?.revision);
  if (rollout === undefined || good === undefined || goingBack.has(rollout.cause ?? '')) return;
  const { endedAt = 0, phase, terms = defaultTerms } = rollout;
  if (phase === 'completed' && good.at < endedAt + terms.bakeMs)
    scene.violates(`verified: ${service} takes ${good.revision} for good after ${good.at - endedAt} ms`);
}

function undoesNoRollback(
  scene: Scene,
  { service, rollouts }: Target,
  { cause, of, generation }: Rollout,
): void {
  const undone = rollouts.find((one) => one.generation === of);
  if (cause === 'rollback' && goingBack.has(undone?.cause ?? ''))
    scene.violates(`rollback: ${service}/${generation} rolls a rollback back`);
}
