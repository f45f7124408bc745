import type { Blame } from '../../../shared/domain/stop-cause.ts';
import type { End } from '../../../shared/domain/target/conclude.ts';
import type { Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import { aGood, aRollout, aSeen, aTarget, at, pinnedImage } from '../../builders/rollouts.ts';

const images = { app: pinnedImage('a'), proxy: pinnedImage('d', 'shop/proxy') };
const containers = Object.entries(images).map(([name, image]) => ({ name, image }));

export const seen = aSeen({ containers });
export const good = aGood({ images });
export const crashed: Blame = { kind: 'image', words: 'app exited with code 1' };

/** A target that rolls, and was seen and good before. */
export function known(rollout: Partial<Rollout> = {}, target: Partial<Target> = {}): Target {
  return { ...aTarget(aRollout(rollout)), seen, good, ...target };
}

export function end(overrides: Partial<End> = {}): End {
  return { generation: 1, at: at(100), outcome: 'failed', reason: 'it failed', undo: true, ...overrides };
}
