import type { Blame } from '../../../shared/domain/stop-cause.ts';
import type { End } from '../../../shared/domain/target/conclude.ts';
import type { Good, Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Seen, Target } from '../../../shared/domain/target/state.ts';
import { aRollout, arn, aTarget, at, pinnedImage } from '../../builders/rollouts.ts';

export const seen: Seen = {
  at: at(0),
  status: 'ACTIVE',
  controller: 'ECS',
  managedByEcs: false,
  revision: arn(1),
  containers: [
    { name: 'app', image: pinnedImage('a') },
    { name: 'proxy', image: pinnedImage('d', 'shop/proxy') },
  ],
  tags: {},
};
export const good: Good = {
  revision: arn(1),
  images: { app: pinnedImage('a'), proxy: pinnedImage('d', 'shop/proxy') },
  at: at(0),
};
export const crashed: Blame = { kind: 'image', words: 'app exited with code 1' };

/** A target that rolls, and was seen and good before. */
export function known(rollout: Partial<Rollout> = {}, target: Partial<Target> = {}): Target {
  return { ...aTarget(aRollout(rollout)), seen, good, ...target };
}

export function end(overrides: Partial<End> = {}): End {
  return { generation: 1, at: at(100), outcome: 'failed', reason: 'it failed', undo: true, ...overrides };
}
